/*
 * Changes messages of the queue, whether Haraka runs or not. While it runs, the process that has a message waiting changes it; one
 * that is being delivered is left alone. While none runs, the files are changed here, under a lock that a starting process waits
 * for after it has begun to listen: so either it is seen here, or it sees the lock.
 */
import { commandPatience, describeError, withFileLock } from '../files/index.js';
import { type Action, changeFile } from './change-file.js';
import { findFiles } from './find-files.js';
import { askProcess, connectToProcesses, type Listener } from './process-sockets.js';
import { readChangeAnswer } from './questions.js';
import { makeOwnFolders, queueLock } from './queue-folders.js';

/** What became of a message. */
export type Result =
  | { readonly kind: 'done' }
  /** It was delivered, or another command was faster. */
  | { readonly kind: 'gone' }
  /** It is being delivered. */
  | { readonly kind: 'busy' }
  /** Haraka ended meanwhile, and it is not known what it did. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'failed'; readonly why: string };

/** What became of messages, by their ids. */
export type Results = ReadonlyMap<string, Result>;

/** The most messages of one question. */
const atOnce = 200;

/** Asks processes, one after the other, until each message was found in one. */
async function changeThrough(
  queue: string,
  listeners: readonly Listener[],
  action: Action,
  ids: readonly string[],
): Promise<Results> {
  const results = new Map<string, Result>();
  let open = ids;
  let isUnknown = false;
  for (const listener of listeners) {
    if (open.length === 0) {
      listener.socket.destroy();
      continue;
    }
    const answer = readChangeAnswer(await askProcess(listener, { kind: 'change', action, ids: open }));
    if (answer === null) isUnknown = true;
    for (const id of open) {
      const outcome = answer?.get(id);
      if (outcome !== undefined && outcome.kind !== 'not here') results.set(id, outcome);
    }
    open = open.filter((id) => !results.has(id));
  }
  const left = open.length === 0 ? null : findFiles(queue);
  for (const id of open) {
    const kind = isUnknown ? 'unknown' : left?.has(id) === true ? 'busy' : 'gone';
    results.set(id, { kind });
  }
  return results;
}

async function changeHere(
  queue: string,
  action: Action,
  ids: readonly string[],
  now: number,
): Promise<Results> {
  const results = new Map<string, Result>();
  // A process that ended meanwhile may have renamed some.
  const files = findFiles(queue);
  for (const id of ids) {
    const file = files.get(id);
    try {
      results.set(id, file === undefined ? { kind: 'gone' } : await changeFile(action, file, now));
    } catch (error) {
      results.set(id, { kind: 'failed', why: describeError(error) });
    }
  }
  return results;
}

/**
 * Changes messages; each is changed once or not at all. Rejects with NotReachable, with LockHeld, and with errors of the file
 * system, after which some may have been changed.
 */
export async function changeMessages(
  queue: string,
  action: Action,
  ids: readonly string[],
  now: number,
): Promise<Results> {
  makeOwnFolders(queue);
  const results = new Map<string, Result>();
  for (let at = 0; at < ids.length; at += atOnce) {
    const some = ids.slice(at, at + atOnce);
    const listeners = await connectToProcesses(queue);
    const changed =
      listeners.length > 0
        ? await changeThrough(queue, listeners, action, some)
        : await withFileLock(queueLock(queue), commandPatience, async () => {
            const begun = await connectToProcesses(queue);
            return begun.length > 0
              ? await changeThrough(queue, begun, action, some)
              : await changeHere(queue, action, some, now);
          });
    for (const [id, result] of changed) results.set(id, result);
  }
  return results;
}
