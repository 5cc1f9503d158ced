/*
 * Commands for which Haraka has no hook that could refuse them: RCPT and DATA without MAIL, RSET, HELP; and MAIL, which
 * core answers itself on the submission ports. Where TLS is awaited they get the same 530 as all others.
 * This is the one place that uses the undocumented `cmd_*` functions of a connection. Without them MAIL, VRFY, AUTH and
 * every other command are refused all the same, by the hooks.
 * Ref: RFC 3207 4
 */
import type { Reply } from '../../../lib/smtp/index.js';
import { tlsRequired } from '../../../lib/tls/index.js';
import { messageOf } from '../../support/respond.js';
import type { HarakaConnection } from '../types.js';

const verbs = ['MAIL', 'RCPT', 'DATA', 'RSET', 'HELP'] as const;

const covered = new WeakSet<HarakaConnection>();

/** Refuses these commands on a connection for as long as `isAwaited` says so; `refused` is told of each. */
export function refuseBeforeTls(
  connection: HarakaConnection,
  isAwaited: () => boolean,
  refused: (verb: string) => void,
  reply: Reply = tlsRequired,
): void {
  if (covered.has(connection)) return;
  covered.add(connection);
  const respond: unknown = Reflect.get(connection, 'respond');
  if (typeof respond !== 'function') return;
  for (const verb of verbs) {
    const name = `cmd_${verb.toLowerCase()}`;
    const obey: unknown = Reflect.get(connection, name);
    if (typeof obey !== 'function') continue;
    Reflect.set(connection, name, (line: unknown): unknown => {
      if (!isAwaited()) return Reflect.apply(obey, connection, [line]);
      refused(verb);
      return Reflect.apply(respond, connection, [reply.code, messageOf(reply)]);
    });
  }
}
