/*
 * Refuses commands for which Haraka has no hook that could: RCPT and DATA without MAIL, RSET and HELP, and MAIL, which core
 * answers itself on the submission ports. A command that this Haraka names differently is left to core and to the hooks.
 * Undocumented, read from Haraka 3.3.4: connection.js cmd_*. Ref: RFC 3207 4
 */
import type { Reply } from '../../../lib/smtp/index.js';
import { messageOf } from '../message-of.js';
import type { HarakaConnection } from '../types.js';
import { replaceMethod } from './connection-class.js';

const verbs = ['MAIL', 'RCPT', 'DATA', 'RSET', 'HELP'] as const;

const covered = new WeakSet<HarakaConnection>();

/** Answers these commands of a connection with the reply that `refusalOf` gives; null lets the command pass. */
export function refuseCommands(
  connection: HarakaConnection,
  refusalOf: (verb: string) => Reply | null,
): void {
  if (covered.has(connection)) return;
  covered.add(connection);
  for (const verb of verbs) {
    const name = `cmd_${verb.toLowerCase()}`;
    if (typeof Reflect.get(connection, name) !== 'function') continue;
    replaceMethod(connection, name, (rest, obey) => {
      const refusal = refusalOf(verb);
      return refusal === null ? obey(rest) : connection.respond(refusal.code, messageOf(refusal));
    });
  }
}
