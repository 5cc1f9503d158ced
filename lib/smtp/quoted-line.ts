/*
 * A line that is not SMTP, for a log.
 */

const mostCharacters = 100;

/** A line in backticks: other than printable ASCII becomes `?`, and from 100 characters on it is cut. */
export function quotedLine(line: string): string {
  const printable = line.slice(0, mostCharacters).replace(/[^\x20-\x7e]/g, '?');
  return `\`${printable.trimEnd()}${line.length > mostCharacters ? '...' : ''}\``;
}
