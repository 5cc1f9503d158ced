/*
 * The counters of all workers of one Haraka. With `nodes` in smtp.ini the main process counts for all, and a worker asks it for each
 * step. A worker that gets no answer in time counts alone.
 */
import cluster, { type Worker } from 'node:cluster';
import type { CounterTable } from '../../lib/config/index.js';
import type { CounterStep, Eventual, LookupAnswer } from '../../lib/engine/index.js';
import { type Clock, within } from '../time/index.js';
import { Counters } from './counters.js';

/** What the processes say to each other; nobody else uses the name. */
type Message =
  | {
      readonly pmdfCounter: 'step';
      readonly id: number;
      readonly step: CounterStep;
      readonly table: CounterTable | null;
    }
  | { readonly pmdfCounter: 'answer'; readonly id: number; readonly answer: LookupAnswer };

function isMessage(value: unknown): value is Message {
  return typeof value === 'object' && value !== null && 'pmdfCounter' in value;
}

/** How long the main process may take, in milliseconds. */
const longestMs = 1_000;

export class WorkerCounters {
  readonly #own: Counters;
  readonly #clock: Clock;
  readonly #waiting = new Map<number, (answer: LookupAnswer) => void>();
  #count = 0;
  readonly #fromWorker = (worker: Worker, message: unknown): void => {
    if (!isMessage(message) || message.pmdfCounter !== 'step') return;
    const answer = this.#own.take(message.step, message.table);
    if (worker.isConnected()) worker.send({ pmdfCounter: 'answer', id: message.id, answer });
  };
  readonly #fromPrimary = (message: unknown): void => {
    if (isMessage(message) && message.pmdfCounter === 'answer')
      this.#waiting.get(message.id)?.(message.answer);
  };

  /** Begins to listen to the other processes. */
  constructor(clock: Clock) {
    this.#clock = clock;
    this.#own = new Counters(clock);
    if (cluster.isWorker) process.on('message', this.#fromPrimary);
    else cluster.on('message', this.#fromWorker);
  }

  /** Takes a step; `table` is the one of the settings that it names, null if there is none. Never rejects. */
  take(step: CounterStep, table: CounterTable | null): Eventual<LookupAnswer> {
    return cluster.isWorker ? this.#ask(step, table) : this.#own.take(step, table);
  }

  close(): void {
    process.off('message', this.#fromPrimary);
    cluster.off('message', this.#fromWorker);
  }

  async #ask(step: CounterStep, table: CounterTable | null): Promise<LookupAnswer> {
    this.#count += 1;
    const id = this.#count;
    const told = new Promise<LookupAnswer>((resolve) => this.#waiting.set(id, resolve));
    try {
      process.send?.({ pmdfCounter: 'step', id, step, table });
      const came = await within(this.#clock, longestMs, told);
      return came.kind === 'in-time' ? came.value : this.#own.take(step, table);
    } catch {
      // The main process has just ended.
      return this.#own.take(step, table);
    } finally {
      this.#waiting.delete(id);
    }
  }
}
