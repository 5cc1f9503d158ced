/*
 * Text from addresses, arguments and files made safe for a terminal: control characters, direction marks and other
 * invisible characters are spelled out (`\u{1b}`); very long text is cut.
 */
import { releaseBars } from '../../lib/address/index.js';

const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

function spellOut(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

/** Makes text safe to print on one line. */
export function visible(text: string): string {
  return releaseBars(text).replace(invisible, spellOut);
}

/** Cuts text at a length, never within a surrogate pair, and adds how long it was. */
function cut(text: string, length: number, show: (text: string) => string): string {
  if (text.length <= length) return show(text);
  const end = (text.charCodeAt(length - 1) & 0xfc00) === 0xd800 ? length - 1 : length;
  return `${show(text.slice(0, end))}... (${text.length} characters)`;
}

const longestWord = 240;
const longestLine = 1000;

/** Makes text safe to print on one line, and cuts it after 240 characters. */
export function brief(text: string): string {
  return cut(text, longestWord, visible);
}

function withTabs(line: string): string {
  return line.split('\t').map(visible).join('\t');
}

/** Makes text of several lines safe to print; line ends and tabs stay, each line is cut after 1000 characters. */
export function visibleLines(text: string): string {
  return text
    .split('\n')
    .map((line) => cut(line, longestLine, withTabs))
    .join('\n');
}

/** A word of the user for a message: in backticks, cut, safe to print. */
export function quoted(text: string): string {
  return `\`${brief(text)}\``;
}

/** The title of the result for an input: the input, cut and safe to print; an empty one in backticks. */
export function titleOf(input: string): string {
  return input === '' ? quoted(input) : brief(input);
}
