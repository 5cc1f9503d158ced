/*
 * `pmdf queue hold|release|return|delete`.
 * Ref: PMDF qm (hold, release, return, delete)
 */
import { type Action, changeMessages, finishDrafts } from '../../runtime/queue/index.js';
import { type Command, configurationOptions } from '../support/index.js';
import { changeReport, chosen, type DoneWord, dryReport, dryRunOption, isDryRun } from './change-report.js';
import { find } from './find-messages.js';
import { openFolders } from './folders.js';
import { reachingHaraka } from './reach-haraka.js';
import { selectionOptions } from './selection.js';

function change(action: Action, word: DoneWord): Command['run'] {
  return async (given) => {
    const selection = chosen(given);
    return await reachingHaraka(given, async () => {
      const now = Date.now();
      const folders = openFolders(given);
      const found = await find(folders, 'queue', selection, now);
      const about = { found, selection, place: 'queue', word, now } as const;
      if (isDryRun(given)) return dryReport(about);
      if (found.messages.length === 0) return changeReport(about, () => ({ kind: 'gone' }));
      await finishDrafts(folders);
      const ids = found.messages.map(({ id }) => id);
      const results = await changeMessages(folders.queue, action, ids, now);
      return changeReport(about, ({ id }) => results.get(id) ?? { kind: 'gone' });
    });
  };
}

function command(action: Action, word: DoneWord, summary: string, about: readonly string[]): Command {
  return {
    name: `queue ${action}`,
    summary,
    operands: '[ID...]',
    words: { least: 0, most: Number.MAX_SAFE_INTEGER },
    options: [...selectionOptions('queue'), dryRunOption, ...configurationOptions],
    about: [
      ...about,
      'A message that is being delivered is left alone. Exit code 1 if one was not changed or nothing was found.',
    ],
    run: change(action, word),
  };
}

export const queueHold = command('hold', 'held', 'put messages in the queue on hold', [
  'The messages stay in the queue, and are not tried until they are released.',
]);

export const queueRelease = command('release', 'released', 'try messages in the queue now', [
  'Messages on hold go back into the queue. All are tried as soon as possible.',
]);

export const queueReturn = command('return', 'returned', 'return messages in the queue to their senders', [
  'Each sender gets the message back in a report, as if a server had refused it.',
]);

export const queueDelete = command('delete', 'deleted', 'delete messages in the queue', [
  'Nobody is told. `--dry-run` lists what would be deleted.',
]);
