/*
 * The only way from Haraka into our code. A guarded hook never throws, never rejects, answers exactly once, and defers on an
 * internal error. Haraka itself takes a throw for "continue", and a rejection ends its process. A hook that need not wait
 * answers at once, and hooks of ours that follow it in the same phase run with it.
 */
import * as constants from 'haraka-constants';
import type { Eventual } from '../../lib/engine/index.js';
import { defer } from '../../lib/smtp/index.js';
import {
  allowAfterOurs,
  causeOf,
  endConnection,
  type HarakaConnection,
  type HarakaPlugin,
  messageOf,
  type Next,
  presentHook,
  repliesSoFar,
  runNextHook,
} from '../haraka/index.js';
import { TransactionEnded } from './ended-transactions.js';
import { observer } from './observer.js';
import type { HookAnswer } from './respond.js';

/** The body of a hook: what to answer, now or later. `P` is what Haraka passes beside the connection. */
export type HookBody<P> = (
  this: HarakaPlugin,
  connection: HarakaConnection,
  params: P,
) => Eventual<HookAnswer>;

/** A hook as Haraka calls it. */
export type Hook<P> = (this: HarakaPlugin, next: Next, connection: HarakaConnection, params: P) => void;

type OnError = (cause: string) => HookAnswer;

function deferFor(cause: string): HookAnswer {
  const verdict = defer(cause);
  return verdict.kind === 'defer'
    ? { code: constants.denysoft, message: messageOf(verdict.reply) }
    : { code: constants.denysoft };
}

/** One call of a hook, until it is answered. */
class Call {
  readonly #plugin: HarakaPlugin;
  readonly #next: Next;
  readonly #connection: HarakaConnection;
  readonly #replies: number;
  #isAnswered = false;

  /** `replies`: how many replies the client had got when the hook was called. */
  constructor(plugin: HarakaPlugin, next: Next, connection: HarakaConnection, replies: number) {
    this.#plugin = plugin;
    this.#next = next;
    this.#connection = connection;
    this.#replies = replies;
  }

  answer(given: HookAnswer): void {
    if (this.#isAnswered) return;
    this.#isAnswered = true;
    const connection = this.#connection;
    // After a timeout core has replied to the client itself.
    const isAwaited = repliesSoFar(connection) === this.#replies;
    try {
      if (given === undefined) {
        this.#next();
        return;
      }
      this.#next(given.code, given.message);
      if (!isAwaited || given.reply === undefined) return;
      const { code, text, ends } = given.reply;
      connection.respond(code, text, () => {
        if (ends) connection.disconnect();
      });
    } catch (error) {
      connection.logerror(
        this.#plugin,
        `the connection ends after an error in a later plugin: ${causeOf(error)}`,
      );
      endConnection(connection);
    }
  }

  fail(error: unknown, onError: OnError): void {
    const cause = causeOf(error);
    if (error instanceof TransactionEnded) {
      this.#connection.loginfo(this.#plugin, `given up: ${cause}`);
    } else {
      this.#connection.logerror(this.#plugin, `deferred after an internal error: ${cause}`);
      observer()?.troubled();
    }
    this.answer(onError(cause));
  }
}

/**
 * Guards the body of a hook. `onError` replaces the reply 451 4.3.0 in hooks whose answer Haraka ignores, or where another
 * refusal is right.
 */
export function guard<P = unknown>(body: HookBody<P>, onError: OnError = deferFor): Hook<P> {
  const guarded: Hook<P> = function (next, connection, params) {
    const replies = repliesSoFar(connection);
    const present = presentHook(connection);
    let call: Call | undefined;
    try {
      const given = body.call(this, connection, params);
      // Most hooks leave the answer to the next one, and then need no call of their own.
      if (given === undefined && runNextHook(connection, present, next, params)) return;
      call = new Call(this, next, connection, replies);
      if (given instanceof Promise) {
        const waiting = call;
        given.then((later) => waiting.answer(later)).catch((error: unknown) => waiting.fail(error, onError));
      } else {
        call.answer(given);
      }
    } catch (error) {
      call ??= new Call(this, next, connection, replies);
      call.fail(error, onError);
    }
  };
  allowAfterOurs(guarded);
  return guarded;
}
