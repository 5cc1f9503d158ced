/*
 * Derives keys in threads of their own, of low priority: guesses take the time of the processor that mail leaves. A thread begins
 * with the first key that has none, derives one at a time, and ends when it is idle. A key that takes too long fails, but its
 * thread counts as busy until it is done, so that there are never more than permitted.
 */
import { Worker } from 'node:worker_threads';
import type { Clock } from '../time/index.js';
import { type KeyAnswer, type KeyRequest, keyThreadFile } from './key-messages.js';
import type { Derive } from './password-hash.js';

/** Milliseconds that a key may take, waiting and the start of its thread included: with the waits of an attempt less than a hook has. */
export const keyMs = 10_000;
/** Milliseconds after which a thread without keys ends. */
const idleMs = 60_000;
/** Keys that may wait for a thread. */
const mostWaiting = 100;

export interface KeyThreadOptions {
  readonly clock: Clock;
  /** Keys that are derived at once. */
  readonly atOnce: number;
  /** The code of a thread. */
  readonly file?: string;
}

interface Job {
  readonly request: KeyRequest;
  readonly settle: (answer: KeyAnswer) => void;
}

interface Thread {
  readonly worker: Worker;
  job: Job | null;
  stopIdling: () => void;
}

/** The keys of one process. */
export class KeyThreads {
  readonly #options: KeyThreadOptions;
  readonly #threads = new Set<Thread>();
  readonly #waiting: Job[] = [];

  constructor(options: KeyThreadOptions) {
    this.#options = options;
  }

  /** Threads that exist. */
  get size(): number {
    return this.#threads.size;
  }

  /** Derives a key. Rejects if it takes too long, if its thread dies, or if too many wait. */
  readonly derive: Derive = (password, salt, cost, length) =>
    new Promise((resolve, reject) => {
      if (this.#waiting.length >= mostWaiting) {
        reject(new Error('too many keys are to be derived'));
        return;
      }
      const callOff = this.#options.clock.after(keyMs, () => {
        const index = this.#waiting.indexOf(job);
        if (index !== -1) this.#waiting.splice(index, 1);
        reject(new Error(`no key was derived in ${keyMs / 1000} seconds`));
      });
      const job: Job = {
        request: { password, salt, cost, length },
        settle: (answer) => {
          callOff();
          if (answer.kind === 'derived') resolve(Buffer.from(answer.key));
          else reject(new Error(`no key was derived: ${answer.cause}`));
        },
      };
      this.#waiting.push(job);
      this.#serve();
    });

  /** Ends the threads; keys under way fail. */
  close(): void {
    for (const job of this.#waiting.splice(0))
      job.settle({ kind: 'failed', cause: 'the threads were ended' });
    for (const thread of this.#threads) this.#end(thread, 'its thread was ended');
  }

  #serve(): void {
    while (this.#waiting.length > 0) {
      const thread = this.#free();
      const job = thread === null ? undefined : this.#waiting.shift();
      if (thread === null || job === undefined) return;
      thread.stopIdling();
      thread.job = job;
      thread.worker.postMessage(job.request);
    }
  }

  /** A thread without a key, a new one if need be; null if all are busy. */
  #free(): Thread | null {
    for (const thread of this.#threads) if (thread.job === null) return thread;
    return this.#threads.size < this.#options.atOnce ? this.#begin() : null;
  }

  #begin(): Thread {
    // What is loaded into Haraka with `node --require` is not meant for its threads, and may end them.
    const worker = new Worker(this.#options.file ?? keyThreadFile, { execArgv: [] });
    const thread: Thread = { worker, job: null, stopIdling: () => undefined };
    this.#threads.add(thread);
    worker.on('message', (answer: KeyAnswer) => this.#settle(thread, answer));
    worker.on('error', (error: unknown) =>
      this.#end(thread, error instanceof Error ? error.message : String(error)),
    );
    worker.on('exit', () => this.#end(thread, 'its thread ended'));
    // A listener for messages would keep the process alive.
    worker.unref();
    return thread;
  }

  #settle(thread: Thread, answer: KeyAnswer): void {
    thread.job?.settle(answer);
    thread.job = null;
    thread.stopIdling = this.#options.clock.after(idleMs, () => this.#end(thread, 'its thread was idle'));
    this.#serve();
  }

  #end(thread: Thread, cause: string): void {
    if (!this.#threads.delete(thread)) return;
    thread.stopIdling();
    void thread.worker.terminate();
    thread.job?.settle({ kind: 'failed', cause });
    thread.job = null;
    this.#serve();
  }
}
