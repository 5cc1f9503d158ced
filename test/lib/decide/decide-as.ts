/*
 * Decisions in one line, for tests: a policy from text, databases as plain values, a client on a source channel.
 */

import type { Path } from '../../../lib/address/address.js';
import { parsePath } from '../../../lib/address/parse-path.js';
import type { DecisionContext } from '../../../lib/decide/context.js';
import { decideReprocessed } from '../../../lib/decide/decide-address.js';
import { decideRecipient } from '../../../lib/decide/decide-recipient.js';
import { decideSender } from '../../../lib/decide/decide-sender.js';
import type { RecipientDecision, SenderDecision } from '../../../lib/decide/decision.js';
import {
  absent,
  type DatabaseName,
  driveNow,
  failed,
  found,
  type LookupAnswer,
  type LookupRequest,
  type ValuesAnswer,
} from '../../../lib/engine/lookup.js';
import type { TraceEvent } from '../../../lib/engine/trace.js';
import type { Policy } from '../../../lib/policy/policy.js';
import type { RecipientRequest, Session } from '../../../lib/policy/session.js';
import { type PolicyText, plainEnvironment, policyOf } from '../policy/policy-of.js';

/** The contents of databases; `broken` does not answer. */
export type Databases = Partial<Record<DatabaseName, Readonly<Record<string, string>> | 'broken'>>;

/** The client of a decision. */
export interface Asker {
  readonly source?: string;
  readonly from?: string;
  readonly tables?: boolean;
  readonly earlier?: number;
  readonly tls?: boolean;
  readonly user?: string;
}

/** The directories of pseudo domains: for each key its values; `broken` does not answer. */
export type Directories = Readonly<Record<string, Readonly<Record<string, readonly string[]>> | 'broken'>>;

function pathOf(text: string): Path {
  const parsed = parsePath(text);
  if (parsed.kind !== 'path') throw new Error(`not a path: ${text}`);
  return parsed.path;
}

/** A policy with its databases, and the trace of the last decision. */
export class Site {
  readonly policy: Policy;
  events: TraceEvent[] = [];
  requests: LookupRequest[] = [];
  readonly #databases: Databases;
  readonly #directories: Directories;

  constructor(text: PolicyText, databases: Databases = {}, directories: Directories = {}) {
    this.policy = policyOf(text).policy;
    this.#databases = databases;
    this.#directories = directories;
  }

  #inDirectory(domain: string, key: string): ValuesAnswer {
    const directory = this.#directories[domain] ?? {};
    if (directory === 'broken') return failed('the directory is broken');
    const values = directory[key.toLowerCase()];
    return values === undefined ? absent : { kind: 'values', values };
  }

  #answer(request: LookupRequest): LookupAnswer | ValuesAnswer {
    this.requests.push(request);
    if (request.kind === 'directory') return this.#inDirectory(request.domain, request.key);
    if (request.kind !== 'database') return absent;
    const database = this.#databases[request.database];
    if (database === 'broken') return failed('the database is broken');
    const entries = new Map(Object.entries(database ?? {}).map(([key, value]) => [key.toLowerCase(), value]));
    const value = entries.get(request.key.toLowerCase());
    return value === undefined ? absent : found(value);
  }

  #session({ source = 'tcp_local', tls = false, user }: Asker): Session {
    return {
      client: { address: '192.0.2.7', port: 40_000 },
      server: { address: '192.0.2.25', port: 25 },
      reverseName: { kind: 'none', cause: 'not looked up' },
      sourceChannel: source,
      helo: 'client.example',
      esmtp: true,
      tls,
      authUser: user ?? null,
    };
  }

  #environment() {
    this.events = [];
    this.requests = [];
    return { ...plainEnvironment(10_000_000), trace: (event: TraceEvent) => void this.events.push(event) };
  }

  #context(asker: Asker): DecisionContext {
    return { policy: this.policy, session: this.#session(asker), environment: this.#environment() };
  }

  recipient(to: string, asker: Asker = {}): RecipientDecision {
    const request: RecipientRequest = {
      to: pathOf(to),
      originalRecipient: null,
      notify: new Set(),
      earlierRecipients: asker.earlier ?? 0,
    };
    const options = { tables: asker.tables ?? true, bothPasses: true };
    const from = asker.from ?? 'a@ext.org';
    const work = decideRecipient(this.#context(asker), from, request, options);
    return driveNow(work, (one) => this.#answer(one));
  }

  sender(from: string, asker: Asker = {}): SenderDecision {
    const work = decideSender(this.#context(asker), pathOf(from), { tables: asker.tables ?? true });
    return driveNow(work, (one) => this.#answer(one));
  }

  reprocessed(address: string, source = 'process', tables = true): RecipientDecision {
    const server = { address: '', port: 0 };
    const work = decideReprocessed(
      this.policy,
      {
        server,
        envelopeFrom: 'a@ext.org',
        address,
        channel: source === 'process' ? source : 'reprocess',
        source,
        tables,
      },
      this.#environment(),
    );
    return driveNow(work, (one) => this.#answer(one));
  }

  /** The probes run through a table, in order. */
  probes(table: string): string[] {
    return this.events.flatMap((event) =>
      event.kind === 'table-probed' && event.table === table ? [event.probe] : [],
    );
  }
}

/** A decision on a recipient in one line: `address on channel; ...`, or the reply and the deciding entry. */
export function brief({ verdict, deliveries }: RecipientDecision): string {
  if (verdict.kind === 'accept') {
    return deliveries
      .map(({ address, channel, then = [] }) =>
        [`${address} on ${channel}`, ...then.map((next) => `${next.address} on ${next.channel}`)].join(' > '),
      )
      .join('; ');
  }
  const { code, enhanced, text } = verdict.reply;
  const by = verdict.place === null ? '' : ` by ${verdict.place}`;
  return verdict.kind === 'defer' ? `${code} ${verdict.cause}${by}` : `${code} ${enhanced} ${text}${by}`;
}
