/*
 * Servers with which TLS failed, remembered for a while so that opportunistic mail does not try in vain each time.
 * In memory, for one process; the oldest are forgotten when there are many.
 */
import type { Clock } from '../../runtime/time/index.js';

/** How long a server is remembered, in milliseconds. */
export const rememberedMs = 30 * 60 * 1000;

/** How many servers are remembered. */
export const mostRemembered = 10_000;

interface Failure {
  readonly at: number;
  readonly reason: string;
}

/** The memory of failures, by host and port. */
export class FailedHosts {
  readonly #clock: Clock;
  /** Oldest first. */
  readonly #failures = new Map<string, Failure>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Remembers that TLS failed with a server. */
  remember(host: string, reason: string): void {
    this.#failures.delete(host);
    this.#failures.set(host, { at: this.#clock.now(), reason });
    if (this.#failures.size <= mostRemembered) return;
    const [oldest] = this.#failures.keys();
    if (oldest !== undefined) this.#failures.delete(oldest);
  }

  /** Why TLS failed with a server lately; null when it did not. */
  reasonOf(host: string): string | null {
    const failure = this.#failures.get(host);
    if (failure === undefined) return null;
    if (this.#clock.now() - failure.at < rememberedMs) return failure.reason;
    this.#failures.delete(host);
    return null;
  }
}
