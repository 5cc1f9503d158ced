/*
 * Whether a server of a store is asked: one that failed is left alone for some time, then one question tries it, and
 * the others follow when that one is answered.
 */
import { printServer, type StoreServer } from '../../lib/config/index.js';
import type { Clock } from '../time/index.js';

/** How many questions in a row may fail on open connections: a stranger may know one that is too slow. */
const mostFailures = 3;

type State =
  | { readonly kind: 'up'; readonly failures: number }
  | { readonly kind: 'down'; readonly cause: string; readonly until: number; readonly isTried: boolean };

/** What is told of a server that goes down or comes back. */
export type ReportServer = (severity: 'warning' | 'notice', message: string) => void;

export class ServerState {
  readonly server: StoreServer;
  readonly name: string;
  readonly #clock: Clock;
  readonly #retryMs: number;
  readonly #report: ReportServer;
  #state: State = { kind: 'up', failures: 0 };

  constructor(server: StoreServer, clock: Clock, retryMs: number, report: ReportServer) {
    this.server = server;
    this.name = printServer(server);
    this.#clock = clock;
    this.#retryMs = retryMs;
    this.#report = report;
  }

  /** Whether a question may go to it now. */
  get isUsable(): boolean {
    const state = this.#state;
    return state.kind === 'up' || (!state.isTried && this.#clock.now() >= state.until);
  }

  /** Whether it answered the last question that it was asked. */
  get isSound(): boolean {
    return this.#state.kind === 'up' && this.#state.failures === 0;
  }

  /** Why it is left alone; null if it is not. */
  get cause(): string | null {
    return this.#state.kind === 'down' ? this.#state.cause : null;
  }

  /** A question goes to it. */
  begin(): void {
    if (this.#state.kind === 'down') this.#state = { ...this.#state, isTried: true };
  }

  /** It answered. */
  answered(): void {
    if (this.isSound) return;
    if (this.#state.kind === 'down') this.#report('notice', `${this.name} answers again`);
    this.#state = { kind: 'up', failures: 0 };
  }

  /** A question to it was given up before it could tell anything. */
  gaveUp(): void {
    if (this.#state.kind === 'down') this.#state = { ...this.#state, isTried: false };
  }

  /** It could not be connected to, or did not answer a question on an open connection. */
  failed(what: 'connecting' | 'answering', cause: string): void {
    const state = this.#state;
    if (state.kind === 'up' && what === 'answering' && state.failures + 1 < mostFailures) {
      this.#state = { kind: 'up', failures: state.failures + 1 };
      return;
    }
    const until = this.#clock.now() + this.#retryMs;
    // Questions that began before it went down do not end the pause again and again.
    if (state.kind === 'down' && !state.isTried) return;
    if (state.kind === 'up') {
      this.#report('warning', `${this.name} is left alone for ${this.#retryMs / 1000} s: ${cause}`);
    }
    this.#state = { kind: 'down', cause, until, isTried: false };
  }
}
