/*
 * pmdf/switchchannel: every connection gets a source channel, from its confirmed reverse name or its address.
 * The choice is made each time the hook `connect` runs: again after PROXY and XCLIENT.
 * Ref: PMDF 2.3.4.42
 */

import type { ReverseName } from '../../lib/channel/index.js';
import { type Channel, confirmationOf, reverseNameUse } from '../../lib/channel/index.js';
import { channelsInDoubt, decideConnection, initialChannel, nameUnanswered } from '../../lib/decide/index.js';
import { gateway } from '../support/gateway.js';
import { guard } from '../support/guard.js';
import type { HarakaAddress, HarakaConnection, HarakaPlugin, Next } from '../support/haraka.js';
import { joinGateway } from '../support/join-gateway.js';
import { tellMissing as missingTeller } from '../support/missing.js';
import type { QueueItem } from '../support/outbound-channel.js';
import { proceed, refuse, succeed } from '../support/respond.js';
import {
  connectionState,
  knownUser,
  reverseNameOf,
  serverOf,
  sessionOf,
  transactionState,
} from '../support/session.js';
import { checkKind as checkRecipientKind, routeCopy, steerMessage } from './local-mail.js';
import { keepSubmissionOpen, takeBackRelaying } from './submission-ports.js';

export { pinDenial } from '../support/pin-denial.js';

/** Registers the hooks; throws when the configuration is broken. */
export function register(this: HarakaPlugin): void {
  joinGateway(this, 'switchchannel');
  this.register_hook('init_master', 'tellMissing');
  this.register_hook('lookup_rdns', 'lookUpName', -100);
  this.register_hook('connect', 'chooseChannel', -100);
  this.register_hook('mail', 'closeSubmission', -100);
  this.register_hook('rcpt', 'deferUnanswered', 100);
  this.register_hook('rcpt', 'checkKind', -85);
  this.register_hook('data_post', 'steerLocalMail', 100);
  this.register_hook('get_mx', 'routeLocalCopy', -90);
  this.register_hook('deny', 'pinDenial', -100);
}

/** The channel that the connection came in on, before any choice. */
function listenerChannel(connection: HarakaConnection): Channel {
  const { policy } = connectionState(connection);
  return initialChannel(policy, serverOf(connection).port);
}

/** Finds the client's name, unless its channel wants none to be looked up, and remembers it with the address. */
async function askName(connection: HarakaConnection): Promise<ReverseName> {
  const state = connectionState(connection);
  const address = connection.remote.ip;
  const initial = listenerChannel(connection);
  const name: ReverseName = reverseNameUse(initial).lookedUp
    ? await gateway().reverseName(state.policy, address)
    : { kind: 'none', cause: `\`${initial.name}\` has no names looked up` };
  state.reverse = { address, name };
  return name;
}

const noName = 'Unknown';

/** What other plugins and the Received line are told of a name. */
function shownName(initial: Channel, name: ReverseName): { readonly host: string; readonly info: string } {
  switch (name.kind) {
    case 'none':
      return { host: noName, info: noName };
    case 'confirmed':
      return { host: name.name, info: name.name };
    case 'unconfirmed':
      switch (confirmationOf(initial)) {
        case 'delete':
          return { host: noName, info: noName };
        case 'tag':
          return { host: name.name, info: `${name.name} (not confirmed)` };
        case 'none':
        case 'required':
          return { host: name.name, info: name.name };
      }
  }
}

/** Looks up the reverse name with a limit of our own, which core's look-up lacks. */
export const lookUpName = guard(
  async (connection) => {
    const { host, info } = shownName(listenerChannel(connection), await askName(connection));
    // Core keeps what stands there already: after XCLIENT the name of the proxy.
    connection.set('remote.info', info);
    return succeed(host);
  },
  // Without a name the literal decides; a name is never needed to be safe.
  () => succeed(noName),
);

/** Chooses the source channel and writes it to results and log. */
export const chooseChannel = guard(async function (this: HarakaPlugin, connection: HarakaConnection) {
  const state = connectionState(connection);
  state.policy = gateway().policy;
  state.decision = null;
  state.formerUser = knownUser(connection);
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

/** Nobody vouches for the recipient, which core refuses for good: not where the client may be one of ours. */
export const deferUnanswered = guard(async (connection) => {
  if (connection.relaying || connection.transaction === null) return proceed;
  const { policy } = transactionState(connection, connection.transaction);
  const session = sessionOf(connection, policy);
  const inDoubt = await gateway().decide(policy, (environment) =>
    channelsInDoubt({ policy, session, environment }),
  );
  return inDoubt.length > 0 ? refuse(nameUnanswered) : proceed;
});

/** Takes back what kept MAIL possible on a submission port. */
export const closeSubmission = guard((connection) => takeBackRelaying(connection));

/** Where pmdf/deliver does not: a recipient that cannot be delivered with those before it has to come in a separate message. */
export const checkKind = guard(async function (
  this: HarakaPlugin,
  connection: HarakaConnection,
  [recipient]: readonly [HarakaAddress],
) {
  return await checkRecipientKind(this, connection, recipient);
});

/** Mail for our own domains goes on by the queue plugin of the install. */
export const steerLocalMail = guard(async function (this: HarakaPlugin, connection: HarakaConnection) {
  return await steerMessage(this, connection);
});

/** The same for a copy that is in Haraka's queue. */
export function routeLocalCopy(this: HarakaPlugin, next: Next, mail: QueueItem): void {
  routeCopy(this, next, mail);
}

/** Says what this plugin lacks because others are not enabled. */
export const tellMissing = missingTeller('switchchannel');
