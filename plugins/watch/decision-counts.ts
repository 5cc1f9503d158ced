/*
 * How many decisions were made, by everything a metric may say of them. Nothing of a client or an address is a part of it.
 */
import type { Verdict } from '../../lib/smtp/index.js';
import type { ObservedDecision, Stage } from '../support/index.js';
import { tableOfEntry } from './entry-tables.js';

/** A kind of decision: no part of it comes from the client. */
export interface DecisionKind {
  readonly stage: Stage;
  readonly source: string;
  /** The empty string where no channel was reached. */
  readonly destination: string;
  /** The empty string where no entry decided. */
  readonly table: string;
  /** The place of the entry that decided, such as `mappings:14`; the empty string where none did. */
  readonly entry: string;
  readonly verdict: 'accepted' | 'refused' | 'deferred';
}

export interface CountedDecisions extends DecisionKind {
  readonly count: number;
}

/** Kinds that are counted separately; of more, the entry is not told. */
const mostKinds = 5_000;
const otherEntries = 'other';

/** What a verdict means for the client: an entry may refuse for now. */
export function outcomeOf(verdict: Verdict): DecisionKind['verdict'] {
  switch (verdict.kind) {
    case 'accept':
      return 'accepted';
    case 'defer':
      return 'deferred';
    case 'reject':
      return verdict.reply.code < 500 ? 'deferred' : 'refused';
  }
}

function kindOf(decision: ObservedDecision): DecisionKind {
  const { stage, sourceChannel, destinationChannel, verdict, policy } = decision;
  const entry = verdict.place ?? '';
  const table = entry === '' ? '' : (tableOfEntry(policy, entry) ?? 'built-in');
  const destination = destinationChannel ?? '';
  return { stage, source: sourceChannel, destination, table, entry, verdict: outcomeOf(verdict) };
}

type Counts = Map<string, { readonly kind: DecisionKind; count: number }>;

function addTo(counts: Counts, key: string, kind: DecisionKind, count: number): void {
  const known = counts.get(key);
  if (known === undefined) counts.set(key, { kind, count });
  else known.count += count;
}

function listed(counts: Counts): readonly CountedDecisions[] {
  return [...counts.values()].map(({ kind, count }) => ({ ...kind, count }));
}

export class DecisionCounts {
  readonly #counts: Counts = new Map();

  add(decision: ObservedDecision): void {
    const kind = kindOf(decision);
    const key = keyOf(kind);
    if (this.#counts.has(key) || this.#counts.size < mostKinds) {
      addTo(this.#counts, key, kind, 1);
      return;
    }
    const other = { ...kind, entry: otherEntries };
    addTo(this.#counts, keyOf(other), other, 1);
  }

  all(): readonly CountedDecisions[] {
    return listed(this.#counts);
  }
}

function keyOf({ stage, source, destination, table, entry, verdict }: DecisionKind): string {
  return `${stage}\n${source}\n${destination}\n${table}\n${entry}\n${verdict}`;
}

/** Adds up counts of several processes. */
export function sumOfCounts(all: readonly (readonly CountedDecisions[])[]): readonly CountedDecisions[] {
  const sums: Counts = new Map();
  for (const { count, ...kind } of all.flat()) addTo(sums, keyOf(kind), kind, count);
  return listed(sums);
}
