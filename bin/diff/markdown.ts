/*
 * A difference as Markdown, for a review: a section for each kind of change, and a table of what was edited.
 */
import { type Change, changeKinds, editParts, type PolicyDifference } from '../../lib/proof/index.js';
import { visible } from '../support/index.js';
import {
  answerSentence,
  answerWords,
  classWords,
  editSign,
  editText,
  effectWords,
  kindWords,
  otherNeeds,
  partWords,
  relayingWords,
  witnessOptions,
} from './words.js';

/** Text that Markdown shows as it is. */
function plain(text: string): string {
  return visible(text).replace(/[\\*_[\]<>|#]/g, '\\$&');
}

/** A code span; a text may have backticks. */
function code(text: string): string {
  const shown = visible(text);
  const longest = [...shown.matchAll(/`+/g)].reduce((most, [run]) => Math.max(most, run.length), 0);
  const fence = '`'.repeat(longest + 1);
  return longest === 0 ? `${fence}${shown}${fence}` : `${fence} ${shown} ${fence}`;
}

/** The same in a cell of a table, where a bar would end it. */
function cell(text: string): string {
  return text === '' ? '' : code(text).replaceAll('|', '\\|');
}

function changeLines(change: Change): string[] {
  const { before, now, what, witness } = change;
  const places = (of: readonly string[]) => (of.length === 0 ? '' : ` (${of.map(code).join(', ')})`);
  const needs = otherNeeds(witness);
  return [
    `* ${plain(classWords(change)).replaceAll('\\`', '`')}`,
    `  * before: ${plain(answerWords(before))}${places(before.places)}`,
    `  * now: ${plain(answerWords(now))}${places(now.places)}`,
    ...(what === '' ? [] : [`  * differs: ${plain(what)}`]),
    `  * witness: ${code(`pmdf explain ${witnessOptions(witness)}`)}${needs.map((one) => ` ${code(one)}`).join('')}`,
  ];
}

/** Prints it. */
export function markdownOf(difference: PolicyDifference): string[] {
  const { changes, edits } = difference;
  const lines = ['## Policy', '', plain(`${answerSentence(difference)}.`).replaceAll('\\`', '`')];
  if (changes.length > 0 || difference.answer === 'not-compared')
    lines.push('', `${plain(relayingWords(difference))}.`);
  for (const kind of changeKinds) {
    const ofKind = changes.filter((one) => one.kind === kind);
    if (ofKind.length === 0) continue;
    const title = kind === 'newly-relayed' ? `:warning: ${kindWords[kind].toUpperCase()}` : kindWords[kind];
    lines.push('', `### ${title}`, '');
    for (const change of ofKind) for (const line of changeLines(change)) lines.push(line);
  }
  if (edits.length === 0) return lines;
  lines.push('', '### edited', '', '| | | place | text | |', '| --- | --- | --- | --- | --- |');
  for (const part of editParts) {
    for (const edit of edits.filter((one) => one.part === part)) {
      const place = edit.placeNow ?? edit.placeBefore ?? '';
      const cells = [
        editSign(edit),
        `${partWords[part]} ${cell(edit.name)}`,
        cell(place),
        cell(editText(edit)),
        plain(effectWords(edit)),
      ];
      lines.push(`| ${cells.join(' | ')} |`);
    }
  }
  return lines;
}
