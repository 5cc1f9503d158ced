/*
 * What `pmdf queue` and `pmdf held` ask of a process: it changes the messages that it has waiting, and those on hold. A message
 * that is being delivered is not here for them.
 */
import {
  type Action,
  type ChangeAnswer,
  changeFile,
  findFiles,
  finishDrafts,
  listenToCommands,
  type Outcome,
  ownFolderName,
  type PlacedFile,
  readQuestion,
  readQueueName,
  type UnansweredAnswer,
} from '../../runtime/queue/index.js';
import {
  causeOf,
  type HarakaPlugin,
  passOverFolder,
  type TakenMail,
  type WaitingMail,
  waitingMail,
  whenQueueExists,
} from '../haraka/index.js';
import { gateway, unansweredFiles } from '../support/index.js';
import { forgetRest, readStoppedChannels, takeRested } from './stopped-channels.js';

function idOf(name: string): string | null {
  return readQueueName(name)?.id ?? null;
}

/** Changes the file of a message that nobody else has. */
async function changed(
  waiting: WaitingMail,
  action: Action,
  file: PlacedFile,
  taken: TakenMail | null,
): Promise<Outcome> {
  try {
    const result = await changeFile(action, file, Date.now());
    if (result.kind === 'failed') taken?.giveBack();
    else taken?.forget();
    if (result.kind === 'done' && result.queued !== null) waiting.deliver(result.queued);
    return result.kind === 'done' ? { kind: 'done' } : result;
  } catch (error) {
    taken?.giveBack();
    return { kind: 'failed', why: causeOf(error) };
  }
}

async function changeAll(
  waiting: WaitingMail,
  action: Action,
  ids: readonly string[],
): Promise<ChangeAnswer> {
  const { folder: queue } = waiting;
  const outcomes: [string, Outcome][] = [];
  const here = waiting.take(idOf, new Set(ids));
  const onHold = here.size < ids.length && waiting.isLoaded() ? findFiles(queue) : null;
  for (const id of ids) {
    const taken = here.get(id);
    if (taken !== undefined) {
      forgetRest(id);
      if (action === 'release' && taken.isDue) {
        taken.giveBack();
        outcomes.push([id, { kind: 'done' }]);
      } else {
        const file = { queue, name: taken.name, isOnHold: false };
        outcomes.push([id, await changed(waiting, action, file, taken)]);
      }
      continue;
    }
    const file = onHold?.get(id);
    outcomes.push([
      id,
      file?.isOnHold === true ? await changed(waiting, action, file, null) : { kind: 'not here' },
    ]);
  }
  return { outcomes };
}

/** Reads which channels are stopped, and tries the mail of those that no longer are. */
function followChannels(waiting: WaitingMail): object {
  readStoppedChannels(waiting.folder);
  const rested = takeRested();
  if (rested.size > 0) for (const mail of waiting.take(idOf, rested).values()) mail.tryNow();
  return {};
}

/** Answers a question. Rejects for one that is not understood. */
async function answer(
  waiting: WaitingMail,
  asked: unknown,
): Promise<ChangeAnswer | UnansweredAnswer | object> {
  const question = readQuestion(asked);
  if (question === null) throw new Error('a command asked something that this version does not know');
  switch (question.kind) {
    case 'change':
      return await changeAll(waiting, question.action, question.ids);
    case 'channels':
      return followChannels(waiting);
    case 'unanswered':
      return { unanswered: unansweredFiles() };
  }
}

/** Has this process answer commands, before it loads its queue; throws when this Haraka lacks a part, or a command does not end. */
export function answerCommands(plugin: HarakaPlugin): void {
  passOverFolder(plugin, ownFolderName);
  const waiting = waitingMail(plugin);
  const logError = (message: string): void => plugin.logerror(message);
  whenQueueExists(plugin, () => {
    listenToCommands(waiting.folder, (asked) => answer(waiting, asked), logError);
    readStoppedChannels(waiting.folder);
    const folders = { queue: waiting.folder, held: gateway().heldFolder(gateway().policy) };
    finishDrafts(folders).catch((error: unknown) => logError(`released mail waits: ${causeOf(error)}`));
  });
}
