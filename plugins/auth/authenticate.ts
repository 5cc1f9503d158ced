/*
 * From name and password to an outcome: when it is the client's turn, with one derived key or from memory, slower after each
 * failure, and first for clients who authenticated before.
 */
import { countedClient } from '../../lib/address/index.js';
import type { AuthSettings } from '../../lib/config/index.js';
import {
  type FailureRules,
  type Failures,
  isTooMany,
  type PasswordAnswer,
  type PasswordCase,
  smtpService,
  userName,
} from '../../runtime/passwords/index.js';
import type { SharedCounts } from '../../runtime/stores/index.js';
import type { Clock } from '../../runtime/time/index.js';
import { FailureCounts, type ReportCounts } from '../support/index.js';
import { TooBusy } from './gate.js';
import { Successes } from './reputation.js';
import { type TurnLimits, Turns, usualLimits } from './turns.js';

/** The outcome of an attempt; `busy` and `failed` say nothing about the password. */
export type Outcome = PasswordAnswer | { readonly kind: 'refused' } | { readonly kind: 'busy' };

/** Examines passwords for AUTH. */
export interface SmtpJudge {
  /** What is known of a password before a key is derived. Never rejects. */
  examine(user: string, service: string, password: string): Promise<PasswordCase>;
}

/** What one attempt is decided with. */
export interface AttemptUse {
  readonly settings: AuthSettings;
  readonly judge: SmtpJudge;
  /** Where failures count together with other gateways; null if they do not. */
  readonly shared: SharedCounts | null;
}

/** What an authenticator is made of. */
export interface AuthenticatorOptions {
  readonly clock: Clock;
  readonly failures: Failures;
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
  readonly judge: SmtpJudge;
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
    this.#failures = new FailureCounts(options.failures, options.report ?? (() => undefined));
    this.#successes = new Successes(options.clock);
    this.#turns = new Turns(options.clock, options.limits ?? usualLimits);
  }

  /** Decides on an attempt. Rejects only when no key can be derived. */
  async decide(attempt: Attempt, { settings, judge, shared }: AttemptUse): Promise<Outcome> {
    const client = countedClient(attempt.address);
    const rules = { limit: settings.failures, forgetMs: settings.forgetSeconds * millisecondsPerSecond };
    const level = await this.#failures.levelOf(client, rules, shared);
    if (isTooMany(level, rules)) return { kind: 'refused' };
    try {
      return await this.#inTurn({ client, judge, hasFailed: level > 0, rules, shared }, attempt);
    } catch (error) {
      if (error instanceof TooBusy) return { kind: 'busy' };
      throw error;
    }
  }

  async #inTurn(
    { client, judge, hasFailed, rules, shared }: Counted,
    { user, password }: Attempt,
  ): Promise<Outcome> {
    // Waiting for the turn, waiting for a slot, and the delay get a quarter each of the time; look-ups and the key have the rest.
    const waitMs = this.#options.patienceMs * 0.25;
    const name = userName(user) ?? '';
    const reputation = this.#successes.reputationOf(client, name, hasFailed);
    // A known user does not wait for the failures of others at the same address.
    const turn = reputation === 'known' ? `${client} ${name}` : client;
    return await this.#turns.withTurn(turn, reputation, waitMs, async () => {
      if (isTooMany(await this.#failures.levelOf(client, rules, shared), rules)) return { kind: 'refused' };
      const found = await judge.examine(user, smtpService, password);
      if (found.kind === 'failed') return found;
      const isRepeated = found.kind === 'known wrong';
      const answer: PasswordAnswer = isRepeated
        ? { kind: 'wrong' }
        : await this.#turns.withSlot(reputation, waitMs, found.check);
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
