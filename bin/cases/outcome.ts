/*
 * What mail to a recipient meets: the first refusal on its way, which is the client's, the sender's or its own.
 */

import type { TraceEvent } from '../../lib/engine/index.js';
import type { Answer, ExplanationJson } from '../explain/index.js';
import type { CasePart } from './case.js';

/** An answer, who got it, and how it came about. */
export interface Outcome {
  readonly part: CasePart;
  readonly answer: Answer;
  readonly trace: readonly TraceEvent[];
}

/** The recipient's part of an explanation. */
export type RecipientJson = ExplanationJson['to'][number];

/** Finds what mail to a recipient meets. */
export function outcomeOf({ client, from }: ExplanationJson, recipient: RecipientJson): Outcome {
  if (client.verdict !== 'accept') return { part: 'client', answer: client, trace: client.trace };
  if (from.verdict !== 'accept') return { part: 'from', answer: from, trace: from.trace };
  return { part: 'to', answer: recipient, trace: recipient.trace };
}

/** The traces of what the gateway would come to: nothing follows a refusal. */
export function reachedTraces(explanation: ExplanationJson): readonly (readonly TraceEvent[])[] {
  const { client, from, to } = explanation;
  if (client.verdict !== 'accept') return [client.trace];
  if (from.verdict !== 'accept') return [client.trace, from.trace];
  return [client.trace, from.trace, ...to.map((one) => one.trace)];
}
