/*
 * How many decisions were made, by everything a metric may say of them. Nothing of a client or an address is a part of it.
 */
import type { Policy } from '../../lib/policy/index.js';
import type { Verdict } from '../../lib/smtp/index.js';
import { placeOf } from '../../lib/text/index.js';
import type { ObservedDecision, Stage } from '../support/index.js';

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

const tables = new WeakMap<Policy, ReadonlyMap<string, string>>();

/** The table of each entry of a policy, by its place. */
function tablesOf(policy: Policy): ReadonlyMap<string, string> {
  const known = tables.get(policy);
  if (known !== undefined) return known;
  const found = new Map<string, string>();
  for (const { name, entries } of policy.mappings.values()) {
    for (const { span } of entries) found.set(placeOf(span), name);
  }
  tables.set(policy, found);
  return found;
}

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
  const table = entry === '' ? '' : (tablesOf(policy).get(entry) ?? 'built-in');
  const destination = destinationChannel ?? '';
  return { stage, source: sourceChannel, destination, table, entry, verdict: outcomeOf(verdict) };
}

export class DecisionCounts {
  readonly #counts = new Map<string, { readonly kind: DecisionKind; count: number }>();

  add(decision: ObservedDecision): void {
    const kind = kindOf(decision);
    const known = this.#counts.get(keyOf(kind));
    if (known !== undefined) known.count += 1;
    else this.#addNew(this.#counts.size < mostKinds ? kind : { ...kind, entry: otherEntries });
  }

  all(): readonly CountedDecisions[] {
    return [...this.#counts.values()].map(({ kind, count }) => ({ ...kind, count }));
  }

  #addNew(kind: DecisionKind): void {
    const key = keyOf(kind);
    const known = this.#counts.get(key);
    if (known !== undefined) known.count += 1;
    else this.#counts.set(key, { kind, count: 1 });
  }
}

function keyOf({ stage, source, destination, table, entry, verdict }: DecisionKind): string {
  return `${stage}\n${source}\n${destination}\n${table}\n${entry}\n${verdict}`;
}

/** Adds up counts of several processes. */
export function sumOfCounts(all: readonly (readonly CountedDecisions[])[]): readonly CountedDecisions[] {
  const sums = new Map<string, CountedDecisions>();
  for (const one of all.flat()) {
    const key = keyOf(one);
    sums.set(key, { ...one, count: one.count + (sums.get(key)?.count ?? 0) });
  }
  return [...sums.values()];
}
