/*
 * Failed attempts by client address: each makes the answer to the next one slower, and from a limit on the address is
 * refused until some are forgotten. The same wrong password again does not count again, so that a program with an old
 * password does not lock out its house. The memory is bounded; the address that failed longest ago is dropped.
 */
import { createHmac, randomBytes } from 'node:crypto';
import type { Clock } from '../../runtime/clock.js';
import { ipOctets } from '../../runtime/ip-octets.js';

/** How failures are counted. */
export interface FailureRules {
  /** Failures after which an address is refused; 0 for no limit. */
  readonly limit: number;
  /** Milliseconds after which one failure is forgotten. */
  readonly forgetMs: number;
}

interface Record {
  level: number;
  at: number;
  /** Attempts that have counted, the latest ones. */
  tried: string[];
}

const firstDelay = 500;
const remembered = 16;

/** The client that an address counts for: itself, or its network of 64 bits in IPv6. */
export function clientOf(address: string): string {
  const octets = ipOctets(address);
  if (octets === null) return address;
  if (octets.length === 4) return octets.join('.');
  return `${octets.slice(0, 8).join('.')}/64`;
}

/** The failures of all clients of this process. */
export class Failures {
  readonly #clock: Clock;
  readonly #most: number;
  readonly #secret = randomBytes(16);
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
    return rules.limit > 0 && this.#level(client, rules) > rules.limit - 1;
  }

  /** Counts a failure; gives how many milliseconds its answer waits, at most `mostMs`. */
  add(client: string, user: string, password: string, rules: FailureRules, mostMs: number): number {
    const attempt = this.#fingerprint(user, password);
    const before = this.#records.get(client);
    const isNew = before?.tried.includes(attempt) !== true;
    const level = Math.max(isNew ? 1 : 0, this.#level(client, rules) + (isNew ? 1 : 0));
    const tried = isNew ? [...(before?.tried ?? []), attempt].slice(-remembered) : (before?.tried ?? []);
    // The order of a Map is that of its insertions: whoever failed last stands last.
    this.#records.delete(client);
    this.#records.set(client, { level, at: this.#clock.now(), tried });
    for (const oldest of this.#records.keys()) {
      if (this.#records.size <= this.#most) break;
      this.#records.delete(oldest);
    }
    return Math.min(firstDelay * 2 ** Math.max(0, Math.ceil(level) - 1), mostMs);
  }

  #level(client: string, { forgetMs }: FailureRules): number {
    const record = this.#records.get(client);
    if (record === undefined) return 0;
    return Math.max(0, record.level - (this.#clock.now() - record.at) / forgetMs);
  }

  /** Tells attempts apart without keeping a password. */
  #fingerprint(user: string, password: string): string {
    return createHmac('sha256', this.#secret)
      .update(JSON.stringify([user, password]))
      .digest('base64');
  }
}
