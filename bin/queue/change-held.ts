/*
 * `pmdf held release|delete`.
 */
import { basename } from 'node:path';
import {
  changeMessages,
  deleteHeld,
  heldInUse,
  type QueueFolders,
  type Result,
  requeueHeld,
  type WaitingMessage,
} from '../../runtime/queue/index.js';
import { type Command, configurationOptions, type Report } from '../support/index.js';
import { changeReport, chosen, type DoneWord, dryReport, dryRunOption, isDryRun } from './change-report.js';
import { find } from './find-messages.js';
import { openFolders } from './folders.js';
import { reachingHaraka, withoutWaiting } from './reach-haraka.js';
import { selectionOptions } from './selection.js';

/** Puts a held message on hold in the queue, and releases or returns it there. */
export async function endHolding(
  folders: QueueFolders,
  action: 'release' | 'return',
  { path }: WaitingMessage,
  now: number,
): Promise<Result> {
  const requeued = await requeueHeld(folders, path, now);
  if (requeued.kind !== 'done') return requeued;
  const results = await changeMessages(folders.queue, action, requeued.ids, now);
  const left = requeued.ids.filter((id) => results.get(id)?.kind !== 'done');
  if (left.length === 0) return { kind: 'done' };
  return {
    kind: 'failed',
    why: `it is on hold in the queue now, where it can be released: ${left.join(' ')}`,
  };
}

/** Deletes a held message. */
export async function removeHeld(folders: QueueFolders, { path }: WaitingMessage): Promise<Result> {
  const removed = await deleteHeld(folders, path);
  return removed.kind === 'done' ? { kind: 'done' } : removed;
}

function change(
  word: DoneWord,
  changeOne: (folders: QueueFolders, message: WaitingMessage, now: number) => Promise<Result>,
): Command['run'] {
  return async (given) => {
    const selection = chosen(given);
    const run = async (): Promise<Report> => {
      const now = Date.now();
      const folders = openFolders(given);
      const found = await find(folders, 'held', selection, now);
      const about = { found, selection, place: 'held', word, now } as const;
      if (isDryRun(given)) return dryReport(about);
      if (found.messages.length === 0) return changeReport(about, () => ({ kind: 'gone' }));
      const inUse = new Set([...(await heldInUse(folders.queue))].map((path) => basename(path)));
      const results = new Map<string, Result>();
      for (const message of found.messages) {
        const isInUse = inUse.has(basename(message.path));
        results.set(message.id, isInUse ? { kind: 'busy' } : await changeOne(folders, message, now));
      }
      return changeReport(about, ({ id }) => results.get(id) ?? { kind: 'gone' });
    };
    // What is deleted needs no delivery.
    return word === 'deleted' ? await withoutWaiting(run) : await reachingHaraka(given, run);
  };
}

const operands = {
  operands: '[ID...]',
  words: { least: 0, most: Number.MAX_SAFE_INTEGER },
  options: [...selectionOptions('held'), dryRunOption, ...configurationOptions],
};
const aboutExit = 'Exit code 1 if a message was not changed or nothing was found.';

export const heldRelease: Command = {
  name: 'held release',
  summary: 'deliver messages that the policy has held',
  ...operands,
  about: [
    'The messages go to their recipients by way of the queue. The access tables are not asked again, and nothing holds them again.',
    aboutExit,
  ],
  run: change('released', (folders, message, now) => endHolding(folders, 'release', message, now)),
};

export const heldDelete: Command = {
  name: 'held delete',
  summary: 'delete messages that the policy has held',
  ...operands,
  about: ['Nobody is told. `--dry-run` lists what would be deleted.', aboutExit],
  run: change('deleted', removeHeld),
};
