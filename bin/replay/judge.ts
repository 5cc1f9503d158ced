/*
 * Decides requests under one configuration as the gateway would. Sequence files are not touched, since their counters
 * belong to the gateway. Decisions on clients and senders are kept for a while, since most come again.
 */

import { join } from 'node:path';
import {
  type ClientStep,
  type Delivery,
  decideClient,
  decideMail,
  decideRcpt,
  everyPlugin,
  initialChannel,
  type SenderDecision,
  type SessionClient,
  type SessionPart,
  type SessionSetup,
  type Step,
} from '../../lib/decide/index.js';
import { found, type Lookup } from '../../lib/engine/index.js';
import { defer, type Verdict } from '../../lib/smtp/index.js';
import { type Answers, answerRequests, OpenDatabases } from '../../runtime/databases/index.js';
import {
  ConfigError,
  type Configuration,
  DecisionFailed,
  type DriveOptions,
  decide,
  loadConfiguration,
  makeEnvironment,
} from '../../runtime/index.js';
import { systemClock } from '../../runtime/time/index.js';
import type { LoggedRequest } from './logged-request.js';

/** What is decided about a request: the first refusal that it meets, or its acceptance. */
export interface Decided {
  readonly part: SessionPart;
  readonly verdict: Verdict;
  /** The channel of the client. */
  readonly sourceChannel: string;
  /** Empty unless accepted. */
  readonly deliveries: readonly Delivery[];
}

const millisecondsPerSecond = 1000;
const mostKept = 10_000;

/** Recent decisions; all are forgotten when there are too many. */
class Recent<T> {
  readonly #kept = new Map<string, T>();

  get(key: string): T | undefined {
    return this.#kept.get(key);
  }

  keep(key: string, value: T): T {
    if (this.#kept.size >= mostKept) this.#kept.clear();
    this.#kept.set(key, value);
    return value;
  }
}

function answersOf({ policy, databases }: Configuration): Answers {
  const { timeout, cacheSize, cacheSeconds, negativeSeconds } = policy.settings.lookups;
  const answers = answerRequests({
    databases,
    sequences: null,
    clock: systemClock,
    limits: {
      timeoutMs: timeout * millisecondsPerSecond,
      cacheSize,
      cacheMs: cacheSeconds * millisecondsPerSecond,
      negativeMs: negativeSeconds * millisecondsPerSecond,
    },
  });
  return {
    isEmbedded: (request) => answers.isEmbedded(request),
    answer: (request) => (request.kind === 'sequence' ? found('0') : answers.answer(request)),
  };
}

/** One configuration, open. */
export class Judge {
  readonly #open: OpenDatabases;
  readonly #setup: SessionSetup;
  readonly #answers: Answers;
  readonly #drive: DriveOptions;
  readonly #clients = new Recent<ClientStep>();
  readonly #senders = new Recent<Step<SenderDecision>>();

  /** Opens Haraka's config folder. Throws ConfigError. */
  constructor(configFolder: string) {
    const folder = join(configFolder, 'pmdf');
    this.#open = new OpenDatabases(folder, { clock: systemClock, report: () => undefined });
    const { value, diagnostics } = loadConfiguration(folder, this.#open);
    if (value === null) {
      this.#open.close();
      throw new ConfigError(diagnostics);
    }
    const { policy } = value;
    this.#setup = {
      policy,
      plugins: everyPlugin,
      bothPasses: true,
      traced: false,
      newEnvironment: () => makeEnvironment(policy.settings.limits.steps),
    };
    this.#answers = answersOf(value);
    this.#drive = { clock: systemClock, timeoutMs: policy.settings.lookups.timeout * millisecondsPerSecond };
  }

  close(): void {
    this.#open.close();
  }

  /** Decides one request. */
  async decide({ client, from, to, earlierRecipients }: LoggedRequest): Promise<Decided> {
    let part: SessionPart = 'client';
    let sourceChannel = initialChannel(this.#setup.policy, client.server.port).name;
    const refusedOrDone = (verdict: Verdict): Decided => ({ part, verdict, sourceChannel, deliveries: [] });
    try {
      const key = JSON.stringify(client);
      const { decision, session } = await this.#client(key, client);
      sourceChannel = session.sourceChannel;
      const isAll = from === null && to === null;
      if (decision.verdict.kind !== 'accept' || isAll) return refusedOrDone(decision.verdict);
      part = 'from';
      const sender = await this.#sender(key, session, from ?? '');
      if (sender.verdict.kind !== 'accept' || to === null) return refusedOrDone(sender.verdict);
      part = 'to';
      const rcpt = decideRcpt(this.#setup, session, sender.envelopeFrom, { to, earlierRecipients });
      const { verdict, deliveries } = (await this.#run(rcpt)).decision;
      return { part, verdict, sourceChannel, deliveries };
    } catch (error) {
      if (!(error instanceof DecisionFailed)) throw error;
      return refusedOrDone(defer(error.message));
    }
  }

  async #run<T>(work: Lookup<T>): Promise<T> {
    const decided = decide(work, this.#answers, this.#drive);
    return decided instanceof Promise ? await decided : decided;
  }

  async #client(key: string, client: SessionClient): Promise<ClientStep> {
    const known = this.#clients.get(key);
    return known ?? this.#clients.keep(key, await this.#run(decideClient(this.#setup, client)));
  }

  async #sender(clientKey: string, session: ClientStep['session'], from: string): Promise<SenderDecision> {
    const key = JSON.stringify([clientKey, from]);
    const known = this.#senders.get(key);
    const step = known ?? this.#senders.keep(key, await this.#run(decideMail(this.#setup, session, from)));
    return step.decision;
  }
}
