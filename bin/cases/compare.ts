/*
 * Compares what a case expects with what was decided. What was not said is not compared.
 */

import type { Delivery } from '../../lib/decide/index.js';
import type { TraceEvent } from '../../lib/engine/index.js';
import { type Answer, type ExplanationJson, withoutBrackets } from '../explain/index.js';
import type { Case, Expectation, Wanted, WantedDelivery } from './case.js';
import { outcomeOf } from './outcome.js';

/** Something that came out otherwise; `of` says whose answer it is, such as `to <bob@domain.com>`. */
export interface Failure {
  readonly of: string;
  readonly what: Wanted['kind'];
  readonly expected: string;
  readonly actual: string;
  /** How the answer came about. */
  readonly trace: readonly TraceEvent[];
}

/** What is looked at for one expectation. */
interface Subject {
  readonly of: string;
  readonly answer: Answer;
  readonly trace: readonly TraceEvent[];
  readonly rewritten: string;
  readonly channel: string | null;
  readonly deliveries: readonly Delivery[];
}

const nothing = 'none';

function wantedDeliveryText({ address, channel, secondPass }: WantedDelivery): string {
  const here = `${address ?? 'any address'} on ${channel ?? 'any channel'}`;
  return secondPass === null ? here : `${here}, then (${wantedDeliveriesText(secondPass)})`;
}

function wantedDeliveriesText(wanted: readonly WantedDelivery[]): string {
  return wanted.length === 0 ? nothing : wanted.map(wantedDeliveryText).join('; ');
}

function deliveriesText(deliveries: readonly Delivery[]): string {
  if (deliveries.length === 0) return nothing;
  return deliveries
    .map(({ address, channel, then }) => {
      const here = `${address} on ${channel}`;
      return then === undefined ? here : `${here}, then (${deliveriesText(then)})`;
    })
    .join('; ');
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

function tlsWord({ active, offered, awaited }: ExplanationJson['client']['tls']): string {
  if (active) return 'active';
  if (awaited) return 'awaited';
  return offered ? 'offered' : nothing;
}

/** A verdict with all that explains it. */
function verdictText({ verdict, code, text, entry }: Answer): string {
  if (verdict === 'accept') return verdict;
  return `${verdict} ${code} ${text}${entry === null ? '' : ` (${entry})`}`;
}

/** Expected and actual as text, and whether they agree. */
type Compared = readonly [expected: string, actual: string, agree: boolean];

function same(expected: string, actual: string): Compared {
  return [expected, actual, expected === actual];
}

function compareOne(wanted: Wanted, subject: Subject, { client }: ExplanationJson): Compared {
  const { answer } = subject;
  switch (wanted.kind) {
    case 'verdict':
      return [wanted.value, verdictText(answer), wanted.value === answer.verdict];
    case 'code':
      return same(String(wanted.value), String(answer.code));
    case 'text':
      return [wanted.value, answer.text, answer.text.includes(wanted.value)];
    case 'whole text':
      return same(wanted.value, answer.text);
    case 'entry':
      return same(wanted.value ?? nothing, answer.entry ?? nothing);
    case 'source channel':
      return same(wanted.value, client.channel);
    case 'destination channel':
      return same(wanted.value, subject.channel ?? nothing);
    case 'rewritten':
      return same(wanted.value, subject.rewritten);
    case 'relaying':
      return same(String(wanted.value), String(client.relaying));
    case 'tls':
      return same(wanted.value, tlsWord(client.tls));
    case 'deliveries':
      return [
        wantedDeliveriesText(wanted.value),
        deliveriesText(subject.deliveries),
        areWanted(wanted.value, subject.deliveries),
      ];
  }
}

function subjectsOf({ part, recipient }: Expectation, explanation: ExplanationJson): Subject[] {
  const { client, from, to } = explanation;
  const bare = { rewritten: '', channel: null, deliveries: [] };
  switch (part) {
    case 'client':
      return [{ ...bare, of: `client ${client.address}`, answer: client, trace: client.trace }];
    case 'from':
      return [
        { ...bare, of: `from <${from.address}>`, answer: from, trace: from.trace, rewritten: from.rewritten },
      ];
    case 'to':
      return to
        .filter(({ address }) => recipient === null || withoutBrackets(recipient) === address)
        .map((one) => {
          const { answer, trace } = outcomeOf(explanation, one);
          const { rewritten, channel, deliveries, address } = one;
          const reached = answer === one ? deliveries : [];
          return { of: `to <${address}>`, answer, trace, rewritten, channel, deliveries: reached };
        });
  }
}

/** Compares a case with its explanation; gives what came out otherwise, in the order in which it is written. */
export function compareCase(one: Case, explanation: ExplanationJson): readonly Failure[] {
  return one.expectations.flatMap((expectation) =>
    subjectsOf(expectation, explanation).flatMap((subject) => {
      const { wanted } = expectation;
      const [expected, actual, agree] = compareOne(wanted, subject, explanation);
      return agree ? [] : [{ of: subject.of, what: wanted.kind, expected, actual, trace: subject.trace }];
    }),
  );
}
