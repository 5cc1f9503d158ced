/*
 * Name and password to an outcome: in the client's turn, with one derived key, slower after each failure.
 */
import type { AuthSettings } from '../../lib/index.js';
import type { Clock } from '../../runtime/clock.js';
import type { PasswordAnswer } from '../../runtime/password-file.js';
import { smtpService } from '../../runtime/password-records.js';
import { clientOf, Failures } from './failures.js';
import { TooBusy, type TurnLimits, Turns, usualLimits } from './turns.js';

/** What came of it; `busy` and `failed` say nothing about the password. */
export type Outcome = PasswordAnswer | { readonly kind: 'refused' } | { readonly kind: 'busy' };

/** Whom to ask, and how long all of it may take. */
export interface AuthenticatorOptions {
  readonly ask: (user: string, service: string, password: string) => Promise<PasswordAnswer>;
  readonly clock: Clock;
  /** The time that one AUTH command has, in milliseconds. */
  readonly patienceMs: number;
  readonly limits?: TurnLimits;
}

/** One attempt. */
export interface Attempt {
  readonly address: string;
  readonly user: string;
  readonly password: string;
}

const longestDelay = 8_000;
const millisecondsPerSecond = 1000;

/** Answers attempts, for all connections of this process. */
export class Authenticator {
  readonly #options: AuthenticatorOptions;
  readonly #failures: Failures;
  readonly #turns: Turns;

  constructor(options: AuthenticatorOptions) {
    this.#options = options;
    this.#failures = new Failures(options.clock);
    this.#turns = new Turns(options.clock, options.limits ?? usualLimits);
  }

  /** Decides on an attempt. Rejects only when no key can be derived. */
  async decide(attempt: Attempt, settings: AuthSettings): Promise<Outcome> {
    const client = clientOf(attempt.address);
    const rules = { limit: settings.failures, forgetMs: settings.forgetSeconds * millisecondsPerSecond };
    // Waiting for the turn, waiting for a slot, and the delay have a third each of what is left beside the key.
    const waitMs = this.#options.patienceMs * 0.3;
    if (this.#failures.isRefused(client, rules)) return { kind: 'refused' };
    try {
      return await this.#turns.withTurn(client, waitMs, async () => {
        if (this.#failures.isRefused(client, rules)) return { kind: 'refused' };
        const { user, password } = attempt;
        const answer = await this.#turns.withSlot(waitMs, () =>
          this.#options.ask(user, smtpService, password),
        );
        if (answer.kind === 'wrong') {
          const most = Math.min(longestDelay, waitMs);
          await this.#pause(this.#failures.add(client, user, password, rules, most));
        }
        return answer;
      });
    } catch (error) {
      if (error instanceof TooBusy) return { kind: 'busy' };
      throw error;
    }
  }

  #pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      this.#options.clock.after(milliseconds, resolve);
    });
  }
}
