/*
 * Failed attempts by client address: each different one makes the answer to the next one slower, and from a limit on the
 * address is refused until some are forgotten. A guess that was made before counts too, but is answered no slower, so
 * that a program with an old password waits less. The memory is bounded; the address that failed longest ago is dropped.
 */
import { addressBytes } from '../../lib/address/index.js';
import type { Clock } from '../../runtime/time/index.js';

/** How failures are counted. */
export interface FailureRules {
  /** Failures after which an address is refused; 0 for no limit. */
  readonly limit: number;
  /** Milliseconds after which one failure is forgotten. */
  readonly forgetMs: number;
}

/** One failure. */
export interface Failure {
  readonly client: string;
  /** The same guess was made before. */
  readonly isRepeated: boolean;
  /** The longest delay, in milliseconds. */
  readonly mostMs: number;
}

interface Record {
  readonly level: number;
  readonly at: number;
}

const firstDelay = 500;

/** The client that an address counts for: itself, or its network of 64 bits in IPv6. */
export function clientOf(address: string): string {
  const octets = addressBytes(address);
  if (octets === null) return address;
  if (octets.length === 4) return octets.join('.');
  return `${octets.slice(0, 8).join('.')}/64`;
}

/** The failures of all clients of this process. */
export class Failures {
  readonly #clock: Clock;
  readonly #most: number;
  readonly #records = new Map<string, Record>();

  constructor(clock: Clock, most = 10_000) {
    this.#clock = clock;
    this.#most = most;
  }

  /** How many clients are remembered. */
  get size(): number {
    return this.#records.size;
  }

  /** Tells whether a client is refused. */
  isRefused(client: string, rules: FailureRules): boolean {
    return rules.limit > 0 && this.levelOf(client, rules) > rules.limit - 1;
  }

  /** How many failures of a client are not forgotten; a part of one is on its way to be. */
  levelOf(client: string, { forgetMs }: FailureRules): number {
    const record = this.#records.get(client);
    if (record === undefined) return 0;
    return Math.max(0, record.level - (this.#clock.now() - record.at) / forgetMs);
  }

  /** Counts a failure; gives how many milliseconds its answer waits. */
  add({ client, isRepeated, mostMs }: Failure, rules: FailureRules): number {
    const level = this.levelOf(client, rules) + 1;
    // The order of a Map is that of its insertions: the client that failed last is the last one.
    this.#records.delete(client);
    this.#records.set(client, { level, at: this.#clock.now() });
    for (const oldest of this.#records.keys()) {
      if (this.#records.size <= this.#most) break;
      this.#records.delete(oldest);
    }
    const delay = isRepeated ? firstDelay : firstDelay * 2 ** Math.max(0, Math.ceil(level) - 1);
    return Math.min(delay, mostMs);
  }
}
