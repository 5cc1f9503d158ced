/*
 * What the log and the results of a transaction say of a refusal.
 */
import { replyLine, type Verdict } from '../../lib/smtp/index.js';
import type { HarakaConnection, HarakaPlugin } from '../haraka/index.js';
import { addResult } from '../support/index.js';

/** Notes a verdict on a connection, a sender, a recipient or a message, which is `what`; an acceptance is not noted. */
export function logVerdict(
  plugin: HarakaPlugin,
  connection: HarakaConnection,
  what: string,
  verdict: Verdict,
): void {
  if (verdict.kind === 'accept') return;
  const place = verdict.place ?? 'none';
  // An entry is a place in a file; a keyword is named with its channel.
  const entry = place.includes(' ') ? `"${place}"` : place;
  const cause = verdict.kind === 'defer' ? ` cause="${verdict.cause}"` : '';
  const line = `${verdict.kind} ${what} entry=${entry} reply="${replyLine(verdict.reply)}"${cause}`;
  connection.lognotice(plugin, line);
  addResult(plugin, connection.transaction ?? connection, { fail: `${what} ${place}` });
}
