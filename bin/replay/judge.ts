/*
 * Decides over requests under one configuration as the gateway would, without a trace. Numbers are not taken from sequence
 * files, whose counters belong to the gateway. Clients and senders come again and again, so that what was decided over
 * them lately is kept.
 */

import { join } from 'node:path';
import { parsePath } from '../../lib/address/index.js';
import {
  type Delivery,
  decideConnection,
  decidePort,
  decideRecipient,
  decideSender,
  demandOfAuth,
  initialChannel,
  switchAfterCommands,
} from '../../lib/decide/index.js';
import type { Environment, Lookup } from '../../lib/engine/index.js';
import { type Policy, type Session, sessionTls } from '../../lib/policy/index.js';
import { accept, defer, reject, reply, type Verdict } from '../../lib/smtp/index.js';
import { tlsRequired } from '../../lib/tls/index.js';
import { type Configuration, DecisionFailed, decideUnder, OpenConfiguration } from '../../runtime/index.js';
import type { CasePart } from '../cases/index.js';
import type { LoggedClient, LoggedRequest } from './logged-request.js';

/** What is decided over a request: the first refusal on its way, or that it goes through. */
export interface Decided {
  readonly part: CasePart;
  readonly verdict: Verdict;
  /** The channel of the client. */
  readonly sourceChannel: string;
  /** Empty unless accepted. */
  readonly deliveries: readonly Delivery[];
}

/** A client, as far as it is decided over. */
interface DecidedClient {
  readonly key: string;
  readonly session: Session;
  readonly verdict: Verdict;
}

/** A sender, as far as it is decided over. */
interface DecidedSender {
  readonly verdict: Verdict;
  readonly envelopeFrom: string;
}

const mostKept = 10_000;

/** Keeps what was decided lately. */
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

function malformed(enhanced: string, expected: string): Verdict {
  return reject(null, reply(501, enhanced, `the address cannot be read, expected ${expected}`));
}

/** One configuration, open. */
export class Judge {
  readonly #opened: OpenConfiguration;
  readonly #configuration: Configuration;
  readonly #policy: Policy;
  readonly #clients = new Recent<DecidedClient>();
  readonly #senders = new Recent<DecidedSender>();

  /** Opens Haraka's config folder. Throws ConfigError. */
  constructor(configFolder: string) {
    this.#opened = new OpenConfiguration(join(configFolder, 'pmdf'));
    try {
      this.#configuration = this.#opened.configuration;
    } catch (error) {
      this.#opened.close();
      throw error;
    }
    this.#policy = this.#configuration.policy;
  }

  close(): void {
    this.#opened.close();
  }

  /** Decides over one request. */
  async decide(request: LoggedRequest): Promise<Decided> {
    const client = await this.#client(request.client);
    const { session } = client;
    const made = (part: CasePart, verdict: Verdict, deliveries: readonly Delivery[] = []): Decided => {
      return { part, verdict, sourceChannel: session.sourceChannel, deliveries };
    };
    const { from, to } = request;
    if (client.verdict.kind !== 'accept' || (from === null && to === null)) {
      return made('client', client.verdict);
    }
    const sender = await this.#sender(client, from ?? '');
    if (sender.verdict.kind !== 'accept' || to === null) return made('from', sender.verdict);
    const { verdict, deliveries } = await this.#recipient(session, sender.envelopeFrom, to);
    return made('to', verdict, deliveries);
  }

  /** Runs a decision; what goes wrong defers. */
  async #run<T>(work: (environment: Environment) => Lookup<T>, onFailure: (cause: string) => T): Promise<T> {
    try {
      return decideUnder(this.#configuration, (newEnvironment) => work(newEnvironment()));
    } catch (error) {
      if (!(error instanceof DecisionFailed)) throw error;
      return onFailure(error.message);
    }
  }

  async #client(client: LoggedClient): Promise<DecidedClient> {
    const { address, name, helo, tls, auth, server, port } = client;
    const key = JSON.stringify([address, name, helo, tls, auth, server, port]);
    const known = this.#clients.get(key);
    if (known !== undefined) return known;
    const policy = this.#policy;
    const initial = initialChannel(policy, port).name;
    const session: Session = {
      client: { address, port: 0 },
      server: { address: server, port },
      reverseName:
        name === null ? { kind: 'none', cause: 'the log names none' } : { kind: 'confirmed', name },
      sourceChannel: initial,
      helo,
      esmtp: true,
      tls,
      authUser: auth,
    };
    const chosen = await this.#run<{ readonly channel: string; readonly verdict: Verdict }>(
      function* (environment) {
        const decision = yield* decideConnection(policy, session, environment);
        const { channel } = switchAfterCommands(policy, decision, { tls, authUser: auth });
        return { channel, verdict: accept(null) };
      },
      (cause) => ({ channel: initial, verdict: defer(cause) }),
    );
    const access = await this.#run(
      function* (environment) {
        return (yield* decidePort(policy, session, environment)).verdict;
      },
      (cause) => defer(cause),
    );
    const verdict = chosen.verdict.kind === 'accept' ? access : chosen.verdict;
    return this.#clients.keep(key, { key, session: { ...session, sourceChannel: chosen.channel }, verdict });
  }

  async #sender({ key: clientKey, session }: DecidedClient, from: string): Promise<DecidedSender> {
    const policy = this.#policy;
    const key = JSON.stringify([clientKey, from]);
    const known = this.#senders.get(key);
    if (known !== undefined) return known;
    const refused = (verdict: Verdict): DecidedSender => ({ verdict, envelopeFrom: '' });
    if (sessionTls(policy, session.sourceChannel, session.tls).awaited) {
      return refused(reject(null, tlsRequired));
    }
    const parsed = parsePath(`<${from}>`);
    if (parsed.kind === 'malformed') return refused(malformed('5.1.7', parsed.expected));
    const demand = demandOfAuth(policy, session);
    if (demand !== null) return refused(reject(null, demand));
    const decided = await this.#run<DecidedSender>(
      (environment) => decideSender(policy, session, parsed.path, { tables: true }, environment),
      (cause) => refused(defer(cause)),
    );
    const { verdict, envelopeFrom } = decided;
    return this.#senders.keep(key, { verdict, envelopeFrom });
  }

  async #recipient(
    session: Session,
    envelopeFrom: string,
    to: string,
  ): Promise<{ readonly verdict: Verdict; readonly deliveries: readonly Delivery[] }> {
    const parsed = parsePath(`<${to}>`);
    if (parsed.kind === 'malformed') return { verdict: malformed('5.1.3', parsed.expected), deliveries: [] };
    const request = { to: parsed.path, originalRecipient: null, notify: new Set<string>() };
    return await this.#run<{ readonly verdict: Verdict; readonly deliveries: readonly Delivery[] }>(
      (environment) =>
        decideRecipient(
          this.#policy,
          session,
          envelopeFrom,
          request,
          { tables: true, bothPasses: true },
          environment,
        ),
      (cause) => ({ verdict: defer(cause), deliveries: [] }),
    );
  }
}
