/*
 * The messages that a command line names, and the report on what was not found.
 */
import {
  type BrokenFile,
  listMessages,
  type Place,
  type QueueFolders,
  type Selection,
  selectMessages,
  type WaitingMessage,
} from '../../runtime/queue/index.js';
import { type Report, visible } from '../support/index.js';
import { isSelective } from './selection.js';

export interface Found {
  readonly messages: readonly WaitingMessage[];
  readonly broken: readonly BrokenFile[];
}

/** Finds them. Rejects with errors of the file system. */
export async function find(
  folders: QueueFolders,
  place: Place,
  selection: Selection,
  now: number,
): Promise<Found> {
  const listed = await listMessages(folders, place);
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

/** What is reported of found messages: an object of JSON for each, and lines of text. */
export function report(
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
