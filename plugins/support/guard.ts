/*
 * The only way from Haraka into our code. A guarded hook never throws, never rejects, answers exactly once, and defers on an
 * internal error. Haraka itself takes a throw for "continue", and a rejection ends its process.
 */
import * as constants from 'haraka-constants';
import { defer } from '../../lib/smtp/index.js';
import {
  causeOf,
  endConnection,
  type HarakaConnection,
  type HarakaPlugin,
  messageOf,
  type Next,
  repliesSoFar,
} from '../haraka/index.js';
import { TransactionEnded } from './ended-transactions.js';
import type { HookAnswer } from './respond.js';

/** The body of a hook: what to answer, now or later. */
export type HookBody<P extends readonly unknown[]> = (
  this: HarakaPlugin,
  connection: HarakaConnection,
  ...params: P
) => HookAnswer | Promise<HookAnswer>;

/** A hook as Haraka calls it. */
export type Hook<P extends readonly unknown[]> = (
  this: HarakaPlugin,
  next: Next,
  connection: HarakaConnection,
  ...params: P
) => void;

function deferFor(cause: string): HookAnswer {
  const verdict = defer(cause);
  return verdict.kind === 'defer'
    ? { code: constants.denysoft, message: messageOf(verdict.reply) }
    : { code: constants.denysoft };
}

/**
 * Guards the body of a hook. `onError` replaces the reply 451 4.3.0 in hooks whose answer Haraka ignores, or where another
 * refusal is right.
 */
export function guard<P extends readonly unknown[]>(
  body: HookBody<P>,
  onError: (cause: string) => HookAnswer = deferFor,
): Hook<P> {
  return function guarded(next, connection, ...params) {
    let answered = false;
    const replies = repliesSoFar(connection);
    const answer = (given: HookAnswer): void => {
      if (answered) return;
      answered = true;
      // After a timeout core has replied to the client itself.
      const isAwaited = repliesSoFar(connection) === replies;
      try {
        if (given === undefined) {
          next();
          return;
        }
        next(given.code, given.message);
        if (!isAwaited || given.reply === undefined) return;
        const { code, text, ends } = given.reply;
        connection.respond(code, text, () => {
          if (ends) connection.disconnect();
        });
      } catch (error) {
        connection.logerror(this, `the connection ends after an error in a later plugin: ${causeOf(error)}`);
        endConnection(connection);
      }
    };
    const fail = (error: unknown): void => {
      const cause = causeOf(error);
      if (error instanceof TransactionEnded) connection.loginfo(this, `given up: ${cause}`);
      else connection.logerror(this, `deferred after an internal error: ${cause}`);
      answer(onError(cause));
    };
    try {
      const given = body.call(this, connection, ...params);
      if (given instanceof Promise) given.then(answer).catch(fail);
      else answer(given);
    } catch (error) {
      fail(error);
    }
  };
}
