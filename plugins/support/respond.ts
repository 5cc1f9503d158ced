/*
 * What a hook answers: Haraka's code for it, and a message.
 */
import * as constants from 'haraka-constants';
import { type Reply, reply, type Verdict } from '../../lib/smtp/index.js';
import { type HarakaMessage, messageOf } from '../haraka/index.js';

/** A reply that we send to the client ourselves, where core would not send the right one. */
export interface OwnReply {
  readonly code: number;
  readonly text: string;
  readonly ends: boolean;
}

/** What a hook answers; undefined leaves the answer to the next plugin. */
export type HookAnswer =
  | { readonly code: number; readonly message?: HarakaMessage; readonly reply?: OwnReply }
  | undefined;

/** For a recipient that cannot be delivered together with those before it. */
export const separateMessage = reply(450, '4.5.3', 'send this recipient in a separate message');

/** Leaves the answer to the next plugin. */
export const proceed: HookAnswer = undefined;

/** Ends a hook with success; for a recipient, accepts it. */
export function succeed(message?: string): HookAnswer {
  return message === undefined ? { code: constants.ok } : { code: constants.ok, message };
}

/** Ends a hook, and only then replies to the client: core reads on as soon as a reply has left. */
export function succeedWith(reply: OwnReply): HookAnswer {
  return { code: constants.ok, reply };
}

/** Refuses permanently or temporarily, by the code of the reply. */
export function refuse(reply: Reply): HookAnswer {
  const code = reply.code >= 500 ? constants.deny : constants.denysoft;
  return { code, message: messageOf(reply) };
}

/** The answer to a verdict; accepting leaves the answer to other plugins. */
export function answerTo(verdict: Verdict): HookAnswer {
  return verdict.kind === 'accept' ? proceed : refuse(verdict.reply);
}
