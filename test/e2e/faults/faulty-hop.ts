/*
 * A next hop with a fault at a time, which counts what becomes of the recipients of the mail that comes to it.
 */

import type { Fault } from './fault-rows.js';

/** A running next hop; `Row` is a fault that it can have. */
export interface FaultyHop<Row extends Fault> {
  readonly port: number;
  /** How often the present fault was reached. */
  readonly hits: number;
  /** For how many recipients the present fault kept a message without a reply; each may come once more. */
  readonly unanswered: number;
  /** How often a message for an address was kept. */
  kept(address: string): number;
  /** Whether an address was refused for good under the present fault, at any step. */
  hasRefused(address: string): boolean;
  listen(): Promise<void>;
  /** Refuses connections; `listen` accepts them again at the same port. */
  close(): Promise<void>;
  /** Resolves when no connection is open. */
  alone(): Promise<void>;
  /** Has a fault from now on, while mail comes to these recipients. */
  misbehave(row: Row, to: readonly string[]): void | Promise<void>;
  /** Has no fault from now on; sessions that were silent are closed. */
  mend(): void | Promise<void>;
  /** Resolves when all that was kept can be counted. */
  settle(): void | Promise<void>;
}
