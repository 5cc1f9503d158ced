/*
 * What is remembered of a connection between its AUTH commands.
 */
import type { HarakaConnection } from '../haraka/index.js';
import type { ServerExchange } from './server-exchange.js';

export interface AuthState {
  /** The exchange whose next line is awaited. */
  exchange: ServerExchange | null;
  /** AUTH commands that failed. */
  failures: number;
  /** Whether the client could relay before AUTH, for whatever reason. */
  relayedBefore: boolean;
}

const kept = Symbol('auth');

/** A connection with its state, which is kept in it once AUTH was given. */
interface Kept {
  [kept]?: AuthState;
}

export function authState(connection: HarakaConnection & Kept): AuthState {
  let state = connection[kept];
  if (state === undefined) {
    state = { exchange: null, failures: 0, relayedBefore: false };
    connection[kept] = state;
  }
  return state;
}

/** Ends an exchange that the client has left unfinished. */
export function endExchange(connection: HarakaConnection & Kept): void {
  const state = connection[kept];
  if (state !== undefined) state.exchange = null;
}
