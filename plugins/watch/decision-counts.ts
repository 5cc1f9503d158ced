/*
 * How many decisions were made, by everything a metric may say of them. Nothing of a client or an address is a part of it.
 */
import type { Policy } from '../../lib/policy/index.js';
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
  /** The place of the entry that decided, such as `mappings:14`, or a limit; the empty string where neither did. */
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

interface Count {
  readonly kind: DecisionKind;
  count: number;
}

type Counts = Map<string, Count>;

function countOf(counts: Counts, kind: DecisionKind): Count {
  const key = keyOf(kind);
  let count = counts.get(key);
  if (count === undefined) {
    count = { kind, count: 0 };
    counts.set(key, count);
  }
  return count;
}

function listed(counts: Counts): readonly CountedDecisions[] {
  return [...counts.values()].map(({ kind, count }) => ({ ...kind, count }));
}

export class DecisionCounts {
  readonly #counts: Counts = new Map();
  /** The policy of the last decision. */
  #policy: Policy | null = null;
  /** Those that decisions of this policy count in, by all but the table, which the policy says. */
  #ofPolicy: Counts = new Map();

  add({ stage, session, destinationChannel, verdict, policy }: ObservedDecision): void {
    if (policy !== this.#policy) {
      this.#policy = policy;
      this.#ofPolicy = new Map();
    }
    const { sourceChannel: source } = session;
    const destination = destinationChannel ?? '';
    const entry = verdict.place ?? '';
    const outcome = outcomeOf(verdict);
    const key = `${stage}\n${source}\n${destination}\n${entry}\n${outcome}`;
    const known = this.#ofPolicy.get(key);
    if (known !== undefined) {
      known.count += 1;
      return;
    }
    const isOfTable = entry !== '' && stage !== 'limit';
    const table = isOfTable ? (tableOfEntry(policy, entry) ?? 'built-in') : '';
    const kind: DecisionKind = { stage, source, destination, table, entry, verdict: outcome };
    const isSeparate = this.#counts.size < mostKinds || this.#counts.has(keyOf(kind));
    const count = countOf(this.#counts, isSeparate ? kind : { ...kind, entry: otherEntries });
    count.count += 1;
    if (this.#ofPolicy.size < mostKinds) this.#ofPolicy.set(key, count);
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
  for (const { count, ...kind } of all.flat()) countOf(sums, kind).count += count;
  return listed(sums);
}
