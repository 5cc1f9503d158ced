/*
 * What follows from a successful AUTH, ours or that of another plugin: the channel switches, and from then on the client relays
 * if its channel may, or if it could before. STARTTLS reverts all of it.
 * Ref: PMDF 2.3.4.43, 2.3.4.44; RFC 3207 4.2
 */
import { type HarakaConnection, type HarakaPlugin, knownUser } from '../haraka/index.js';
import {
  connectionState,
  followSwitches,
  forgetUser,
  gateway,
  keepSubmissionOpen,
  stopKeepingOpen,
} from '../support/index.js';
import { authState } from './state.js';

/**
 * Sets channel and relaying of a client that authenticated: of its connection or, inside a transaction, of that. Throws when
 * relaying cannot be cleared.
 */
export function settle(plugin: HarakaPlugin, connection: HarakaConnection): void {
  const state = connectionState(connection);
  followSwitches(plugin, connection);
  const relays = state.decision?.relaying === true || authState(connection).relayedBefore;
  if (connection.transaction === null) stopKeepingOpen(connection);
  connection.relaying = relays;
  if (connection.relaying !== relays) throw new Error('relaying could not be cleared');
  if (connection.transaction === null && gateway().isEnabled('switchchannel'))
    keepSubmissionOpen(connection, state.policy);
}

/** Reverts what AUTH before the handshake gave the client, and forgets the user. */
export function unsettle(plugin: HarakaPlugin, connection: HarakaConnection): void {
  const hadUser = knownUser(connection) !== null;
  authState(connection).exchange = null;
  forgetUser(connection);
  if (hadUser) settle(plugin, connection);
}
