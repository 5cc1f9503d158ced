/*
 * pmdf/switchchannel: gives every connection a source channel, from its confirmed reverse name or its address. The channel is
 * chosen each time the hook `connect` runs: again after PROXY and XCLIENT.
 * Ref: PMDF 2.3.4.42
 */
import { type Channel, confirmationOf, reverseNameUse } from '../../lib/channel/index.js';
import { channelsInDoubt, decideConnection, initialChannel, nameUnanswered } from '../../lib/decide/index.js';
import type { ReverseName } from '../../lib/policy/index.js';
import {
  type HarakaAddress,
  type HarakaConnection,
  type HarakaPlugin,
  knownUser,
  type Next,
  type QueueItem,
} from '../haraka/index.js';
import {
  andThen,
  closeForTransaction,
  connectionState,
  type Eventual,
  gateway,
  guard,
  joinGateway,
  keepSubmissionOpen,
  observer,
  proceed,
  refuse,
  reverseNameOf,
  serverOf,
  sessionOf,
  succeed,
  transactionState,
} from '../support/index.js';
import { checkSeparate, routeCopy, steerMessage } from './local-mail.js';

/** Registers the hooks; throws when the configuration is broken. */
export function register(this: HarakaPlugin): void {
  joinGateway(this, 'switchchannel');
  this.register_hook('lookup_rdns', 'lookUpName', -100);
  this.register_hook('connect', 'chooseChannel', -100);
  this.register_hook('mail', 'closeSubmission', -100);
  this.register_hook('rcpt', 'deferUnanswered', 100);
  this.register_hook('rcpt', 'checkKind', -85);
  this.register_hook('data_post', 'steerLocalMail', 100);
  this.register_hook('get_mx', 'routeLocalCopy', -90);
}

function listenerChannel(connection: HarakaConnection): Channel {
  const { policy } = connectionState(connection);
  return initialChannel(policy, serverOf(connection).port);
}

/** Looks up the client's name, unless its channel has none looked up, and stores it with the address. */
function lookUp(connection: HarakaConnection): Eventual<ReverseName> {
  const state = connectionState(connection);
  const address = connection.remote.ip;
  const initial = listenerChannel(connection);
  const found: Eventual<ReverseName> = reverseNameUse(initial).lookedUp
    ? gateway().reverseName(state.policy, address)
    : { kind: 'none', cause: `\`${initial.name}\` has no names looked up` };
  return andThen(found, (name) => {
    state.reverse = { address, name };
    return name;
  });
}

const noName = 'Unknown';

/** The name for other plugins, and that for the Received line. */
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

/** Looks up the reverse name with a time limit, which core's look-up lacks. */
export const lookUpName = guard(
  (connection) =>
    andThen(lookUp(connection), (name) => {
      const { host, info } = shownName(listenerChannel(connection), name);
      // Otherwise core keeps what is there: after XCLIENT the name of the proxy.
      connection.set('remote.info', info);
      return succeed(host);
    }),
  // Without a name the literal decides; a name is never needed to be safe.
  () => succeed(noName),
);

/** Chooses the source channel and writes it to results and log. */
export const chooseChannel = guard(function (connection) {
  const state = connectionState(connection);
  state.policy = gateway().policy;
  state.decision = null;
  state.formerUser = knownUser(connection);
  // XCLIENT changes the client without another run of lookup_rdns.
  const isLookedUp = state.reverse !== null && state.reverse.address === connection.remote.ip;
  return andThen(isLookedUp ? undefined : lookUp(connection), () => {
    const session = sessionOf(connection, state.policy);
    const made = gateway().decide(state.policy, (environment) =>
      decideConnection(state.policy, session, environment),
    );
    return andThen(made, (decision) => {
      state.decision = decision;
      const { channel, why, relaying } = decision;
      if (relaying) connection.relaying = true;
      observer()?.connected(channel);
      const name = reverseNameOf(connection).kind;
      connection.results.add(this, { channel, why, name, msg: `channel ${channel}` });
      connection.lognotice(
        this,
        `channel=${channel} client=${connection.remote.ip} relaying=${relaying} why="${why}"`,
      );
      keepSubmissionOpen(connection, state.policy);
      return proceed;
    });
  });
});

/**
 * Core permanently refuses a recipient that no plugin accepts. Where the reverse look-up failed and the client might be on an
 * inside channel, it is deferred instead.
 */
export const deferUnanswered = guard((connection) => {
  if (connection.relaying || connection.transaction === null) return proceed;
  const { policy } = transactionState(connection, connection.transaction);
  const session = sessionOf(connection, policy);
  const channels = gateway().decide(policy, (environment) =>
    channelsInDoubt({ policy, session, environment }),
  );
  return andThen(channels, (inDoubt) => (inDoubt.length > 0 ? refuse(nameUnanswered) : proceed));
});

/** Clears the relaying that kept MAIL possible on a submission port. */
export const closeSubmission = guard((connection) => closeForTransaction(connection));

/** Without pmdf/deliver: defers a recipient that cannot be delivered together with those before it. */
export const checkKind = guard<readonly [HarakaAddress]>(function (connection, [recipient]) {
  return checkSeparate(this, connection, recipient);
});

/** Without pmdf/deliver: hands mail for our own domains to the install's queue plugin. */
export const steerLocalMail = guard(function (connection) {
  return steerMessage(this, connection);
});

/** The same for a copy that is in Haraka's queue. */
export function routeLocalCopy(this: HarakaPlugin, next: Next, mail: QueueItem): void {
  routeCopy(this, next, mail);
}
