/*
 * pmdf/switchchannel: every connection gets a source channel, from its confirmed reverse name or its address.
 * The choice is made each time the hook `connect` runs: again after PROXY and XCLIENT.
 * Ref: PMDF 2.3.4.42
 */
import { decideConnection, initialChannel, needsReverseName } from '../../lib/index.js';
import { gateway, joinGateway } from '../support/gateway.js';
import { guard } from '../support/guard.js';
import type { HarakaConnection, HarakaPlugin } from '../support/haraka.js';
import { proceed, succeed } from '../support/respond.js';
import { connectionState, reverseNameOf, sessionOf } from '../support/session.js';
import { keepSubmissionOpen, takeBackRelaying } from './submission-ports.js';

/** Registers the hooks; throws when the configuration is broken. */
export function register(this: HarakaPlugin): void {
  joinGateway(this, 'switchchannel');
  this.register_hook('lookup_rdns', 'lookUpName', -100);
  this.register_hook('connect', 'chooseChannel', -100);
  this.register_hook('mail', 'closeSubmission', -100);
}

/** Asks for the client's name where the channel's choice can depend on it; null where no name is asked for. */
async function askName(connection: HarakaConnection): Promise<string | null> {
  const state = connectionState(connection);
  const address = connection.remote.ip;
  const initial = initialChannel(state.policy, connection.local.port);
  if (!needsReverseName(initial, state.policy.settings.switchLookup)) {
    state.reverse = { address, name: { kind: 'none', cause: 'no name is asked for on this channel' } };
    return null;
  }
  const name = await gateway().reverseName(state.policy, address);
  state.reverse = { address, name };
  return name.kind === 'none' ? null : name.name;
}

/** Looks up the reverse name with a limit of our own, which core's look-up lacks. */
export const lookUpName = guard(
  async (connection) => succeed((await askName(connection)) ?? 'Unknown'),
  // Without a name the literal decides; a name is never needed to be safe.
  () => succeed('Unknown'),
);

/** Chooses the source channel and writes it to results and log. */
export const chooseChannel = guard(async function (this: HarakaPlugin, connection: HarakaConnection) {
  const state = connectionState(connection);
  state.policy = gateway().policy;
  state.decision = null;
  // XCLIENT changes the client without another run of lookup_rdns.
  if (state.reverse === null || state.reverse.address !== connection.remote.ip) await askName(connection);
  const session = sessionOf(connection, state.policy);
  const decision = await gateway().decide(state.policy, (environment) =>
    decideConnection(state.policy, session, environment),
  );
  state.decision = decision;
  if (decision.relaying) connection.relaying = true;
  const { channel, why } = decision;
  connection.results.add(this, {
    channel,
    why,
    name: reverseNameOf(connection).kind,
    msg: `channel ${channel}`,
  });
  connection.lognotice(
    this,
    `channel=${channel} client=${connection.remote.ip} relaying=${decision.relaying} why="${why}"`,
  );
  keepSubmissionOpen(connection, state.policy);
  return proceed;
});

/** Takes back what kept MAIL possible on a submission port. */
export const closeSubmission = guard((connection) => takeBackRelaying(connection));
