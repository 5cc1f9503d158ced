/*
 * What one process of Haraka has seen: counts, times, the last decisions. An error in it never reaches the plugin that reports.
 */
import type { AnyAnswer, LookupRequest } from '../../lib/engine/index.js';
import type { Loads } from '../../runtime/index.js';
import type { Delivered, ObservedDecision, Observer } from '../support/index.js';
import { type CountedDecisions, DecisionCounts, outcomeOf } from './decision-counts.js';
import { type ProcessMetrics, ProcessRegistry } from './process-registry.js';
import { type RecentDecision, RecentDecisions } from './recent-decisions.js';
import { type TextCount, TopCounts } from './top-counts.js';

/** What a process tells of itself; plain values, since they go from process to process. */
export interface Snapshot {
  readonly policyHash: string;
  readonly loads: Loads;
  readonly decisions: readonly CountedDecisions[];
  /** The clients refused most often, by address. */
  readonly refusedClients: readonly TextCount[];
  readonly recent: readonly RecentDecision[];
  readonly metrics: ProcessMetrics;
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

export class ProcessWatch implements Observer {
  readonly #facts: ProcessFacts;
  readonly #decisions = new DecisionCounts();
  readonly #recent = new RecentDecisions();
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
      this.#registry.timeDecision(decision.stage, decision.seconds);
      if (outcomeOf(decision.verdict) === 'refused') this.#refused.add(decision.connection.remote.ip);
      if (decision.verdict.kind === 'defer') this.#registry.countDeferral(decision.stage, 'undecided');
      else if (outcomeOf(decision.verdict) === 'deferred')
        this.#registry.countDeferral(decision.stage, 'entry');
      this.#recent.add(decision, this.#facts.mostRecent(), Date.now());
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

  async snapshot(): Promise<Snapshot> {
    return {
      policyHash: this.#facts.policyHash(),
      loads: this.#facts.loads(),
      decisions: this.#decisions.all(),
      refusedClients: this.#refused.top(clientsTold),
      recent: this.#recent.newestFirst(this.#facts.mostRecent()),
      metrics: await this.#registry.metrics(),
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
