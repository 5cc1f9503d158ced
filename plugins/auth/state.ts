/*
 * What is remembered of a connection between its AUTH commands.
 */
import type { HarakaConnection } from '../haraka/types.js';
import type { Exchange } from './server-exchange.js';

/** The memory of a connection. */
export interface AuthState {
  /** The exchange whose next line is awaited. */
  exchange: Exchange | null;
  /** AUTH commands that came to nothing. */
  failures: number;
  /** Whether the client might relay before it said AUTH, by whatever lets clients relay. */
  relayedBefore: boolean;
}

const states = new WeakMap<HarakaConnection, AuthState>();

/** The memory of a connection. */
export function authState(connection: HarakaConnection): AuthState {
  let state = states.get(connection);
  if (state === undefined) {
    state = { exchange: null, failures: 0, relayedBefore: false };
    states.set(connection, state);
  }
  return state;
}
