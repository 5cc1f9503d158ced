/*
 * The hooks of pmdf/deliver up to the end of the message: which recipients are accepted, by what was decided on them and by the
 * last word of their next mail servers.
 */
import type { AccessEffects, RecipientDecision } from '../../lib/decide/index.js';
import { deliveryRoute } from '../../lib/policy/index.js';
import { type Reply, reply } from '../../lib/smtp/index.js';
import { type HarakaAddress, type HarakaConnection, type HarakaPlugin, isLogged } from '../haraka/index.js';
import {
  andThen,
  askedFor,
  type Eventual,
  gateway,
  goesToOutsider,
  guard,
  type HookAnswer,
  noteRecipient,
  noteSender,
  type Parameters,
  proceed,
  recipientDecision,
  recipientDecisions,
  refuse,
  senderDecision,
  separateMessage,
  succeed,
  transactionOf,
  transactionState,
} from '../support/index.js';
import { askNextHop } from './ask-next-hop.js';
import { outbound } from './outbound.js';
import { isDeliveredHere, plannerOf } from './plan.js';

/**
 * Without pmdf/access no one has decided whether the client may reach the outside: that is then left to the plugin that sets
 * relaying, and to Haraka, which refuses what no plugin accepts.
 */
function mayAccept(
  connection: HarakaConnection,
  recipient: HarakaAddress,
  { channel }: RecipientDecision,
): Eventual<boolean> {
  if (gateway().isEnabled('access') || connection.relaying) return true;
  if (channel === null) return false;
  // What the site itself forwards is its own mail, wherever it goes.
  return andThen(goesToOutsider(connection, recipient, channel), (isOutside) => !isOutside);
}

/**
 * Decides on the new recipients of the transaction, including those that other plugins added; refuses what cannot be delivered,
 * or not together with the others. `whole`: looks for changes in the whole list, not only at its end.
 */
function refusalOf(
  plugin: HarakaPlugin,
  connection: HarakaConnection,
  how: { readonly whole: boolean; readonly conflict: Reply },
): Eventual<HookAnswer> {
  const transaction = transactionOf(connection);
  const { policy } = transactionState(connection, transaction);
  const list = transaction.rcpt_to;
  const planner = plannerOf(transaction, policy);
  const planned = how.whole ? planner.keepAll(list) : planner.keepTail(list);
  const added = planned === list.length ? none : list.slice(planned);
  return andThen(recipientDecisions(connection, added), (decisions) => {
    for (const [at, decision] of decisions.entries()) {
      const one = added[at];
      if (one === undefined) break;
      const { verdict } = decision;
      if (verdict.kind !== 'accept') {
        connection.lognotice(plugin, `${verdict.kind} recipient ${one.original}: ${verdict.reply.text}`);
        return refuse(verdict.reply);
      }
      planner.add(one, { named: one.address, decision, notary: askedFor(transaction, one) });
    }
    const { conflict } = planner;
    if (conflict === null) return proceed;
    connection.lognotice(
      plugin,
      `defer recipient ${list.at(-1)?.original ?? ''}: two plugins would deliver it, ${conflict}`,
    );
    return refuse(how.conflict);
  });
}

const none: readonly HarakaAddress[] = [];

const eachRecipient = { whole: false, conflict: separateMessage };

const wholeMessage = {
  whole: true,
  conflict: reply(450, '4.5.3', 'send each of these recipients in a separate message'),
};

/** Refuses a recipient that cannot be delivered, before another plugin can accept it. */
export const checkRecipient = guard<readonly [HarakaAddress, Parameters?]>(function (
  connection,
  [recipient, parameters],
) {
  noteRecipient(connection, transactionOf(connection), recipient, parameters ?? {});
  return andThen(recipientDecision(connection, recipient, parameters), () =>
    refusalOf(this, connection, eachRecipient),
  );
});

/** A transaction keeps the policy in force at its MAIL. */
export const beginTransaction = guard<readonly [HarakaAddress, Parameters?]>((connection, [, parameters]) => {
  const transaction = transactionOf(connection);
  transactionState(connection, transaction);
  noteSender(connection, transaction, parameters ?? {});
  return proceed;
});

/** Accepts a recipient; other plugins may have replaced it. */
export const acceptRecipient = guard<readonly [HarakaAddress, Parameters?]>(function (
  connection,
  [recipient, parameters],
) {
  return andThen(recipientDecision(connection, recipient, parameters), (decision) => {
    if (decision.verdict.kind !== 'accept') return refuse(decision.verdict.reply);
    return andThen(refusalOf(this, connection, eachRecipient), (refusal) => {
      if (refusal !== proceed) return refusal;
      return andThen(mayAccept(connection, recipient, decision), (isAccepted) => {
        if (!isAccepted) return proceed;
        if (isLogged('INFO')) logAccepted(this, connection, recipient, decision);
        return succeed();
      });
    });
  });
});

function logAccepted(
  plugin: HarakaPlugin,
  connection: HarakaConnection,
  { original }: HarakaAddress,
  { deliveries }: RecipientDecision,
): void {
  const { policy } = transactionState(connection, transactionOf(connection));
  const routes = deliveries.map(
    ({ address, channel }) => `${channel}(${deliveryRoute(policy, channel).method}):${address}`,
  );
  connection.loginfo(plugin, `accept recipient ${original} -> ${routes.join(' ')}`);
}

/** Whether mail with these effects is sent, not held or discarded. */
function isSent({ hold, bitbucket }: AccessEffects): boolean {
  return !hold && !bitbucket;
}

/** All plugins accept the recipient: its next mail server has the last word. */
export const askServers = guard(function (connection) {
  return andThen(refusalOf(this, connection, eachRecipient), (refusal) => {
    if (refusal !== proceed) return refusal;
    const transaction = transactionOf(connection);
    const { policy } = transactionState(connection, transaction);
    return andThen(senderDecision(connection), (sender) => {
      const { latest } = plannerOf(transaction, policy);
      if (latest === undefined) return proceed;
      const { planned: deliveries, recipient } = latest;
      if (!isSent(sender.effects) || !isSent(recipient.decision.effects)) return proceed;
      if (!deliveries.some(({ route }) => isDeliveredHere(policy, route))) return proceed;
      return askNextHop({
        plugin: this,
        connection,
        transaction,
        ...outbound(),
        policy,
        sender,
        named: recipient.named,
        deliveries,
      });
    });
  });
});

/**
 * Checks all recipients once more. Where a queue plugin delivers the message, core must run the hook `queue`, since such plugins
 * do not run in `queue_outbound`.
 */
export const clearRelaying = guard(function (connection) {
  return andThen(refusalOf(this, connection, wholeMessage), (refusal) => {
    if (refusal !== proceed) return refusal;
    const transaction = transactionOf(connection);
    const { policy } = transactionState(connection, transaction);
    const { through } = plannerOf(transaction, policy).plan;
    if (!through.every(({ route }) => isDeliveredHere(policy, route))) connection.relaying = false;
    return proceed;
  });
});
