/*
 * Text as a YAML scalar that reads back as the same text: plain where that is plain to see, in single quotes, or in
 * double quotes with escapes where it holds what cannot be printed.
 * Ref: YAML 1.2 5.1, 7.3
 */

const plain = /^[A-Za-z0-9](?:[-A-Za-z0-9_.$@+/ ]*[A-Za-z0-9_$+/])?$/;

/** Words that plain would be no text, and numbers. */
const special = /^(?:null|true|false|[-+.0-9][-+.0-9a-z_]*)$/i;

const unprintable = /[^\t\u0020-\u007e\u0085\u00a0-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]/u;

/** Marks, such as those that turn the writing direction, that nobody sees. */
const unseen = /[\p{Cf}\p{Zl}\p{Zp}\u0085]/u;

function escaped(character: string): string {
  if (character === '"' || character === '\\') return `\\${character}`;
  const code = character.codePointAt(0) ?? 0;
  const isSeen = !unprintable.test(character) && !unseen.test(character) && character !== '\t';
  if (isSeen) return character;
  if (code <= 0xff) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code <= 0xffff
    ? `\\u${code.toString(16).padStart(4, '0')}`
    : `\\U${code.toString(16).padStart(8, '0')}`;
}

/** Prints text in quotes. */
export function printQuoted(text: string): string {
  if (unprintable.test(text) || unseen.test(text) || text.includes('\t')) {
    return `"${Array.from(text, escaped).join('')}"`;
  }
  return `'${text.replaceAll("'", "''")}'`;
}

/** Prints text, without quotes where it needs none. */
export function printScalar(text: string): string {
  return plain.test(text) && !special.test(text) ? text : printQuoted(text);
}

/** Tells whether a comment can stand in YAML as it is. */
export function canBeComment(text: string): boolean {
  return !unprintable.test(text);
}

/** Spells out what a comment of YAML cannot hold: `\u{1b}`. */
export function printComment(text: string): string {
  return Array.from(text, (one) =>
    unprintable.test(one) ? `\\u{${(one.codePointAt(0) ?? 0).toString(16)}}` : one,
  ).join('');
}
