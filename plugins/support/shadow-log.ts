/*
 * Log lines about tables, and SPF, in shadow that would have had an effect.
 *   shadow reject RCPT entry=mappings:8 table=SEND_ACCESS to=<a@b> reply="550 5.7.1 text"
 *   shadow accept MAIL entry=mappings:3 table=FROM_ACCESS from=<a@b> effects="hold; delay 0.3 s"
 *   shadow reject MAIL entry="spfmailfrom of tcp_local" table=spfmailfrom from=<a@b> reply="550 5.7.23 text"
 *   shadow defer CONNECT entry=none table=PORT_ACCESS client=192.0.2.7 cause="text"
 * A line about something that was done all the same, since it keeps strangers from relaying, ends in `applied=relaying`.
 */
import { type ShadowedVerdict, wouldMatter } from '../../lib/decide/index.js';
import { oneLine, quotedField } from '../../lib/smtp/index.js';
import type { HarakaConnection, HarakaPlugin } from '../haraka/index.js';
import { addResult } from './add-result.js';

/** The command that was decided on, and its argument as the line shows it: `to=<a@b>`. */
export interface ShadowedCommand {
  readonly command: 'CONNECT' | 'HELO' | 'MAIL' | 'RCPT';
  readonly argument: string;
}

/** An entry is a place in a file; a keyword is named with its channel. */
function entryField(entry: string | null): string {
  if (entry === null) return 'none';
  return entry.includes(' ') ? quotedField(entry) : entry;
}

export function shadowLines(
  { command, argument }: ShadowedCommand,
  shadowed: readonly ShadowedVerdict[],
): string[] {
  return shadowed
    .filter(wouldMatter)
    .map(({ table, entry, verdict, reply, cause, effects, applied }) =>
      [
        `shadow ${verdict} ${command} entry=${entryField(entry)} table=${table} ${oneLine(argument)}`,
        ...(verdict === 'reject' ? [`reply=${quotedField(reply)}`] : []),
        ...(verdict === 'defer' ? [`cause=${quotedField(cause)}`] : []),
        ...(effects.length === 0 ? [] : [`effects=${quotedField(effects.join('; '))}`]),
        ...(applied ? ['applied=relaying'] : []),
      ].join(' '),
    );
}

const logged = new WeakSet<readonly ShadowedVerdict[]>();

/** Writes the lines about one decision to the log, and notes them in the results, once. */
export function logShadowed(
  plugin: HarakaPlugin,
  connection: HarakaConnection,
  command: ShadowedCommand,
  shadowed: readonly ShadowedVerdict[],
): void {
  if (shadowed.length === 0 || logged.has(shadowed)) return;
  logged.add(shadowed);
  for (const line of shadowLines(command, shadowed)) connection.lognotice(plugin, line);
  for (const { verdict, entry } of shadowed.filter(wouldMatter)) {
    const msg = `shadow ${verdict} ${command.command} ${entry ?? 'none'}`;
    addResult(plugin, connection.transaction ?? connection, { msg });
  }
}
