/*
 * Runs the attempts of strangers on one channel: what was tried, what could not be decided, and what gets through.
 */
import { foldDomain } from '../../address/index.js';
import { auditSetup, decideRcpt, type RecipientDecision } from '../../decide/index.js';
import type { Environment, Lookup, TraceEvent } from '../../engine/index.js';
import type { Policy } from '../../policy/index.js';
import { tryRandomOutcomes } from '../random-outcomes.js';
import { plainForm } from './address-forms.js';
import type { Attempt } from './attempts.js';
import { type AuditHosts, ordinaryHost } from './audit-hosts.js';
import { conditionsOf } from './claims.js';
import { decidingEntries, type LeakPath, pathOutside, type RelayLeak } from './relay-leak.js';
import { plainSender, type Sender } from './senders.js';

/** Whether one attempt is kept for all of its form, or every one that gets through. */
export type Witnesses = 'one of each form' | 'every attempt';

const plainAddress = plainForm({ target: ordinaryHost, local: '', hop: '', channel: '' });

/** The decision on an attempt, how its mail gets outside (null when it does not), and the trace. */
interface Answer {
  readonly decision: RecipientDecision;
  readonly path: LeakPath | null;
  readonly trace: readonly TraceEvent[];
}

/** One attempt of one sender, and the hosts that are outside for it. */
interface Trial {
  readonly sender: Sender;
  readonly attempt: Attempt;
  readonly outside: ReadonlySet<string>;
  readonly isTraced: boolean;
}

export class AttemptRunner {
  readonly #policy: Policy;
  readonly #hosts: AuditHosts;
  readonly #newEnvironment: () => Environment;
  readonly #witnesses: Witnesses;
  readonly #addresses = new Set<string>();
  readonly #senders = new Set<string>();
  readonly leaks: RelayLeak[] = [];
  forms = 0;
  undecided = 0;
  cause: string | null = null;

  constructor(policy: Policy, hosts: AuditHosts, newEnvironment: () => Environment, witnesses: Witnesses) {
    this.#policy = policy;
    this.#hosts = hosts;
    this.#newEnvironment = newEnvironment;
    this.#witnesses = witnesses;
  }

  /** The number of recipients that were tried. */
  get addresses(): number {
    return this.#addresses.size;
  }

  get senders(): number {
    return this.#senders.size;
  }

  *#answer({ sender, attempt, outside, isTraced }: Trial, environment: Environment): Lookup<Answer> {
    const { claims, session, envelopeFrom } = sender;
    const { originalRecipient, notify } = claims;
    const recipient = { to: attempt.path, originalRecipient, notify };
    const policy = this.#policy;
    const setup = { ...auditSetup(policy, environment), traced: isTraced };
    const open = { ...session, relaying: false };
    const { decision, trace } = yield* decideRcpt(setup, open, envelopeFrom, recipient);
    const path = decision.verdict.kind === 'accept' ? pathOutside(policy, outside, decision) : null;
    return { decision, path, trace };
  }

  /** Tries an attempt with every outcome of chance; only on demand with a trace, which takes time. */
  #try(trial: Trial): Lookup<Answer> {
    return tryRandomOutcomes(
      this.#newEnvironment,
      (made) => this.#answer(trial, made),
      ({ path }) => path !== null,
    );
  }

  /** The hosts that are outside for a sender. */
  #outside({ claims: { host } }: Sender): ReadonlySet<string> {
    const { foreign } = this.#hosts;
    return host === null ? foreign : new Set([...foreign, foldDomain(host)]);
  }

  /** Runs attempts and keeps those that get through. */
  *run(sender: Sender, attempts: readonly Attempt[]): Lookup<void> {
    const through = new Set<Attempt['form']>();
    const outside = this.#outside(sender);
    this.#senders.add(sender.claims.sender);
    for (const attempt of attempts) {
      this.forms += 1;
      this.#addresses.add(attempt.to);
      try {
        const { decision, path } = yield* this.#try({ sender, attempt, outside, isTraced: false });
        if (decision.verdict.kind === 'defer') this.note(decision.verdict.cause);
        if (path === null) continue;
        if (this.#witnesses === 'one of each form' && through.has(attempt.form)) continue;
        through.add(attempt.form);
        const { trace } = yield* this.#try({ sender, attempt, outside, isTraced: true });
        this.leaks.push(leakOf(sender, attempt, { decision, path, trace }, path));
      } catch (error) {
        this.note(error instanceof Error ? error.message : String(error));
      }
    }
  }

  /** Counts something that could not be decided. */
  note(cause: string): void {
    this.undecided += 1;
    this.cause ??= cause;
  }
}

function leakOf(
  { claims, session }: Sender,
  { to }: Attempt,
  { decision, trace }: Answer,
  path: LeakPath,
): RelayLeak {
  const conditions = conditionsOf(claims);
  return {
    from: claims.sender,
    address: to,
    conditions,
    claims,
    source: session.sourceChannel,
    reached: decision.channel,
    ...path,
    ...decidingEntries(trace),
    plain: claims.sender === plainSender && conditions.length === 0 && to === plainAddress,
  };
}
