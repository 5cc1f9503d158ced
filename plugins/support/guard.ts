/*
 * The one way from Haraka into our code: a guarded hook never throws, never rejects, answers exactly once,
 * and defers on trouble. A reply of its own is sent once it has ended. Haraka itself takes a throw for "continue" and a
 * rejection for the end of the process.
 */

import * as constants from 'haraka-constants';
import { defer, oneLine } from '../../lib/smtp/index.js';
import { endConnection } from '../haraka/connection/end-connection.js';
import { repliesSoFar } from '../haraka/connection/one-command.js';
import type { HarakaConnection, HarakaPlugin, Next } from '../haraka/types.js';
import { type HookAnswer, messageOf, type OwnReply } from './respond.js';

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

/** What a cause says in the log: one line, without a stack. */
export function causeOf(error: unknown): string {
  return oneLine(error instanceof Error ? error.message : String(error));
}

/** The answer to trouble of our own: 451 4.3.0. */
export function deferFor(cause: string): HookAnswer {
  const verdict = defer(cause);
  return verdict.kind === 'defer'
    ? { code: constants.denysoft, message: messageOf(verdict.reply) }
    : { code: constants.denysoft };
}

/** Answers the client itself. */
function say(connection: HarakaConnection, { code, text, ends }: OwnReply): void {
  connection.respond(code, text, () => {
    if (ends) connection.disconnect();
  });
}

/**
 * Puts a body behind the guard. `onTrouble` replaces the temporary refusal in hooks whose answer Haraka ignores or
 * for which another refusal is right.
 */
export function guard<P extends readonly unknown[]>(
  body: HookBody<P>,
  onTrouble: (cause: string) => HookAnswer = deferFor,
): Hook<P> {
  return function guarded(next, connection, ...params) {
    let answered = false;
    const replies = repliesSoFar(connection);
    const answer = (given: HookAnswer): void => {
      if (answered) return;
      answered = true;
      // Core has answered the client itself when it gave up waiting.
      const isAwaited = repliesSoFar(connection) === replies;
      try {
        if (given === undefined) next();
        else next(given.code, given.message);
        if (isAwaited && given?.reply !== undefined) say(connection, given.reply);
      } catch (error) {
        connection.logerror(
          this,
          `the connection ends after an error in what follows this hook: ${causeOf(error)}`,
        );
        endConnection(connection);
      }
    };
    const fail = (error: unknown): void => {
      const cause = causeOf(error);
      connection.logerror(this, `deferred, because of trouble: ${cause}`);
      answer(onTrouble(cause));
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
