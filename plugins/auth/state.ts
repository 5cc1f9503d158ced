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

const states = new WeakMap<HarakaConnection, AuthState>();

export function authState(connection: HarakaConnection): AuthState {
  let state = states.get(connection);
  if (state === undefined) {
    state = { exchange: null, failures: 0, relayedBefore: false };
    states.set(connection, state);
  }
  return state;
}
