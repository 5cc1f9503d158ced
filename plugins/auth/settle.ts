/*
 * What follows from an AUTH that succeeded, ours or that of another plugin: the channel switches, and from then on the
 * client relays if its channel may, or if it might before. STARTTLS takes all of it back.
 * Ref: PMDF 2.3.4.43, 2.3.4.44; RFC 3207 4.2
 */

import type { HarakaConnection, HarakaPlugin } from '../haraka/types.js';
import { followSwitches } from '../support/follow-switches.js';
import { gateway } from '../support/gateway.js';
import { connectionState, forgetUser, knownUser } from '../support/session.js';
import { keepSubmissionOpen, letGo } from '../support/submission-ports.js';
import { authState } from './state.js';

/**
 * Settles channel and relaying of a client that authenticated: of its connection, or, inside a transaction, of that.
 * Throws when relaying cannot be taken back.
 */
export function settle(plugin: HarakaPlugin, connection: HarakaConnection): void {
  const state = connectionState(connection);
  followSwitches(plugin, connection);
  const relays = state.decision?.relaying === true || authState(connection).relayedBefore;
  if (connection.transaction === null) letGo(connection);
  connection.relaying = relays;
  if (connection.relaying !== relays) throw new Error('relaying could not be taken back');
  if (connection.transaction === null && gateway().isEnabled('switchchannel'))
    keepSubmissionOpen(connection, state.policy);
}

/** Takes back what a user gave who authenticated before the handshake, and forgets the user. */
export function unsettle(plugin: HarakaPlugin, connection: HarakaConnection): void {
  const hadUser = knownUser(connection) !== null;
  authState(connection).exchange = null;
  forgetUser(connection);
  if (hadUser) settle(plugin, connection);
}
