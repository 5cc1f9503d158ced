/*
 * What commands that change messages share: which messages they may be about, and the report on what became of each.
 */
import { counted } from '../../lib/text/index.js';
import type { Place, Result, Selection, WaitingMessage } from '../../runtime/queue/index.js';
import {
  type Arguments,
  flagOption,
  type Option,
  type Report,
  UsageError,
  visible,
} from '../support/index.js';
import { type Found, report } from './find-messages.js';
import { isSelective, readSelection } from './selection.js';
import { listing, messageJson } from './show-messages.js';

export const dryRunOption: Option = flagOption('dry-run', 'list the messages and change none');

export function isDryRun(given: Arguments): boolean {
  return given.flags.has('dry-run');
}

/** Which messages are to be changed. Throws UsageError where that is not said. */
export function chosen(given: Arguments): Selection {
  const selection = readSelection(given);
  if (isSelective(selection)) return selection;
  throw new UsageError(
    'which messages is not said',
    'name ids or give an option; `--older 0m` is every message',
  );
}

/** The word for an action that was carried out. */
export type DoneWord = 'held' | 'released' | 'returned' | 'deleted';

function resultText(result: Result, word: DoneWord): string {
  switch (result.kind) {
    case 'done':
      return word;
    case 'gone':
      return 'is gone';
    case 'busy':
      return 'is being delivered; try again';
    case 'unknown':
      return 'may have been changed: Haraka ended meanwhile; list it again';
    case 'failed':
      return `failed: ${visible(result.why)}`;
  }
}

export interface ChangeReport {
  readonly found: Found;
  readonly selection: Selection;
  readonly place: Place;
  readonly word: DoneWord;
  readonly now: number;
}

/** The report of a dry run. */
export function dryReport({ found, selection, place, word, now }: ChangeReport): Report {
  const total = `${counted(found.messages.length, 'message', 'messages')} would be ${word}`;
  const text = [...listing(found.messages, place, now), total];
  return report(found, selection, found.messages.map(messageJson), text);
}

/** The report on what became of each message. Exit code 1 where one was not changed. */
export function changeReport(
  { found, selection, word }: ChangeReport,
  resultOf: (message: WaitingMessage) => Result,
): Report {
  const results = found.messages.map((message) => ({ message, result: resultOf(message) }));
  const done = results.filter(({ result }) => result.kind === 'done').length;
  const lines = results.map(({ message, result }) => `${visible(message.id)}  ${resultText(result, word)}`);
  const jsons = results.map(({ message, result }) => ({
    ...messageJson(message),
    result: result.kind,
    ...(result.kind === 'failed' ? { why: result.why } : {}),
  }));
  const text = [...lines, `${counted(done, 'message', 'messages')} ${word}`];
  const made = report(found, selection, jsons, text);
  return done < results.length ? { ...made, exitCode: 1 } : made;
}
