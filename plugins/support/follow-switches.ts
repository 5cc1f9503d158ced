/*
 * The channel of a connection after STARTTLS and AUTH, and what follows from it: keywords, access tables, relaying.
 * Ref: PMDF 2.3.4.43, 2.3.4.45
 */
import { type ConnectionDecision, initialChannel, switchAfterCommands } from '../../lib/decide/index.js';
import type { HarakaConnection, HarakaPlugin } from '../haraka/index.js';
import { gateway } from './gateway.js';
import { authenticatedUser, connectionState, serverOf } from './session.js';
import { keepSubmissionOpen, stopKeepingOpen } from './submission-ports.js';

/** The decision before any switch, by the switched one: commands switch from there, in their order, each time. */
const origins = new WeakMap<ConnectionDecision, ConnectionDecision>();

function decisionSoFar(connection: HarakaConnection): ConnectionDecision {
  const { decision, policy } = connectionState(connection);
  if (decision !== null) return decision;
  const { name } = initialChannel(policy, serverOf(connection).port);
  return { channel: name, why: 'it is the channel of the listener', switched: false, relaying: false };
}

/** Switches the channel if STARTTLS or AUTH has changed it, and writes that to log and results. Throws on failure. */
export function followSwitches(plugin: HarakaPlugin, connection: HarakaConnection): void {
  const state = connectionState(connection);
  const before = decisionSoFar(connection);
  const origin = origins.get(before) ?? before;
  const authUser = authenticatedUser(connection);
  const after = switchAfterCommands(state.policy, origin, { tls: connection.tls.enabled, authUser });
  if (after.channel === before.channel) return;
  origins.set(after, origin);
  state.decision = after;
  const opensSubmission = gateway().isEnabled('switchchannel');
  if (opensSubmission) stopKeepingOpen(connection);
  if (after.relaying) connection.relaying = true;
  // Haraka lets an authenticated client relay, whatever the channel.
  else if (before.relaying && authUser === null) connection.relaying = false;
  if (opensSubmission) keepSubmissionOpen(connection, state.policy);
  const { channel, why, relaying } = after;
  connection.results.add(plugin, { channel, why, msg: `channel ${channel}` });
  connection.lognotice(
    plugin,
    `channel=${channel} client=${connection.remote.ip} relaying=${relaying} why="${why}"`,
  );
}
