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
  type Marks,
  otherNeeds,
  partWords,
  relayingWords,
  witnessOptions,
} from './words.js';

/** Text that Markdown shows as it is: no mark-up, and no mention of an account. */
function plain(text: string): string {
  return visible(text)
    .replace(/[\\`*_[\]<>|#~&]/g, '\\$&')
    .replaceAll('@', '&#64;');
}

/** A code span; a text may have backticks. */
function code(text: string): string {
  const shown = visible(text);
  const longest = [...shown.matchAll(/`+/g)].reduce((most, [run]) => Math.max(most, run.length), 0);
  const fence = '`'.repeat(longest + 1);
  return longest === 0 ? `${fence}${shown}${fence}` : `${fence} ${shown} ${fence}`;
}

/** The same in a cell of a table, where a bar would end it. A bar after a backslash cannot be in a code span there. */
function cell(text: string): string {
  if (text === '') return '';
  if (!visible(text).includes('\\|')) return code(text).replaceAll('|', '\\|');
  const shown = visible(text).replace(/[^0-9A-Za-z ]/gu, (character) => `&#${character.codePointAt(0)};`);
  return `<code>${shown}</code>`;
}

/** A sentence in which names are between backticks. */
function prose(text: string): string {
  const parts = text.split('`');
  // An odd backtick is one of a name.
  if (parts.length % 2 === 0) return plain(text);
  return parts.map((part, at) => (at % 2 === 0 ? plain(part) : code(part))).join('');
}

const marks: Marks = { channel: code, text: (text) => (text === '' ? '' : code(text)) };

function changeLines(change: Change): string[] {
  const { before, now, what, witness } = change;
  const places = (of: readonly string[]) => (of.length === 0 ? '' : ` (${of.map(code).join(', ')})`);
  const needs = otherNeeds(witness);
  return [
    `* ${classWords(change, marks)}`,
    `  * before: ${answerWords(before, marks)}${places(before.places)}`,
    `  * now: ${answerWords(now, marks)}${places(now.places)}`,
    ...(what === '' ? [] : [`  * differs: ${plain(what)}`]),
    `  * witness: ${code(`pmdf explain ${witnessOptions(witness)}`)}${needs.map((one) => ` ${code(one)}`).join('')}`,
  ];
}

/** Prints it. */
export function markdownOf(difference: PolicyDifference): string[] {
  const { changes, edits } = difference;
  const lines = ['## Policy', '', prose(`${answerSentence(difference)}.`)];
  if (changes.length > 0 || difference.answer === 'not-compared')
    lines.push('', `${prose(relayingWords(difference))}.`);
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
        prose(effectWords(edit)),
      ];
      lines.push(`| ${cells.join(' | ')} |`);
    }
  }
  return lines;
}
