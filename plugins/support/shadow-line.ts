/*
 * The log line about a table in shadow that would have done something.
 *   shadow reject RCPT entry=mappings:8 table=SEND_ACCESS to=<a@b> reply="550 5.7.1 text"
 *   shadow accept MAIL entry=mappings:3 table=FROM_ACCESS from=<a@b> effects="hold; delay 0.3 s"
 *   shadow defer CONNECT entry=none table=PORT_ACCESS client=192.0.2.7 cause="text"
 * What was done all the same, since it keeps strangers from relaying, ends in `applied=relaying`.
 */
import type { ShadowedVerdict } from '../../lib/decide/index.js';
import { oneLine } from '../../lib/smtp/index.js';

/** The command that was decided on, and its argument as the line names it: `to=<a@b>`. */
export interface ShadowedCommand {
  readonly command: 'CONNECT' | 'MAIL' | 'RCPT';
  readonly argument: string;
}

/** Text in quotes, on one line, without quotes of its own. */
function inQuotes(text: string): string {
  return `"${oneLine(text).replaceAll('"', "'")}"`;
}

/** The line about one table. */
export function shadowLine(
  { command, argument }: ShadowedCommand,
  { table, entry, verdict, reply, cause, effects, applied }: ShadowedVerdict,
): string {
  return [
    `shadow ${verdict} ${command} entry=${entry ?? 'none'} table=${table} ${oneLine(argument)}`,
    ...(verdict === 'reject' ? [`reply=${inQuotes(reply)}`] : []),
    ...(verdict === 'defer' ? [`cause=${inQuotes(cause)}`] : []),
    ...(effects.length === 0 ? [] : [`effects=${inQuotes(effects.join('; '))}`]),
    ...(applied ? ['applied=relaying'] : []),
  ].join(' ');
}
