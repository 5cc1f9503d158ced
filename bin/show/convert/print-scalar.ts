/*
 * Text as a YAML scalar that is read back as the same text: plain if possible, otherwise in single quotes, or in double
 * quotes with escapes when it has unprintable characters.
 * Ref: YAML 1.2 5.1, 7.3
 */

const plain = /^[A-Za-z0-9](?:[-A-Za-z0-9_.$@+/ ]*[A-Za-z0-9_$+/])?$/;

/** Words that would not be text without quotes. */
const special = /^(?:null|true|false|[-+.0-9][-+.0-9a-z_]*)$/i;

const unprintable = /[^\t\u0020-\u007e\u0085\u00a0-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]/u;

/** Invisible characters such as direction marks. */
const invisible = /[\p{Cf}\p{Zl}\p{Zp}\u0085]/u;

function escaped(character: string): string {
  if (character === '"' || character === '\\') return `\\${character}`;
  const code = character.codePointAt(0) ?? 0;
  const isVisible = !unprintable.test(character) && !invisible.test(character) && character !== '\t';
  if (isVisible) return character;
  if (code <= 0xff) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code <= 0xffff
    ? `\\u${code.toString(16).padStart(4, '0')}`
    : `\\U${code.toString(16).padStart(8, '0')}`;
}

export function printQuoted(text: string): string {
  if (unprintable.test(text) || invisible.test(text) || text.includes('\t')) {
    return `"${Array.from(text, escaped).join('')}"`;
  }
  return `'${text.replaceAll("'", "''")}'`;
}

/** Prints text, without quotes if possible. */
export function printScalar(text: string): string {
  return plain.test(text) && !special.test(text) ? text : printQuoted(text);
}

/** Whether a comment is allowed in YAML as it is. */
export function canBeComment(text: string): boolean {
  return !unprintable.test(text);
}

/** Spells out the characters that are not allowed in a comment in YAML: `\u{1b}`. */
export function printComment(text: string): string {
  return Array.from(text, (one) =>
    unprintable.test(one) ? `\\u{${(one.codePointAt(0) ?? 0).toString(16)}}` : one,
  ).join('');
}
