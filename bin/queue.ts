/*
 * `pmdf queue` and `pmdf held`: the mail that waits in Haraka's queue, and what the policy has held. `list` and `show` only read,
 * and take no lock.
 */
import { counted } from '../lib/text/index.js';
import { type Place, readMessageHeader } from '../runtime/queue/index.js';
import { find, report } from './queue/find-messages.js';
import { openFolders } from './queue/folders.js';
import { readSelection, selectionOptions } from './queue/selection.js';
import { listing, messageJson, shownMessage } from './queue/show-messages.js';
import { type Command, configurationOptions, withGaps } from './support/index.js';

export { heldDelete, heldRelease } from './queue/change-held.js';
export { queueDelete, queueHold, queueRelease, queueReturn } from './queue/change-queue.js';
export { qm } from './queue/qm.js';
export { queueStart, queueStop } from './queue/stop-channels.js';

function list(place: Place): Command['run'] {
  return async (given) => {
    const now = Date.now();
    const selection = readSelection(given);
    const found = await find(openFolders(given), place, selection, now);
    const total = counted(found.messages.length, 'message', 'messages');
    const jsons = found.messages.map(messageJson);
    return report(found, selection, jsons, [...listing(found.messages, place, now), total]);
  };
}

function show(place: Place): Command['run'] {
  return async (given) => {
    const now = Date.now();
    const selection = readSelection(given);
    const found = await find(openFolders(given), place, selection, now);
    const headers = await Promise.all(found.messages.map(readMessageHeader));
    const header = (at: number): readonly string[] => headers[at] ?? [];
    const jsons = found.messages.map((one, at) => ({ ...messageJson(one), header: header(at) }));
    const text = withGaps(found.messages.map((one, at) => shownMessage(one, header(at), now)));
    return report(found, selection, jsons, text);
  };
}

const aboutExit =
  'Exit code 1 if nothing was found of what was asked for, or if a file is not a message: it is named, and left alone.';

export const queueList: Command = {
  name: 'queue list',
  summary: "list the messages in Haraka's queue",
  operands: '[ID...]',
  words: { least: 0, most: Number.MAX_SAFE_INTEGER },
  options: [...selectionOptions('queue'), ...configurationOptions],
  about: [
    'One line for each queue file, all of them or those that fit every option. The queue is only read, whether Haraka runs',
    'or not.',
    aboutExit,
  ],
  run: list('queue'),
};

export const queueShow: Command = {
  name: 'queue show',
  summary: 'show messages in the queue with their headers',
  operands: 'ID...',
  words: { least: 1, most: Number.MAX_SAFE_INTEGER },
  options: [...configurationOptions],
  about: ['Shows the envelope, the last answer and the header of each message.', aboutExit],
  run: show('queue'),
};

export const heldList: Command = {
  name: 'held list',
  summary: 'list the messages that the policy has held',
  operands: '[ID...]',
  words: { least: 0, most: Number.MAX_SAFE_INTEGER },
  options: [...selectionOptions('held'), ...configurationOptions],
  about: [
    'One line for each message held by `$H` in an access table or by `holdlimit`, all of them or those that fit every option.',
    aboutExit,
  ],
  run: list('held'),
};

export const heldShow: Command = {
  name: 'held show',
  summary: 'show held messages with their headers',
  operands: 'ID...',
  words: { least: 1, most: Number.MAX_SAFE_INTEGER },
  options: [...configurationOptions],
  about: ['Shows the envelope and the header of each message.', aboutExit],
  run: show('held'),
};
