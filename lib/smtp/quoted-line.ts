/*
 * A line that is not SMTP, for a log.
 */

const mostCharacters = 100;

/** A line in backticks, without its end: other than printable ASCII becomes `?`, and from 100 characters on it is cut. */
export function quotedLine(line: string): string {
  const text = line.trimEnd();
  const printable = text.slice(0, mostCharacters).replace(/[^\x20-\x7e]/g, '?');
  return `\`${printable}${text.length > mostCharacters ? '...' : ''}\``;
}
