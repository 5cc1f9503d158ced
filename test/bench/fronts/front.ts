/*
 * A server that takes mail for others, and discards it here.
 */

/** A running front. */
export interface Front {
  readonly port: number;
  /** Resolves when nothing that it accepted is in its queue any more. */
  settle(): Promise<void>;
  stop(): Promise<void>;
}
