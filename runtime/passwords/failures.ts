/*
 * Failed attempts by client address: each different password makes the next reply slower, and from a limit on the address is
 * refused until some failures are forgotten. A password that was tried before counts too, but does not make replies slower, so
 * that a program with an old password waits less. The memory is bounded; the address that failed longest ago is dropped.
 */
import { type Clock, RecentKeys } from '../time/index.js';

export interface FailureRules {
  /** Failures after which an address is refused; 0 for no limit. */
  readonly limit: number;
  /** Milliseconds after which one failure is forgotten. */
  readonly forgetMs: number;
}

export interface Failure {
  readonly client: string;
  /** Whether the same password was tried before. */
  readonly isRepeated: boolean;
  /** The longest delay, in milliseconds. */
  readonly mostMs: number;
}

interface Record {
  readonly level: number;
  readonly at: number;
}

const firstDelay = 500;

/** Whether an address with so many failures is refused. */
export function isTooMany(level: number, { limit }: FailureRules): boolean {
  return limit > 0 && level > limit - 1;
}

/** The delay of a reply at a level, in milliseconds. */
export function delayAt(level: number, { isRepeated, mostMs }: Omit<Failure, 'client'>): number {
  const delay = isRepeated ? firstDelay : firstDelay * 2 ** Math.max(0, Math.ceil(level) - 1);
  return Math.min(delay, mostMs);
}

/** The failures of all clients of this process. */
export class Failures {
  readonly #clock: Clock;
  readonly #records: RecentKeys<Record>;

  constructor(clock: Clock, most = 10_000) {
    this.#clock = clock;
    this.#records = new RecentKeys(most);
  }

  get size(): number {
    return this.#records.size;
  }

  isRefused(client: string, rules: FailureRules): boolean {
    return isTooMany(this.levelOf(client, rules), rules);
  }

  /** How many failures of a client are not forgotten; the last one is forgotten gradually. */
  levelOf(client: string, { forgetMs }: FailureRules): number {
    const record = this.#records.get(client);
    if (record === undefined) return 0;
    return Math.max(0, record.level - (this.#clock.now() - record.at) / forgetMs);
  }

  /** Counts a failure; returns the delay of the reply in milliseconds. */
  add(failure: Failure, rules: FailureRules): number {
    const { client } = failure;
    const level = this.levelOf(client, rules) + 1;
    this.#records.set(client, { level, at: this.#clock.now() });
    return delayAt(level, failure);
  }
}
