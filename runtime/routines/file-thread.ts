/*
 * The functions of one file of the site, in a thread that begins with the first call and ends when it is idle. A call that takes too
 * long ends the thread, which stops an endless loop too; the calls that it was busy with fail with it.
 */
import { Worker } from 'node:worker_threads';
import { failed, type LookupAnswer } from '../../lib/engine/index.js';
import type { Clock } from '../time/index.js';
import {
  isRoutineAnswer,
  type RoutineCallMessage,
  type ThreadStart,
  threadArguments,
  threadFile,
  threadMemory,
} from './routine-messages.js';

/** Milliseconds that a call may take, the start of its thread included. */
export const callMs = 5000;
/** Milliseconds after which a thread without calls ends. */
const idleMs = 60_000;
/** Calls that may be under way at once. */
const mostCalls = 100;

interface Waiting {
  readonly settle: (answer: LookupAnswer) => void;
  readonly callOff: () => void;
}

export class FileThread {
  readonly #start: ThreadStart;
  readonly #clock: Clock;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | null = null;
  #next = 0;
  #stopIdling: () => void = () => undefined;

  constructor(path: string, text: string, clock: Clock) {
    this.#start = { path, text, inspection: null };
    this.#clock = clock;
  }

  /** Calls a function; never rejects. */
  call(name: string, argument: string): Promise<LookupAnswer> {
    if (this.#waiting.size >= mostCalls) return Promise.resolve(failed('too many calls are under way'));
    this.#stopIdling();
    const worker = this.#worker ?? this.#begin();
    const id = this.#next;
    this.#next += 1;
    return new Promise((resolve) => {
      const callOff = this.#clock.after(callMs, () => this.#end(`no answer in ${callMs / 1000} seconds`));
      this.#waiting.set(id, { settle: resolve, callOff });
      const message: RoutineCallMessage = { id, name, argument };
      worker.postMessage(message);
    });
  }

  /** Ends the thread; calls that are under way fail. */
  close(): void {
    this.#end('the thread was ended');
  }

  #begin(): Worker {
    const options = { workerData: this.#start, resourceLimits: threadMemory, execArgv: threadArguments };
    const worker = new Worker(threadFile, options);
    this.#worker = worker;
    const lost = (cause: string): void => {
      if (this.#worker === worker) this.#end(cause);
    };
    worker.on('message', (message: unknown) => {
      if (!isRoutineAnswer(message)) lost('its thread sent what is not an answer');
      else if (this.#worker === worker) this.#settle(message.id, message.answer);
    });
    worker.on('error', (error) => lost(String(error instanceof Error ? error.message : error)));
    worker.on('messageerror', (error) => lost(error.message));
    worker.on('exit', () => lost('its thread ended'));
    // A listener for messages would keep the process alive.
    worker.unref();
    return worker;
  }

  #settle(id: number, answer: LookupAnswer): void {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    this.#waiting.delete(id);
    waiting.callOff();
    waiting.settle(answer);
    if (this.#waiting.size === 0) this.#stopIdling = this.#clock.after(idleMs, () => this.close());
  }

  #end(cause: string): void {
    this.#stopIdling();
    const worker = this.#worker;
    this.#worker = null;
    for (const id of [...this.#waiting.keys()]) this.#settle(id, failed(cause));
    this.#stopIdling();
    void worker?.terminate();
  }
}
