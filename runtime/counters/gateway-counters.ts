/*
 * Where a gateway counts: together with other gateways if a store is named, else on its own. While the store cannot be used, it
 * counts on its own, and says so once.
 */
import type { CounterTable } from '../../lib/config/index.js';
import type { CounterStep, Eventual, LookupAnswer } from '../../lib/engine/index.js';
import type { SharedCounters } from './shared-counters.js';
import type { WorkerCounters } from './worker-counters.js';

/** Receives that the gateway counts alone, or together with others again. */
export type ReportCounters = (message: string) => void;

export class GatewayCounters {
  readonly #own: Pick<WorkerCounters, 'take'>;
  readonly #report: ReportCounters;
  #isAlone = false;

  constructor(own: Pick<WorkerCounters, 'take'>, report: ReportCounters) {
    this.#own = own;
    this.#report = report;
  }

  /**
   * Takes a step. `table` is the table of the settings that the step names, and null without one; `shared` is where gateways count
   * together, and null if this one counts alone. Never rejects.
   */
  take(
    step: CounterStep,
    table: CounterTable | null,
    shared: Pick<SharedCounters, 'take'> | null,
  ): Eventual<LookupAnswer> {
    return shared === null ? this.#own.take(step, table) : this.#takeTogether(step, table, shared);
  }

  async #takeTogether(
    step: CounterStep,
    table: CounterTable | null,
    shared: Pick<SharedCounters, 'take'>,
  ): Promise<LookupAnswer> {
    const taken = await shared.take(step, table);
    this.#note(taken.kind === 'away' ? taken.cause : null);
    return taken.kind === 'away' ? await this.#own.take(step, table) : taken.answer;
  }

  #note(cause: string | null): void {
    const isAlone = cause !== null;
    if (isAlone === this.#isAlone) return;
    this.#isAlone = isAlone;
    this.#report(
      isAlone
        ? `mapping tables count by this gateway alone: ${cause}`
        : 'mapping tables count together with other gateways again',
    );
  }
}
