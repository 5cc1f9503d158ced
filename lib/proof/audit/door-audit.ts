/*
 * The attempts of strangers on one channel: what was tried, what could not be decided, and what gets through.
 */
import { foldDomain } from '../../address/index.js';
import { decideRecipient, type RecipientDecision } from '../../decide/index.js';
import type { Environment, Lookup, TraceEvent } from '../../engine/index.js';
import type { Policy, RecipientRequest } from '../../policy/index.js';

import { withEveryChance } from '../every-chance.js';
import { plainForm } from './forms.js';
import type { Attempt } from './generate.js';
import { conditionsOf } from './guise.js';
import { type AuditHosts, ordinaryHost } from './hosts.js';
import { permittingEntry, type RelayLeak, wayOut } from './relay-leak.js';
import { mainSender, type Sender } from './senders.js';

/** Whether one attempt is kept for all others of its form, or each that gets through. */
export type Witnesses = 'one of each form' | 'every attempt';

const ordinary = { far: ordinaryHost, end: '', near: '', channel: '' };

/** What a policy says to an attempt, and how that gets out; null where it does not. */
interface Answer {
  readonly decision: RecipientDecision;
  readonly way: ReturnType<typeof wayOut>;
}

/** Puts attempts to a policy. */
export class DoorAudit {
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

  /** How many recipients were tried. */
  get addresses(): number {
    return this.#addresses.size;
  }

  /** How many senders they were tried with. */
  get senders(): number {
    return this.#senders.size;
  }

  *#ask(sender: Sender, { path }: Attempt, environment: Environment): Lookup<RecipientDecision> {
    const { guise, session, envelopeFrom } = sender;
    const { originalRecipient, notify } = guise;
    const request: RecipientRequest = { to: path, originalRecipient, notify };
    const options = { tables: true, bothPasses: true };
    return yield* decideRecipient(
      { policy: this.#policy, session, environment },
      envelopeFrom,
      request,
      options,
    );
  }

  *#answer(
    sender: Sender,
    attempt: Attempt,
    hosts: ReadonlySet<string>,
    environment: Environment,
  ): Lookup<Answer> {
    const decision = yield* this.#ask(sender, attempt, environment);
    const way = decision.verdict.kind === 'accept' ? wayOut(this.#policy, hosts, decision) : null;
    return { decision, way };
  }

  *#explain(sender: Sender, attempt: Attempt): Lookup<Pick<RelayLeak, 'entry' | 'shadowed'>> {
    const { trace } = yield* withEveryChance(
      this.#newEnvironment,
      (made) => this.#traced(sender, attempt, made),
      (answer) => answer.isAccepted,
    );
    return permittingEntry(trace);
  }

  *#traced(
    sender: Sender,
    attempt: Attempt,
    environment: Environment,
  ): Lookup<{ readonly isAccepted: boolean; readonly trace: readonly TraceEvent[] }> {
    const trace: TraceEvent[] = [];
    const listening = { ...environment, trace: (event: TraceEvent) => void trace.push(event) };
    const { verdict } = yield* this.#ask(sender, attempt, listening);
    return { isAccepted: verdict.kind === 'accept', trace };
  }

  /** Puts attempts to the policy and keeps the witnesses. */
  *tryAll(sender: Sender, attempts: readonly Attempt[]): Lookup<void> {
    const { guise, session } = sender;
    const { foreign } = this.#hosts;
    const hosts = guise.host === null ? foreign : new Set([...foreign, foldDomain(guise.host)]);
    const through = new Set<Attempt['form']>();
    this.#senders.add(guise.said);
    for (const attempt of attempts) {
      this.forms += 1;
      this.#addresses.add(attempt.to);
      try {
        const { decision, way } = yield* withEveryChance(
          this.#newEnvironment,
          (made) => this.#answer(sender, attempt, hosts, made),
          (answer) => answer.way !== null,
        );
        if (decision.verdict.kind === 'defer') this.note(decision.verdict.cause);
        if (way === null) continue;
        if (this.#witnesses === 'one of each form' && through.has(attempt.form)) continue;
        through.add(attempt.form);
        const conditions = conditionsOf(guise);
        const isPlain = guise.said === mainSender && conditions.length === 0;
        this.leaks.push({
          from: guise.said,
          address: attempt.to,
          conditions,
          source: session.sourceChannel,
          reached: decision.channel,
          ...way,
          ...(yield* this.#explain(sender, attempt)),
          plain: isPlain && attempt.to === plainForm(ordinary),
        });
      } catch (error) {
        this.note(error instanceof Error ? error.message : String(error));
      }
    }
  }

  /** Counts what could not be decided. */
  note(cause: string): void {
    this.undecided += 1;
    this.cause ??= cause;
  }
}
