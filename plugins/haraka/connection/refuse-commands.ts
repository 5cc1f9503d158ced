/*
 * Refuses commands for which Haraka has no hook that could: RCPT and DATA without MAIL, RSET and HELP, and MAIL, which core
 * answers itself on the submission ports. A command that this Haraka names differently is left to core and to the hooks.
 * Undocumented, read from Haraka 3.3.4: connection.js cmd_*. Ref: RFC 3207 4
 */
import type { Reply } from '../../../lib/smtp/index.js';
import { messageOf } from '../message-of.js';
import type { HarakaConnection } from '../types.js';

const verbs = ['MAIL', 'RCPT', 'DATA', 'RSET', 'HELP'] as const;

/**
 * Answers these commands of all connections, whose methods are given, with the reply that `refusalOf` gives; null lets the
 * command pass.
 */
export function refuseCommands(
  methods: object,
  refusalOf: (connection: HarakaConnection, verb: string) => Reply | null,
): void {
  for (const verb of verbs) {
    const name = `cmd_${verb.toLowerCase()}`;
    const obey: unknown = Reflect.get(methods, name);
    if (typeof obey !== 'function') continue;
    Reflect.set(methods, name, function (this: HarakaConnection, rest: unknown): unknown {
      const refusal = refusalOf(this, verb);
      if (refusal === null) return Reflect.apply(obey, this, [rest]);
      return this.respond(refusal.code, messageOf(refusal));
    });
  }
}
