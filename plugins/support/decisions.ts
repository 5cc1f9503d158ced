/*
 * The one stored decision for each sender and recipient: whichever plugin asks first has it made, the others apply
 * their part of it.
 */
import {
  decideInDoubt,
  decideRecipient,
  decideSender,
  type RecipientDecision,
  type SenderDecision,
} from '../../lib/decide/index.js';
import { isOutsideRecipient } from '../../lib/policy/index.js';
import { gateway } from './gateway.js';
import type { HarakaAddress, HarakaConnection, HarakaTransaction } from './haraka.js';
import { pathOf, requestOf, sessionOf, transactionState } from './session.js';

/** ESMTP parameters as Haraka hands them over: upper-case names. */
export type Parameters = Readonly<Record<string, string | null>>;

/** The transaction of a hook that only runs inside one; throws when it was reset during a wait. */
export function transactionOf(connection: HarakaConnection): HarakaTransaction {
  if (connection.transaction === null) throw new Error('the transaction is gone');
  return connection.transaction;
}

/** Decides on the sender of the transaction, once. */
export async function senderDecision(connection: HarakaConnection): Promise<SenderDecision> {
  const transaction = transactionOf(connection);
  const state = transactionState(connection, transaction);
  if (state.sender !== null) return state.sender;
  const session = sessionOf(connection, state.policy);
  const options = { tables: gateway().isEnabled('access') };
  const from = pathOf(transaction.mail_from);
  const decision = await gateway().decide(state.policy, (environment) =>
    decideInDoubt({ policy: state.policy, session, environment }, (context) =>
      decideSender(context, from, options),
    ),
  );
  state.sender = decision;
  return decision;
}

/** Decides on a recipient of the transaction, once. */
export async function recipientDecision(
  connection: HarakaConnection,
  recipient: HarakaAddress,
  params: Parameters | undefined,
): Promise<RecipientDecision> {
  const transaction = transactionOf(connection);
  const state = transactionState(connection, transaction);
  const known = state.recipients.get(recipient);
  if (known !== undefined) return known;
  const sender = await senderDecision(connection);
  const session = sessionOf(connection, state.policy);
  const options = { tables: gateway().isEnabled('access'), bothPasses: false };
  const request = { ...requestOf(recipient, params), earlierRecipients: state.recipients.size };
  const decision = await gateway().decide(state.policy, (environment) =>
    decideInDoubt({ policy: state.policy, session, environment }, (context) =>
      decideRecipient(context, sender.envelopeFrom, request, options),
    ),
  );
  state.recipients.set(recipient, decision);
  return decision;
}

/** Tells whether a recipient that goes by a channel is someone outside whom the client itself named. */
export async function goesToOutsider(
  connection: HarakaConnection,
  { host }: HarakaAddress,
  channel: string,
): Promise<boolean> {
  const { policy } = transactionState(connection, transactionOf(connection));
  const { sourceChannel } = sessionOf(connection, policy);
  return await gateway().decide(policy, (environment) =>
    isOutsideRecipient(policy, sourceChannel, { host: host ?? '', channel }, environment),
  );
}
