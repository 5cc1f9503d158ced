/*
 * A whole SMTP session in the order of the gateway:
 *   channel of the connection -> PORT_ACCESS -> STARTTLS -> AUTH -> MAIL FROM -> each RCPT TO
 * All steps are decided even where an earlier one refuses; `firstRefusal` tells what mail to a recipient meets.
 * The commands decide whole sessions with it. The plugins decide one step in each hook, by the functions that the steps call;
 * a test runs one table of sessions through both.
 */
import { parsePath } from '../address/index.js';
import type { Lookup, TraceEvent } from '../engine/index.js';
import { exceedsHoldLimit } from '../policy/index.js';
import type { Verdict } from '../smtp/index.js';
import type { RecipientDecision, SenderDecision } from './decision.js';
import { type ClientStep, decideClient, type SessionClient } from './session-client.js';
import { decideMail, decideRcpt } from './session-envelope.js';
import { type SessionSetup, type Step, withoutBrackets } from './session-setup.js';

/** A session to be decided: the client and one envelope. */
export interface SessionRequest extends SessionClient {
  /** MAIL FROM, with or without brackets; the empty string is the null sender. */
  readonly from: string;
  /** RCPT TO, likewise. */
  readonly to: readonly string[];
}

/** The decision on a recipient; `named` is as the client gave it, without brackets. */
export interface RecipientStep extends Step<RecipientDecision> {
  readonly named: string;
}

export interface SessionDecision {
  readonly client: ClientStep;
  readonly from: Step<SenderDecision>;
  /** In the order of the request. */
  readonly to: readonly RecipientStep[];
}

/** If there are more recipients than `holdlimit` allows, holds those that are accepted and not held or discarded already. */
function heldBeyondLimit(
  { policy, plugins }: SessionSetup,
  channel: string,
  to: readonly RecipientStep[],
): readonly RecipientStep[] {
  const isDelivered = ({ decision: { verdict, effects } }: RecipientStep): boolean =>
    verdict.kind === 'accept' && !effects.hold && !effects.bitbucket;
  const count = to.filter(isDelivered).length;
  if (!plugins.has('deliver') || !exceedsHoldLimit(policy, channel, count)) return to;
  return to.map((one) => {
    if (!isDelivered(one)) return one;
    return { ...one, decision: { ...one.decision, effects: { ...one.decision.effects, hold: true } } };
  });
}

export function* decideSession(setup: SessionSetup, request: SessionRequest): Lookup<SessionDecision> {
  const { from, to, ...commands } = request;
  const client = yield* decideClient(setup, commands);
  const { session } = client;
  const sender = yield* decideMail(setup, session, from);
  const recipients: RecipientStep[] = [];
  let earlierRecipients = 0;
  for (const one of to) {
    const step = yield* decideRcpt(setup, session, sender.decision.envelopeFrom, {
      to: one,
      earlierRecipients,
    });
    recipients.push({ ...step, named: withoutBrackets(one) });
    if (parsePath(one).kind === 'path') earlierRecipients += 1;
  }
  return { client, from: sender, to: heldBeyondLimit(setup, session.sourceChannel, recipients) };
}

/** Whose answer a verdict is. */
export type SessionPart = 'client' | 'from' | 'to';

/** What mail to a recipient meets first: the refusal of the client, of the sender, or its own verdict. */
export interface Outcome {
  readonly part: SessionPart;
  readonly verdict: Verdict;
  readonly trace: readonly TraceEvent[];
}

/** Finds what mail to a recipient meets first. */
export function firstRefusal({ client, from }: SessionDecision, recipient: RecipientStep): Outcome {
  const steps = [
    { part: 'client', ...client },
    { part: 'from', ...from },
  ] as const;
  for (const { part, decision, trace } of steps)
    if (decision.verdict.kind !== 'accept') return { part, verdict: decision.verdict, trace };
  return { part: 'to', verdict: recipient.decision.verdict, trace: recipient.trace };
}
