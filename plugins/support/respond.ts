/*
 * Verdicts and replies in Haraka's terms: a hook's code and a DSN, which also sets the SMTP code.
 */

import * as constants from 'haraka-constants';
import * as dsn from 'haraka-dsn';
import { type Reply, reply } from '../../lib/smtp/index.js';
import type { HarakaMessage } from '../haraka/types.js';

/** A reply to the client of a hook whose answers core does not turn into the right one. */
export interface OwnReply {
  readonly code: number;
  readonly text: string;
  /** Whether the session ends with it. */
  readonly ends: boolean;
}

/** For a recipient that cannot be delivered together with those before it. */
export const separateMessage = reply(450, '4.5.3', 'send this recipient in a separate message');

/** What a hook answers; undefined lets the next plugin speak. */
export type HookAnswer =
  | { readonly code: number; readonly message?: HarakaMessage; readonly reply?: OwnReply }
  | undefined;

/** Lets the next plugin speak. */
export const proceed: HookAnswer = undefined;

/** Vouches, or ends a hook with success. */
export function succeed(message?: string): HookAnswer {
  return message === undefined ? { code: constants.ok } : { code: constants.ok, message };
}

/** Ends a hook, and only then answers the client: core reads on as soon as a reply has left. */
export function succeedWith(reply: OwnReply): HookAnswer {
  return { code: constants.ok, reply };
}

/** A reply without an enhanced code. Core knows a message that brings its own code by the name of its class. */
class DSN {
  readonly code: number;
  readonly reply: string;

  constructor(code: number, text: string) {
    this.code = code;
    this.reply = text;
  }

  toString(): string {
    return this.reply;
  }
}

/** Turns a reply into a message that carries its codes, the enhanced one only where the reply has one. */
export function messageOf({ code, enhanced, text }: Reply): HarakaMessage {
  if (enhanced === '') return new DSN(code, text === '' ? 'no reason is given' : text);
  const [, subject, detail] = enhanced.split('.');
  return dsn.create(code, text, Number(subject), Number(detail));
}

/** Refuses for good or for now, as the reply's code says. */
export function refuse(reply: Reply): HookAnswer {
  const code = reply.code >= 500 ? constants.deny : constants.denysoft;
  return { code, message: messageOf(reply) };
}
