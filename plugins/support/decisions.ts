/*
 * The one stored decision on each sender and recipient: the first plugin that needs it has it made, and each applies its part.
 */
import {
  decideInDoubt,
  decideRecipient,
  decideSender,
  type RecipientDecision,
  type SenderDecision,
} from '../../lib/decide/index.js';
import { isOutsideRecipient } from '../../lib/policy/index.js';
import type { HarakaAddress, HarakaConnection } from '../haraka/index.js';
import { gateway } from './gateway.js';
import { type Parameters, pathOf, requestOf, sessionOf, transactionOf, transactionState } from './session.js';

/** Decides on the sender of the transaction, once. */
export async function senderDecision(connection: HarakaConnection): Promise<SenderDecision> {
  const transaction = transactionOf(connection);
  const state = transactionState(connection, transaction);
  if (state.sender !== null) return state.sender;
  const { policy } = state;
  const session = sessionOf(connection, policy);
  const options = { tables: gateway().isEnabled('access') };
  const from = pathOf(transaction.mail_from);
  state.sender = await gateway().decide(policy, (environment) =>
    decideInDoubt(policy, session, environment, (source, world) =>
      decideSender(policy, source, from, options, world),
    ),
  );
  return state.sender;
}

/** Decides on a recipient of the transaction, once. */
export async function recipientDecision(
  connection: HarakaConnection,
  recipient: HarakaAddress,
  params?: Parameters,
): Promise<RecipientDecision> {
  const state = transactionState(connection, transactionOf(connection));
  const known = state.recipients.get(recipient);
  if (known !== undefined) return known;
  const { policy } = state;
  const { envelopeFrom } = state.sender ?? (await senderDecision(connection));
  const session = sessionOf(connection, policy);
  const options = { tables: gateway().isEnabled('access'), bothPasses: false };
  const request = { ...requestOf(recipient, params), earlierRecipients: state.recipients.size };
  const decision = await gateway().decide(policy, (environment) =>
    decideInDoubt(policy, session, environment, (source, world) =>
      decideRecipient(policy, source, envelopeFrom, request, options, world),
    ),
  );
  state.recipients.set(recipient, decision);
  return decision;
}

/** Whether a recipient on a channel is outside and was named by the client itself, not reached by forwarding. */
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
