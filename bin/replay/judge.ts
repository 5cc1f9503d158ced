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
import { failed, type Lookup } from '../../lib/engine/index.js';
import { defer, type Verdict } from '../../lib/smtp/index.js';
import { type Configuration, DecisionFailed, decideUnder, OpenConfiguration } from '../../runtime/index.js';
import type { LoggedRequest } from './logged-request.js';

const notAsked = failed('the database is on a server, which replay does not ask');

/** What is decided about a request: the first refusal that it meets, or its acceptance. */
export interface Decided {
  readonly part: SessionPart;
  readonly verdict: Verdict;
  /** The channel of the client. */
  readonly sourceChannel: string;
  /** Empty unless accepted. */
  readonly deliveries: readonly Delivery[];
}

const mostKept = 10_000;

/** Recent decisions; all are forgotten when there are too many. */
class Recent<T> {
  readonly #kept = new Map<string, T>();

  get(key: string, decide: () => T): T {
    const known = this.#kept.get(key);
    if (known !== undefined) return known;
    if (this.#kept.size >= mostKept) this.#kept.clear();
    const value = decide();
    this.#kept.set(key, value);
    return value;
  }
}

/** One configuration, open. */
export class Judge {
  readonly #opened: OpenConfiguration;
  readonly #configuration: Configuration;
  readonly #clients = new Recent<ClientStep>();
  readonly #senders = new Recent<Step<SenderDecision>>();

  /** Opens Haraka's config folder. Throws ConfigError. */
  constructor(configFolder: string) {
    this.#opened = new OpenConfiguration(join(configFolder, 'pmdf'));
    try {
      this.#configuration = this.#opened.configuration;
    } catch (error) {
      this.#opened.close();
      throw error;
    }
  }

  close(): void {
    this.#opened.close();
  }

  decide({ client, from, to, earlierRecipients }: LoggedRequest): Decided {
    let part: SessionPart = 'client';
    let sourceChannel = initialChannel(this.#configuration.policy, client.server.port).name;
    const refusedOrDone = (verdict: Verdict): Decided => ({ part, verdict, sourceChannel, deliveries: [] });
    try {
      const key = JSON.stringify(client);
      const { decision, session } = this.#client(key, client);
      sourceChannel = session.sourceChannel;
      const isAll = from === null && to === null;
      if (decision.verdict.kind !== 'accept' || isAll) return refusedOrDone(decision.verdict);
      part = 'from';
      const sender = this.#sender(key, session, from ?? '');
      if (sender.verdict.kind !== 'accept' || to === null) return refusedOrDone(sender.verdict);
      part = 'to';
      const recipient = { to, earlierRecipients };
      const step = this.#run((setup) => decideRcpt(setup, session, sender.envelopeFrom, recipient));
      const { verdict, deliveries } = step.decision;
      return { part, verdict, sourceChannel, deliveries };
    } catch (error) {
      if (!(error instanceof DecisionFailed)) throw error;
      return refusedOrDone(defer(error.message));
    }
  }

  #run<T>(work: (setup: SessionSetup) => Lookup<T>): T {
    const { policy } = this.#configuration;
    const rest = { policy, plugins: everyPlugin, bothPasses: true, traced: false, onError: 'defer' } as const;
    return decideUnder(this.#configuration, (newEnvironment) => work({ ...rest, newEnvironment }), notAsked);
  }

  #client(key: string, client: SessionClient): ClientStep {
    return this.#clients.get(key, () => this.#run((setup) => decideClient(setup, client)));
  }

  #sender(clientKey: string, session: ClientStep['session'], from: string): SenderDecision {
    const key = JSON.stringify([clientKey, from]);
    return this.#senders.get(key, () => this.#run((setup) => decideMail(setup, session, from))).decision;
  }
}
