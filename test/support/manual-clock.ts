/*
 * A clock that only a test moves, so that no test sleeps.
 */
import type { Clock } from '../../runtime/time/clock.js';

interface Task {
  readonly due: number;
  readonly run: () => void;
}

export class ManualClock implements Clock {
  #now = 0;
  #tasks: Task[] = [];
  #listeners: (() => void)[] = [];

  now(): number {
    return this.#now;
  }

  after(milliseconds: number, run: () => void): () => void {
    const task = { due: this.#now + milliseconds, run };
    this.#tasks.push(task);
    const listeners = this.#listeners;
    this.#listeners = [];
    for (const listener of listeners) listener();
    return () => {
      this.#tasks = this.#tasks.filter((one) => one !== task);
    };
  }

  /** The number of waiting tasks. */
  get waiting(): number {
    return this.#tasks.length;
  }

  /** Lets time pass, and runs the tasks that become due. */
  advance(milliseconds: number): void {
    this.#now += milliseconds;
    const due = this.#tasks.filter((one) => one.due <= this.#now);
    this.#tasks = this.#tasks.filter((one) => one.due > this.#now);
    for (const { run } of due) run();
  }

  /** Resolves when a task is scheduled, or at once if one is waiting. */
  async someTask(): Promise<void> {
    if (this.#tasks.length > 0) return;
    await new Promise<void>((resolve) => this.#listeners.push(resolve));
  }
}
