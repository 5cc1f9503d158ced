/*
 * What one process of Haraka has seen: counts, times, the last decisions. An error in it never reaches the plugin that reports.
 */
import type { AnyAnswer, LookupRequest } from '../../lib/engine/index.js';
import type { Loads } from '../../runtime/index.js';
import type { Delivered, ObservedDecision, Observer } from '../support/index.js';
import { type CountedDecisions, DecisionCounts, outcomeOf } from './decision-counts.js';
import { type DeferralCause, type ProcessMetrics, ProcessRegistry } from './process-registry.js';
import { isShadowed, type RecentDecision, RecentDecisions } from './recent-decisions.js';
import { type TextCount, TopCounts } from './top-counts.js';

/** What a process tells of itself; plain values, since they go from process to process. */
export interface Snapshot {
  readonly policyHash: string;
  readonly loads: Loads;
  readonly decisions: readonly CountedDecisions[];
  /** The clients refused most often, by address. */
  readonly refusedClients: readonly TextCount[];
  readonly recent: readonly RecentDecision[];
  readonly shadowed: readonly RecentDecision[];
  /** Null unless it was asked for them. */
  readonly metrics: ProcessMetrics | null;
}

/** What a process has to be told of itself. */
export interface ProcessFacts {
  readonly policyHash: () => string;
  readonly loads: () => Loads;
  /** How many of the last decisions are kept. */
  readonly mostRecent: () => number;
  readonly logError: (message: string) => void;
}

const clientsCounted = 1_000;
const clientsTold = 20;

/** Why a client was deferred. */
function causeOf({ stage, verdict }: ObservedDecision): DeferralCause {
  if (verdict.kind === 'defer') return 'undecided';
  return stage === 'limit' ? 'limit' : 'entry';
}

export class ProcessWatch implements Observer {
  readonly #facts: ProcessFacts;
  readonly #decisions = new DecisionCounts();
  /** On recipients, and those that ended a connection or refused a sender. */
  readonly #recent = new RecentDecisions();
  /** Those that a table in shadow would have made differently. */
  readonly #shadowed = new RecentDecisions();
  readonly #refused = new TopCounts(clientsCounted);
  readonly #registry: ProcessRegistry;
  #hasFailed = false;

  constructor(facts: ProcessFacts) {
    this.#facts = facts;
    this.#registry = new ProcessRegistry({ decisions: () => this.#decisions.all(), ...facts });
  }

  connected(channel: string): void {
    this.#safely(() => this.#registry.countConnection(channel));
  }

  decided(decision: ObservedDecision): void {
    this.#safely(() => {
      this.#decisions.add(decision);
      const { stage, verdict, connection, seconds } = decision;
      if (seconds !== null) this.#registry.timeDecision(stage, seconds);
      const outcome = outcomeOf(verdict);
      if (outcome === 'refused') this.#refused.add(connection.remote.ip);
      if (outcome === 'deferred') this.#registry.countDeferral(stage, causeOf(decision));
      const most = this.#facts.mostRecent();
      const now = Date.now();
      if (stage === 'recipient' || outcome !== 'accepted') this.#recent.add(decision, most, now);
      if (isShadowed(decision)) this.#shadowed.add(decision, most, now);
    });
  }

  delivered(channel: string, outcome: Delivered, recipients: number): void {
    this.#safely(() => this.#registry.countDelivery(channel, outcome, recipients));
  }

  troubled(): void {
    this.#safely(() => this.#registry.countDeferral('any', 'internal error'));
  }

  readonly answered = (request: LookupRequest, answer: AnyAnswer, seconds: number): void => {
    this.#safely(() => this.#registry.timeLookup(request, answer.kind, seconds));
  };

  async snapshot(withMetrics: boolean): Promise<Snapshot> {
    return {
      policyHash: this.#facts.policyHash(),
      loads: this.#facts.loads(),
      decisions: this.#decisions.all(),
      refusedClients: this.#refused.top(clientsTold),
      recent: this.#recent.newestFirst(this.#facts.mostRecent()),
      shadowed: this.#shadowed.newestFirst(this.#facts.mostRecent()),
      metrics: withMetrics ? await this.#registry.metrics() : null,
    };
  }

  #safely(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!this.#hasFailed) this.#facts.logError(`something could not be counted: ${String(error)}`);
      this.#hasFailed = true;
    }
  }
}
