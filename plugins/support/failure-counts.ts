/*
 * Failures of a client at AUTH and at the page of pmdf/watch, counted by this process and, where the settings say so, together with
 * other gateways. The higher of the two levels counts. While the shared counts cannot be had, this process counts alone, so nobody
 * is locked out by that; the log says so.
 */
import { delayAt, type Failure, type FailureRules, Failures } from '../../runtime/passwords/index.js';
import type { SharedCounts, SharedLevel } from '../../runtime/stores/index.js';
import { systemClock } from '../../runtime/time/index.js';

/** Receives that failures are no longer counted together, or are again. */
export type ReportCounts = (message: string) => void;

/** Where failures are counted together with other gateways. */
export type CountsTogether = Pick<SharedCounts, 'levelOf' | 'add'>;

export class FailureCounts {
  readonly #own: Failures;
  readonly #report: ReportCounts;
  #isAlone = false;

  constructor(own: Failures, report: ReportCounts) {
    this.#own = own;
    this.#report = report;
  }

  /** How many failures of a client are not forgotten. */
  async levelOf(client: string, rules: FailureRules, shared: CountsTogether | null): Promise<number> {
    const own = this.#own.levelOf(client, rules);
    if (shared === null) return own;
    return Math.max(own, this.#known(await shared.levelOf(client, rules.forgetMs)));
  }

  /** Counts a failure; returns the delay of the reply in milliseconds. */
  async add(failure: Failure, rules: FailureRules, shared: CountsTogether | null): Promise<number> {
    const own = this.#own.add(failure, rules);
    if (shared === null) return own;
    return Math.max(own, delayAt(this.#known(await shared.add(failure.client, rules.forgetMs)), failure));
  }

  #known(answer: SharedLevel): number {
    const isAlone = answer.kind === 'failed';
    if (isAlone !== this.#isAlone) {
      this.#isAlone = isAlone;
      this.#report(
        isAlone
          ? `failed logins are counted by this process alone: ${answer.cause}`
          : 'failed logins are counted together with other gateways again',
      );
    }
    return answer.kind === 'level' ? answer.level : 0;
  }
}

/** What has failed in this process, whichever plugin counts it. */
export const failuresHere = new Failures(systemClock);
