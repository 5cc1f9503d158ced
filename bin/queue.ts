/*
 * `pmdf queue list|show` and `pmdf held list|show`: the mail that waits in Haraka's queue, and what the policy has held. They only
 * read, and take no lock.
 */
import { counted } from '../lib/text/index.js';
import {
  type BrokenFile,
  type Listed,
  listMessages,
  type Place,
  readMessageHeader,
  type Selection,
  selectMessages,
  type WaitingMessage,
} from '../runtime/queue/index.js';
import { openFolders } from './queue/folders.js';
import { isSelective, readSelection, selectionOptions } from './queue/selection.js';
import { listing, messageJson, shownMessage } from './queue/show-messages.js';
import {
  type Arguments,
  type Command,
  configurationOptions,
  type Report,
  visible,
  withGaps,
} from './support/index.js';

interface Found {
  readonly messages: readonly WaitingMessage[];
  readonly broken: readonly BrokenFile[];
}

async function find(given: Arguments, place: Place, selection: Selection, now: number): Promise<Found> {
  const listed: readonly Listed[] = await listMessages(openFolders(given), place);
  const messages = listed.filter((one) => one.kind === 'message');
  const broken = listed.filter((one) => one.kind === 'broken');
  return { messages: selectMessages(messages, selection, now), broken };
}

function complaints(broken: readonly BrokenFile[], missing: readonly string[]): string[] {
  return [
    ...broken.map(({ path, why }) => `pmdf: \`${visible(path)}\` is left alone: ${why}`),
    ...missing.map((id) => `pmdf: there is no message \`${visible(id)}\``),
  ];
}

function report(
  { messages, broken }: Found,
  selection: Selection,
  jsons: readonly object[],
  text: readonly string[],
): Report {
  const known = new Set(messages.map(({ id }) => id));
  const missing = selection.ids.filter((id) => !known.has(id));
  const isEmpty = messages.length === 0 && isSelective(selection);
  return {
    exitCode: isEmpty || missing.length > 0 || broken.length > 0 ? 1 : 0,
    json: { messages: jsons, broken: broken.map(({ path, why }) => ({ path, why })), missing },
    text: () => text,
    complaint: () => complaints(broken, missing),
  };
}

function list(place: Place): Command['run'] {
  return async (given) => {
    const now = Date.now();
    const selection = readSelection(given);
    const found = await find(given, place, selection, now);
    const total = counted(found.messages.length, 'message', 'messages');
    const jsons = found.messages.map(messageJson);
    return report(found, selection, jsons, [...listing(found.messages, place, now), total]);
  };
}

function show(place: Place): Command['run'] {
  return async (given) => {
    const now = Date.now();
    const selection = readSelection(given);
    const found = await find(given, place, selection, now);
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
