/*
 * How text of strangers is written into a line: controls, and blanks within a column, as `\x0a`, other line ends as `\u2028`.
 * A backslash is `\x5c`, so that what is written can be read back; nothing that a stranger sends begins a line or a column.
 */

/** The longest column, in characters; what is longer is cut. */
const longest = 1_000;

function escaped(character: string): string {
  const code = character.charCodeAt(0);
  return code < 0x100
    ? `\\x${code.toString(16).padStart(2, '0')}`
    : `\\u${code.toString(16).padStart(4, '0')}`;
}

function cut(text: string): string {
  return text.length > longest ? text.slice(0, longest) : text;
}

/** A column: no blank is left in it. */
export function column(text: string): string {
  return cut(text).replace(/[\u0000-\u0020\u007f-\u00a0\u2028\u2029\\]/g, escaped);
}

/** Text at the end of a line, or in quotes: blanks stay. */
export function tail(text: string): string {
  return cut(text).replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\\]/g, escaped);
}

/** What was written as a column or at the end. */
export function plain(written: string): string {
  return written.replace(/\\x([0-9a-f]{2})|\\u([0-9a-f]{4})/g, (_all, short: string, long?: string) =>
    String.fromCharCode(Number.parseInt(long ?? short, 16)),
  );
}
