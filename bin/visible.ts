/*
 * Text from addresses, arguments and files as a terminal may see it: controls, marks that turn the writing direction,
 * and whatever else has no look of its own are spelled out (`\u{1b}`); very long text is cut.
 */
import { releaseBars } from '../lib/index.js';

const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

function spellOut(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

/** Makes text safe to print on one line. */
export function visible(text: string): string {
  return releaseBars(text).replace(invisible, spellOut);
}

/** Makes text of several lines safe to print; line ends and tabs stay. */
export function visibleLines(text: string): string {
  return text
    .split('\n')
    .map((line) => line.split('\t').map(visible).join('\t'))
    .join('\n');
}

const longest = 240;

/** Makes text safe to print on one line, and cuts it after 240 characters. */
export function brief(text: string): string {
  if (text.length <= longest) return visible(text);
  // Half of a pair at the cut would be shown as what it is not.
  const end = (text.charCodeAt(longest - 1) & 0xfc00) === 0xd800 ? longest - 1 : longest;
  return `${visible(text.slice(0, end))}... (${text.length} characters)`;
}

/** A word of the user in a message: in backticks, cut, safe to print. */
export function quoted(text: string): string {
  return `\`${brief(text)}\``;
}
