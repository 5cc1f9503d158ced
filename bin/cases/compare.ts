/*
 * Compares what a case expects with what was decided. What a case does not mention is not compared.
 */

import { type Delivery, firstRefusal, type Outcome, withoutBrackets } from '../../lib/decide/index.js';
import type { TraceEvent } from '../../lib/engine/index.js';
import type { Verdict } from '../../lib/smtp/index.js';
import { type DecidedRequest, deliveryText, replyText, verdictText } from '../support/index.js';
import type { Case, Expectation, Wanted, WantedDelivery } from './case.js';

/** A difference; `of` says whose answer it is, such as `to <bob@domain.com>`. */
export interface Failure {
  readonly of: string;
  readonly what: Wanted['kind'];
  readonly expected: string;
  readonly actual: string;
  /** The steps that led to the answer. */
  readonly trace: readonly TraceEvent[];
}

/** What one expectation is compared with. */
interface Subject extends Pick<Outcome, 'verdict' | 'trace'> {
  readonly of: string;
  readonly accepting: number;
  readonly rewritten: string;
  readonly channel: string | null;
  readonly deliveries: readonly Delivery[];
}

const greeting = 220;
const ok = 250;
const nothing = 'none';

function deliveriesText(deliveries: readonly Delivery[]): string {
  return deliveries.length === 0 ? nothing : deliveries.map(deliveryText).join('; ');
}

/** An expected delivery in the form of a real one. */
function asDelivery({ address, channel, secondPass }: WantedDelivery): Delivery {
  const here = { address: address ?? 'any address', channel: channel ?? 'any channel' };
  if (secondPass === null) return here;
  const then = secondPass.map(asDelivery);
  return { ...here, then };
}

function areWanted(wanted: readonly WantedDelivery[], deliveries: readonly Delivery[]): boolean {
  if (wanted.length !== deliveries.length) return false;
  return wanted.every(({ address, channel, secondPass }, index) => {
    const delivery = deliveries[index];
    if (delivery === undefined) return false;
    if (address !== null && address !== delivery.address) return false;
    if (channel !== null && channel !== delivery.channel) return false;
    return secondPass === null || areWanted(secondPass, delivery.then ?? []);
  });
}

function tlsWord({ request, tls: { offered, awaited } }: DecidedRequest): string {
  if (request.tls) return 'active';
  if (awaited) return 'awaited';
  return offered ? 'offered' : nothing;
}

/** A verdict with the entry that decided. */
function wholeVerdict(verdict: Verdict): string {
  const entry = verdict.kind === 'accept' || verdict.place === null ? '' : ` (${verdict.place})`;
  return verdictText(verdict) + entry;
}

/** Expected and actual as text, and whether they agree. */
type Compared = readonly [expected: string, actual: string, agree: boolean];

function same(expected: string, actual: string): Compared {
  return [expected, actual, expected === actual];
}

function compareOne(wanted: Wanted, subject: Subject, explained: DecidedRequest): Compared {
  const { verdict, accepting } = subject;
  const client = explained.decided.client.decision;
  const text = verdict.kind === 'accept' ? '' : replyText(verdict.reply);
  switch (wanted.kind) {
    case 'verdict':
      return [wanted.value, wholeVerdict(verdict), wanted.value === verdict.kind];
    case 'code':
      return same(String(wanted.value), String(verdict.kind === 'accept' ? accepting : verdict.reply.code));
    case 'text':
      return [wanted.value, text, text.includes(wanted.value)];
    case 'whole text':
      return same(wanted.value, text);
    case 'entry':
      return same(wanted.value ?? nothing, verdict.place ?? nothing);
    case 'source channel':
      return same(wanted.value, client.channel);
    case 'destination channel':
      return same(wanted.value, subject.channel ?? nothing);
    case 'rewritten':
      return same(wanted.value, subject.rewritten);
    case 'relaying':
      return same(String(wanted.value), String(client.relaying));
    case 'tls':
      return same(wanted.value, tlsWord(explained));
    case 'deliveries':
      return [
        deliveriesText(wanted.value.map(asDelivery)),
        deliveriesText(subject.deliveries),
        areWanted(wanted.value, subject.deliveries),
      ];
  }
}

function subjectsOf({ part, recipient }: Expectation, { request, decided }: DecidedRequest): Subject[] {
  const { client, from, to } = decided;
  const bare = { rewritten: '', channel: null, deliveries: [] };
  switch (part) {
    case 'client': {
      const { verdict } = client.decision;
      const of = `client ${request.client.address}`;
      return [{ ...bare, of, verdict, trace: client.trace, accepting: greeting }];
    }
    case 'from': {
      const { verdict, envelopeFrom } = from.decision;
      const of = `from <${withoutBrackets(request.from)}>`;
      return [{ ...bare, of, verdict, trace: from.trace, accepting: ok, rewritten: envelopeFrom }];
    }
    case 'to':
      return to
        .filter(({ named }) => recipient === null || withoutBrackets(recipient) === named)
        .map((one) => {
          const { part: refusedBy, verdict, trace } = firstRefusal(decided, one);
          const { address: rewritten, channel } = one.decision;
          const deliveries = refusedBy === 'to' ? one.decision.deliveries : [];
          return { of: `to <${one.named}>`, verdict, trace, accepting: ok, rewritten, channel, deliveries };
        });
  }
}

/** Compares a case with what was decided; gives the differences in the order in which they are written. */
export function compareCase(one: Case, explained: DecidedRequest): readonly Failure[] {
  return one.expectations.flatMap((expectation) =>
    subjectsOf(expectation, explained).flatMap((subject) => {
      const { wanted } = expectation;
      const [expected, actual, agree] = compareOne(wanted, subject, explained);
      return agree ? [] : [{ of: subject.of, what: wanted.kind, expected, actual, trace: subject.trace }];
    }),
  );
}
