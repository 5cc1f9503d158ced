/*
 * From name and password to an outcome: when it is the client's turn, with one derived key or from memory, slower after each
 * failure, and first for clients who authenticated before.
 */
import type { AuthSettings } from '../../lib/config/index.js';
import { type PasswordAnswer, smtpService, userName } from '../../runtime/passwords/index.js';
import type { SharedCounts } from '../../runtime/stores/index.js';
import type { Clock } from '../../runtime/time/index.js';
import { FailureCounts, type ReportCounts } from './failure-counts.js';
import { clientOf, type FailureRules, Failures, isTooMany } from './failures.js';
import { TooBusy } from './gate.js';
import { Successes } from './reputation.js';
import { type TurnLimits, Turns, usualLimits } from './turns.js';

/** The outcome of an attempt; `busy` and `failed` say nothing about the password. */
export type Outcome = PasswordAnswer | { readonly kind: 'refused' } | { readonly kind: 'busy' };

export interface PasswordJudge {
  /** Checks a password. Rejects only when no key can be derived. */
  ask(user: string, service: string, password: string): Promise<PasswordAnswer>;
  /** Whether a password was found wrong before and still is, without checking it again. */
  isKnownWrong(user: string, service: string, password: string): boolean;
}

/** What an authenticator is made of. */
export interface AuthenticatorOptions {
  readonly judge: PasswordJudge;
  readonly clock: Clock;
  /** The time that one AUTH command has, in milliseconds. */
  readonly patienceMs: number;
  readonly limits?: TurnLimits;
  /** Receives whether failures are counted together with other gateways, when that changes. */
  readonly report?: ReportCounts;
}

export interface Attempt {
  readonly address: string;
  readonly user: string;
  readonly password: string;
}

/** A client whose failures are counted. */
interface Counted {
  readonly client: string;
  /** Whether it has failures that are not forgotten. */
  readonly hasFailed: boolean;
  readonly rules: FailureRules;
  readonly shared: SharedCounts | null;
}

const longestDelay = 8_000;
const millisecondsPerSecond = 1000;

/** Answers attempts, for all connections of this process. */
export class Authenticator {
  readonly #options: AuthenticatorOptions;
  readonly #failures: FailureCounts;
  readonly #successes: Successes;
  readonly #turns: Turns;

  constructor(options: AuthenticatorOptions) {
    this.#options = options;
    this.#failures = new FailureCounts(new Failures(options.clock), options.report ?? (() => undefined));
    this.#successes = new Successes(options.clock);
    this.#turns = new Turns(options.clock, options.limits ?? usualLimits);
  }

  /**
   * Decides on an attempt; failures count together with those in `shared`. Rejects only when no key can be derived.
   */
  async decide(
    attempt: Attempt,
    settings: AuthSettings,
    shared: SharedCounts | null = null,
  ): Promise<Outcome> {
    const client = clientOf(attempt.address);
    const rules = { limit: settings.failures, forgetMs: settings.forgetSeconds * millisecondsPerSecond };
    const level = await this.#failures.levelOf(client, rules, shared);
    if (isTooMany(level, rules)) return { kind: 'refused' };
    try {
      return await this.#inTurn({ client, hasFailed: level > 0, rules, shared }, attempt);
    } catch (error) {
      if (error instanceof TooBusy) return { kind: 'busy' };
      throw error;
    }
  }

  async #inTurn(
    { client, hasFailed, rules, shared }: Counted,
    { user, password }: Attempt,
  ): Promise<Outcome> {
    const { judge, patienceMs } = this.#options;
    // Waiting for the turn, waiting for a slot, and the delay get a third each of the time beside deriving the key.
    const waitMs = patienceMs * 0.3;
    const name = userName(user) ?? '';
    const reputation = this.#successes.reputationOf(client, name, hasFailed);
    // A known user does not wait for the failures of others at the same address.
    const turn = reputation === 'known' ? `${client} ${name}` : client;
    return await this.#turns.withTurn(turn, reputation, waitMs, async () => {
      if (isTooMany(await this.#failures.levelOf(client, rules, shared), rules)) return { kind: 'refused' };
      const isRepeated = judge.isKnownWrong(user, smtpService, password);
      const ask = (): Promise<PasswordAnswer> => judge.ask(user, smtpService, password);
      const answer: PasswordAnswer = isRepeated
        ? { kind: 'wrong' }
        : await this.#turns.withSlot(reputation, waitMs, ask);
      if (answer.kind === 'good') this.#successes.add(client, answer.user);
      if (answer.kind === 'wrong') {
        const mostMs = Math.min(longestDelay, waitMs);
        await this.#pause(await this.#failures.add({ client, isRepeated, mostMs }, rules, shared));
      }
      return answer;
    });
  }

  #pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      this.#options.clock.after(milliseconds, resolve);
    });
  }
}
