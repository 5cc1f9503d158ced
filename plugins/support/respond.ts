/*
 * Verdicts and replies in Haraka's terms: a hook's code and a DSN, which also sets the SMTP code.
 */
import * as constants from 'haraka-constants';
import * as dsn from 'haraka-dsn';
import type { Reply } from '../../lib/index.js';
import type { HarakaMessage } from './haraka.js';

/** What a hook answers; undefined lets the next plugin speak. */
export type HookAnswer = { readonly code: number; readonly message?: HarakaMessage } | undefined;

/** Lets the next plugin speak. */
export const proceed: HookAnswer = undefined;

/** Vouches, or ends a hook with success. */
export function succeed(message?: string): HookAnswer {
  return message === undefined ? { code: constants.ok } : { code: constants.ok, message };
}

/** Turns a reply into a message that carries its codes; a reply without an enhanced code gets class.0.0. */
export function messageOf(reply: Reply): HarakaMessage {
  const [, subject, detail] = reply.enhanced.split('.');
  return dsn.create(reply.code, reply.text, Number(subject ?? 0), Number(detail ?? 0));
}

/** Refuses for good or for now, as the reply's code says. */
export function refuse(reply: Reply): HookAnswer {
  const code = reply.code >= 500 ? constants.deny : constants.denysoft;
  return { code, message: messageOf(reply) };
}
