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
import { andThen, type Eventual } from '../../lib/engine/index.js';
import { isOutsideRecipient } from '../../lib/policy/index.js';
import type { HarakaAddress, HarakaConnection } from '../haraka/index.js';
import { gateway } from './gateway.js';
import { observer, secondsSince, startOfMeasurement } from './observer.js';
import { type Parameters, pathOf, requestOf, sessionOf, transactionOf, transactionState } from './session.js';

/** Decides on the sender of the transaction, once. */
export function senderDecision(connection: HarakaConnection): Eventual<SenderDecision> {
  const transaction = transactionOf(connection);
  const state = transactionState(connection, transaction);
  if (state.sender !== null) return state.sender;
  const { policy } = state;
  const session = sessionOf(connection, policy);
  const options = { tables: gateway().isEnabled('access') };
  const from = pathOf(transaction.mail_from);
  const start = startOfMeasurement();
  const made = gateway().decide(policy, (environment) =>
    decideInDoubt({ policy, session, environment }, (context) => decideSender(context, from, options)),
  );
  return andThen(made, (decision) => {
    state.sender = decision;
    observer()?.decided({
      stage: 'sender',
      policy,
      connection,
      session,
      destinationChannel: null,
      verdict: decision.verdict,
      shadowed: decision.shadowed,
      envelopeFrom: transaction.mail_from.original,
      envelopeTo: null,
      seconds: secondsSince(start),
    });
    return decision;
  });
}

/** Decides on a recipient of the transaction, once. */
export function recipientDecision(
  connection: HarakaConnection,
  recipient: HarakaAddress,
  params?: Parameters,
): Eventual<RecipientDecision> {
  const state = transactionState(connection, transactionOf(connection));
  const known = state.recipients.get(recipient);
  if (known !== undefined) return known;
  return andThen(state.sender ?? senderDecision(connection), ({ envelopeFrom }) => {
    const { policy } = state;
    const session = sessionOf(connection, policy);
    const options = { tables: gateway().isEnabled('access'), bothPasses: false };
    const request = { ...requestOf(recipient, params), earlierRecipients: state.recipients.size };
    const start = startOfMeasurement();
    const made = gateway().decide(policy, (environment) =>
      decideInDoubt({ policy, session, environment }, (context) =>
        decideRecipient(context, envelopeFrom, request, options),
      ),
    );
    return andThen(made, (decision) => {
      state.recipients.set(recipient, decision);
      observer()?.decided({
        stage: 'recipient',
        policy,
        connection,
        session,
        destinationChannel: decision.channel,
        verdict: decision.verdict,
        shadowed: decision.shadowed,
        envelopeFrom,
        envelopeTo: recipient.original,
        seconds: secondsSince(start),
      });
      return decision;
    });
  });
}

/** Decides on recipients one after the other; those known already cost nothing. */
export function recipientDecisions(
  connection: HarakaConnection,
  recipients: readonly HarakaAddress[],
): Eventual<readonly RecipientDecision[]> {
  const made: RecipientDecision[] = [];
  const decideFrom = (start: number): Eventual<readonly RecipientDecision[]> => {
    for (let at = start; at < recipients.length; at += 1) {
      const recipient = recipients[at];
      if (recipient === undefined) break;
      const decision = recipientDecision(connection, recipient);
      if (decision instanceof Promise) {
        return decision.then((late) => {
          made.push(late);
          return decideFrom(at + 1);
        });
      }
      made.push(decision);
    }
    return made;
  };
  return decideFrom(0);
}

/** Whether a recipient on a channel is outside and was named by the client itself, not reached by forwarding. */
export function goesToOutsider(
  connection: HarakaConnection,
  { host }: HarakaAddress,
  channel: string,
): Eventual<boolean> {
  const { policy } = transactionState(connection, transactionOf(connection));
  const { sourceChannel } = sessionOf(connection, policy);
  return gateway().decide(policy, (environment) =>
    isOutsideRecipient(policy, sourceChannel, { host: host ?? '', channel }, environment),
  );
}
