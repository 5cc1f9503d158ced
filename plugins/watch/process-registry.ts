/*
 * The metrics of one process. Names follow Prometheus' conventions; labels are channels, tables, places of entries and words of ours,
 * never anything that a client sent.
 */
import { Counter, Gauge, type MetricObjectWithValues, type MetricValue, Registry } from 'prom-client';
import type { AnyAnswer, LookupRequest } from '../../lib/engine/index.js';
import type { Loads } from '../../runtime/index.js';
import type { Delivered, Stage } from '../support/index.js';
import type { CountedDecisions } from './decision-counts.js';
import { TimeHistogram } from './time-histogram.js';

/** As prom-client gives them; plain values. */
export type ProcessMetrics = readonly MetricObjectWithValues<MetricValue<string>>[];

/** Why something was deferred: an entry or a limit says so, it could not be decided, or an error of ours. */
export type DeferralCause = 'entry' | 'limit' | 'undecided' | 'internal error';

/** What metrics are taken from when they are asked for. */
export interface RegistryFacts {
  readonly decisions: () => readonly CountedDecisions[];
  readonly policyHash: () => string;
  readonly loads: () => Loads;
}

const perSecond = 1_000;

function databaseOf(request: LookupRequest): string {
  switch (request.kind) {
    case 'database':
      return request.database;
    case 'sequence':
      return 'sequence';
    case 'directory':
      return `directory ${request.channel}`;
    case 'ldap':
      return request.channel === null ? 'ldap' : `ldap ${request.channel}`;
    case 'host':
    case 'host-name':
    case 'mail-domain':
    case 'spf':
      return 'dns';
    case 'dns-list':
      return `dns ${request.list}`;
    case 'site-routine':
      return `routine ${request.image}`;
    case 'counter':
      return 'counter';
  }
}

export class ProcessRegistry {
  readonly #registry = new Registry();
  readonly #connections = new Counter({
    name: 'pmdf_connections_total',
    help: 'Connections that were given a channel.',
    labelNames: ['channel'],
    registers: [this.#registry],
  });
  readonly #seconds = new TimeHistogram({
    name: 'pmdf_decision_seconds',
    help: 'Time to a decision, look-ups included.',
    labelNames: ['stage'],
  });
  readonly #deferrals = new Counter({
    name: 'pmdf_deferrals_total',
    help: 'Commands answered with a temporary refusal.',
    labelNames: ['stage', 'cause'],
    registers: [this.#registry],
  });
  readonly #lookups = new TimeHistogram({
    name: 'pmdf_lookup_seconds',
    help: 'Time to the answer of a database.',
    labelNames: ['database', 'answer'],
  });
  readonly #deliveries = new Counter({
    name: 'pmdf_deliveries_total',
    help: 'Recipients for whom a server answered, or of whom the queue gave up.',
    labelNames: ['channel', 'outcome'],
    registers: [this.#registry],
  });

  constructor(facts: RegistryFacts) {
    const registers = [this.#registry];
    const decisions: Counter = new Counter({
      name: 'pmdf_decisions_total',
      help: 'Decisions on connections, senders and recipients.',
      labelNames: ['stage', 'source', 'destination', 'table', 'entry', 'verdict'],
      registers,
      collect: () => {
        decisions.reset();
        for (const { count, ...kind } of facts.decisions()) decisions.inc({ ...kind }, count);
      },
    });
    const loads: Counter<'result'> = new Counter({
      name: 'pmdf_policy_loads_total',
      help: 'Attempts to put a policy in force.',
      labelNames: ['result'],
      registers,
      collect: () => {
        const { succeeded, failed } = facts.loads();
        loads.reset();
        loads.inc({ result: 'succeeded' }, succeeded);
        loads.inc({ result: 'failed' }, failed);
      },
    });
    const since: Gauge = new Gauge({
      name: 'pmdf_policy_in_force_since_timestamp_seconds',
      help: 'When the policy in force was put in force.',
      registers,
      aggregator: 'min',
      collect: () => since.set(facts.loads().inForceSince / perSecond),
    });
    const isCurrent: Gauge = new Gauge({
      name: 'pmdf_policy_last_load_successful',
      help: 'Whether the files, as they were read last, are in force.',
      registers,
      aggregator: 'min',
      collect: () => isCurrent.set(facts.loads().last.isInForce ? 1 : 0),
    });
    const hash: Gauge<'hash'> = new Gauge({
      name: 'pmdf_policy_processes',
      help: 'Processes that have the policy with this hash in force.',
      labelNames: ['hash'],
      registers,
      collect: () => {
        hash.reset();
        hash.set({ hash: facts.policyHash() }, 1);
      },
    });
  }

  countConnection(channel: string): void {
    this.#connections.inc({ channel });
  }

  timeDecision(stage: Stage, seconds: number): void {
    this.#seconds.observe(seconds, stage);
  }

  countDeferral(stage: Stage | 'any', cause: DeferralCause): void {
    this.#deferrals.inc({ stage, cause });
  }

  timeLookup(request: LookupRequest, answer: AnyAnswer['kind'], seconds: number): void {
    this.#lookups.observe(seconds, databaseOf(request), answer);
  }

  countDelivery(channel: string, outcome: Delivered, recipients: number): void {
    this.#deliveries.inc({ channel, outcome }, recipients);
  }

  async metrics(): Promise<ProcessMetrics> {
    const counted = await this.#registry.getMetricsAsJSON();
    return [...counted, await this.#seconds.metric(), await this.#lookups.metric()];
  }
}
