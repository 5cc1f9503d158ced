/*
 * The connections of one store, and the questions to it. A question has a time limit, which covers waiting, connecting and
 * every server that is tried; the same question asked meanwhile shares the answer, and answers are kept for a while. Every
 * outcome is an answer: what goes wrong is `failed`.
 */
import type { StoreLimits, StoreServer } from '../../lib/config/index.js';
import { absent, type Eventual, failed, type ValuesAnswer } from '../../lib/engine/index.js';
import { type Clock, RecentAnswers, SharedQuestions } from '../time/index.js';
import { type Attempt, Attempts } from './attempts.js';
import { describeTrouble } from './describe-trouble.js';
import { type Connect, OpenConnections, type PoolQuery, type SharedConnection } from './open-connections.js';
import { Permits } from './permits.js';
import { type ReportServer, ServerState } from './server-state.js';
import { QuestionRefused } from './store-connection.js';

/** How many questions may wait for a connection. */
const mostWaiting = 1_000;

/** Longer keys and answers are not kept, in characters. */
const longestKeptKey = 320;
const longestKeptAnswer = 2_048;

/** The longest answer that is used, in characters. */
const longestAnswer = 1 << 20;

/** What a pool is made of. */
export interface PoolOptions {
  /** The name of the store, for messages. */
  readonly name: string;
  readonly servers: readonly StoreServer[];
  readonly limits: StoreLimits;
  readonly connect: Connect;
  /** How many questions may be on one connection at once; 1 by default. */
  readonly questionsAtOnce?: number;
  /** Loads what connecting needs, before the time of the first question begins; what fails, connecting tells. */
  readonly load?: () => Promise<void>;
  readonly clock: Clock;
  readonly report: ReportServer;
}

type Outcome =
  | { readonly kind: 'answered'; readonly answer: ValuesAnswer }
  | { readonly kind: 'not answered'; readonly cause: string };

const millisecondsPerSecond = 1000;

const noConnection = 'no connection became free in time';

function noAnswer(ms: number): string {
  return `no answer within ${Math.round(ms / 100) / 10} s`;
}

function totalLength(values: readonly string[]): number {
  let total = 0;
  for (const value of values) total += value.length;
  return total;
}

/** The answer that some values are. Empty ones count for nothing; one that cannot be written on a line is trouble. */
function answerOf(values: readonly string[]): ValuesAnswer {
  const given = values.includes('') ? values.filter((value) => value !== '') : values;
  if (given.length === 0) return absent;
  if (totalLength(given) > longestAnswer) return failed('the answer is too long');
  for (const value of given) {
    // They would begin a new line of a header or a log.
    if (/[\0\r\n]/.test(value)) return failed('the answer contains a line end or a NUL');
    // Clients put this in the place of octets that are not UTF-8: the value is not what was stored.
    if (value.includes('\ufffd')) return failed('the answer is not UTF-8');
  }
  return { kind: 'values', values: given };
}

export class StorePool {
  readonly #options: PoolOptions;
  readonly #servers: readonly ServerState[];
  readonly #permits: Permits;
  readonly #connections: OpenConnections;
  readonly #found: RecentAnswers<ValuesAnswer>;
  readonly #absent: RecentAnswers<ValuesAnswer>;
  readonly #underWay = new SharedQuestions<ValuesAnswer>();
  readonly #attempts: Attempts;
  #isLoaded: boolean;
  #isClosed = false;

  constructor(options: PoolOptions) {
    const { servers, limits, clock, name, connect, questionsAtOnce = 1 } = options;
    const { connections } = limits;
    this.#options = options;
    this.#isLoaded = options.load === undefined;
    const report: ReportServer = (severity, message) =>
      options.report(severity, `store \`${name}\`: ${message}`);
    this.#servers = servers.map(
      (server) => new ServerState(server, clock, limits.retry * millisecondsPerSecond, report),
    );
    this.#permits = new Permits(connections * questionsAtOnce, mostWaiting);
    this.#connections = new OpenConnections(connect, { connections, questionsAtOnce });
    this.#attempts = new Attempts(clock);
    this.#found = new RecentAnswers(clock, limits.cache.entries);
    this.#absent = new RecentAnswers(clock, limits.cache.entries);
  }

  /**
   * The values of a key: at once if they are kept, or if the store needs no waiting; else later. `asked` names the query, so
   * that answers to different ones are not mixed up. Never throws or rejects.
   */
  values(query: PoolQuery, asked: string, key: string): Eventual<ValuesAnswer> {
    if (this.#isClosed) return this.#trouble('it is closed');
    const question = `${asked}\0${key}`;
    const kept = this.#found.get(question) ?? this.#absent.get(question);
    if (kept !== undefined) return kept;
    const atOnce = this.#askAtOnce(query, key);
    if (atOnce !== null) {
      this.#keep(question, key, atOnce);
      return atOnce;
    }
    return this.#underWay.ask(question, () => this.#askInTurn(query, question, key));
  }

  /** Keeps no connection open any longer than a question needs it: no configuration uses this pool for new mail. */
  retire(): void {
    this.#connections.keepNoneIdle();
  }

  /** Closes all connections; every question, also one under way, is `failed`. */
  close(): void {
    this.#isClosed = true;
    this.#permits.close('the store is closed');
    this.#attempts.abortAll('the store is closed');
    this.#connections.keepNoneIdle();
  }

  /** How long a server must have had for its silence to count. */
  get #fairMs(): number {
    return (this.#options.limits.timeout * millisecondsPerSecond) / (2 * this.#servers.length);
  }

  #trouble(cause: string): ValuesAnswer {
    return failed(`store \`${this.#options.name}\`: ${cause}`);
  }

  #keep(question: string, key: string, answer: ValuesAnswer): void {
    if (key.length > longestKeptKey) return;
    const { cache } = this.#options.limits;
    if (answer.kind === 'absent') {
      this.#absent.keep(question, answer, cache.absent * millisecondsPerSecond);
    } else if (answer.kind === 'values' && totalLength(answer.values) <= longestKeptAnswer) {
      this.#found.keep(question, answer, cache.found * millisecondsPerSecond);
    }
  }

  /** The answer of the first server, if it is open and answers without waiting, and nothing is wrong. */
  #askAtOnce(query: PoolQuery, key: string): ValuesAnswer | null {
    const [first] = this.#servers;
    if (first?.isSound !== true) return null;
    const values = this.#connections.idle(first.server)?.valuesAtOnce?.(query, key) ?? null;
    return values === null ? null : this.#named(answerOf(values), first.name);
  }

  /** Asks when a permit is free, and keeps the answer. Never rejects. */
  async #askInTurn(query: PoolQuery, question: string, key: string): Promise<ValuesAnswer> {
    const { clock, limits, load } = this.#options;
    try {
      if (!this.#isLoaded) {
        await load?.().catch(() => undefined);
        this.#isLoaded = true;
      }
      const until = clock.now() + limits.timeout * millisecondsPerSecond;
      if (!this.#permits.takeFree()) {
        const cause = await this.#waitForTurn(until - clock.now());
        if (cause !== null) return this.#trouble(cause);
      }
      try {
        const answer = await this.#askServers(query, key, until);
        this.#keep(question, key, answer);
        return answer;
      } finally {
        this.#permits.give();
      }
    } catch (error) {
      // A client with a fault of its own must not end the process with a rejection that nothing handles.
      return this.#trouble(describeTrouble(error));
    }
  }

  /** Waits for a permit; null if it was taken, else why it was not. */
  async #waitForTurn(ms: number): Promise<string | null> {
    const attempt = this.#attempts.begin(ms, () => noConnection);
    try {
      const turn = this.#permits.queue();
      try {
        await attempt.race(turn.comes);
        return null;
      } catch (error) {
        turn.giveUp();
        throw error;
      }
    } catch (error) {
      return describeTrouble(error);
    } finally {
      this.#attempts.end(attempt);
    }
  }

  /** Asks one server after the other; each has an equal share of the time that is left. */
  async #askServers(query: PoolQuery, key: string, until: number): Promise<ValuesAnswer> {
    const { clock } = this.#options;
    let usable = 0;
    for (const server of this.#servers) if (server.isUsable) usable += 1;
    let cause: string | null = null;
    for (const server of this.#servers) {
      if (!server.isUsable) continue;
      const left = until - clock.now();
      if (left <= 0 || this.#isClosed) break;
      const outcome = await this.#askServer(server, query, key, left / Math.max(usable, 1));
      if (outcome.kind === 'answered') return outcome.answer;
      cause = outcome.cause;
      usable -= 1;
    }
    return this.#trouble(cause ?? this.#causeOfSilence());
  }

  /** Why no server is asked. */
  #causeOfSilence(): string {
    const down = this.#servers.find((server) => server.cause !== null);
    return down === undefined ? 'no server can be asked' : `${down.name}: ${down.cause}`;
  }

  async #askServer(state: ServerState, query: PoolQuery, key: string, ms: number): Promise<Outcome> {
    const { server, name } = state;
    const attempt = this.#attempts.begin(ms, noAnswer);
    state.begin();
    // A server that was restarted has closed its connections: the first question on one of them finds this out.
    let mayHaveRestarted = true;
    try {
      for (;;) {
        const shared = this.#connections.take(server) ?? (await this.#whenThereIsRoom(server, attempt));
        if (shared === null) {
          state.gaveUp();
          return { kind: 'not answered', cause: noConnection };
        }
        try {
          const connection = shared.connection ?? (await attempt.race(shared.opened));
          const values = await attempt.race(connection.values(query, key));
          shared.hasAnswered = true;
          state.answered();
          return { kind: 'answered', answer: this.#named(answerOf(values), name) };
        } catch (error) {
          const cause = describeTrouble(error);
          if (error instanceof QuestionRefused && shared.connection !== null) {
            shared.hasAnswered = true;
            state.answered();
            return { kind: 'answered', answer: this.#trouble(`${name}: ${cause}`) };
          }
          const isLate = attempt.isAborted;
          // Others may wait until it is open, and have time left.
          if (!isLate || shared.connection !== null) this.#connections.close(shared, isLate);
          if (!isLate && shared.isInterrupted) continue;
          if (!isLate && shared.hasAnswered && mayHaveRestarted) {
            mayHaveRestarted = false;
            this.#connections.closeIdleTo(server);
            continue;
          }
          // Of a question that waited long for its turn, little time is left to judge a server by.
          if (isLate && ms < this.#fairMs) state.gaveUp();
          else state.failed(shared.connection === null ? 'connecting' : 'answering', cause);
          return { kind: 'not answered', cause: `${name}: ${cause}` };
        } finally {
          this.#connections.leave(shared);
        }
      }
    } finally {
      this.#attempts.end(attempt);
    }
  }

  /** Waits until a connection to a server can be had; null if the time is over before. */
  async #whenThereIsRoom(server: StoreServer, attempt: Attempt): Promise<SharedConnection | null> {
    for (;;) {
      try {
        await attempt.race(this.#connections.room());
      } catch {
        return null;
      }
      const shared = this.#connections.take(server);
      if (shared !== null) return shared;
    }
  }

  #named(answer: ValuesAnswer, server: string): ValuesAnswer {
    return answer.kind === 'failed' ? this.#trouble(`${server}: ${answer.cause}`) : answer;
  }
}
