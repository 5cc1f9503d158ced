/*
 * A case to be recorded: a session, and what was decided about it.
 */

import { type Delivery, firstRefusal, type SessionRequest, withoutBrackets } from '../../lib/decide/index.js';
import type { Verdict } from '../../lib/smtp/index.js';
import type { DecidedRequest } from '../support/index.js';

/** What was decided about one recipient. */
export interface RecordedRecipient {
  /** Without brackets. */
  readonly address: string;
  /** What mail to it meets first. */
  readonly verdict: Verdict;
  readonly channel: string | null;
  readonly deliveries: readonly Delivery[];
}

/** A case to be recorded. */
export interface Recorded {
  readonly request: SessionRequest;
  readonly sourceChannel: string;
  /** No address twice. */
  readonly recipients: readonly RecordedRecipient[];
}

/** Keeps the last of the recipients with the same address. */
export function withoutDuplicates(recipients: readonly RecordedRecipient[]): readonly RecordedRecipient[] {
  return [...new Map(recipients.map((one) => [one.address, one])).values()];
}

/** The case that a session makes. */
export function recordedOf({ request, decided }: DecidedRequest): Recorded {
  const recipients = decided.to.map((one) => ({
    address: one.named,
    verdict: firstRefusal(decided, one).verdict,
    channel: one.decision.channel,
    deliveries: one.decision.deliveries,
  }));
  return {
    request,
    sourceChannel: decided.client.decision.channel,
    recipients: withoutDuplicates(recipients),
  };
}

const longestName = 100;

/** The name of a recorded case: `reject <a@b.example> to <bob@other.com>, client 192.0.2.7`. */
export function caseName({ request, recipients }: Recorded): string {
  const [first, ...others] = recipients;
  const verdicts = new Set(recipients.map(({ verdict }) => verdict.kind));
  const what = verdicts.size === 1 ? [...verdicts].join('') : 'decide on';
  const more = others.length === 0 ? '' : ` and ${others.length} more`;
  const from = withoutBrackets(request.from);
  return `${what} <${from}> to <${first?.address ?? ''}>${more}, client ${request.client.address}`
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .slice(0, longestName)
    .replace(/\p{Cs}/gu, '');
}
