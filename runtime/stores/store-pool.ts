/*
 * The connections of one store, and the questions to it. A question has a time limit, which covers waiting, connecting and
 * every server that is tried; the same question asked meanwhile shares the answer, and answers are kept for a while. Every
 * outcome is an answer: what goes wrong is `failed`.
 */
import type { StoreLimits, StoreServer } from '../../lib/config/index.js';
import { absent, type Eventual, failed, type ValuesAnswer } from '../../lib/engine/index.js';
import { type Clock, RecentAnswers, SharedQuestions } from '../time/index.js';
import { Attempt } from './attempt.js';
import { describeTrouble } from './describe-trouble.js';
import { type Connection, IdleConnections, type PoolQuery } from './idle-connections.js';
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
  readonly connect: (server: StoreServer, ends: AbortSignal) => Promise<Connection>;
  /** Loads what connecting needs, before the time of the first question begins; what fails, connecting tells. */
  readonly load?: () => Promise<void>;
  readonly clock: Clock;
  readonly report: ReportServer;
}

type Outcome =
  | { readonly kind: 'answered'; readonly answer: ValuesAnswer }
  | { readonly kind: 'not answered'; readonly cause: string };

const millisecondsPerSecond = 1000;

function totalLength(values: readonly string[]): number {
  let total = 0;
  for (const value of values) total += value.length;
  return total;
}

/** The answer that some values are. Empty ones count for nothing; one that cannot be written on a line is trouble. */
function answerOf(values: readonly string[]): ValuesAnswer {
  const given = values.filter((value) => value !== '');
  if (given.length === 0) return absent;
  if (totalLength(given) > longestAnswer) return failed('the answer is too long');
  // They would begin a new line of a header or a log.
  if (given.some((value) => /[\0\r\n]/.test(value))) return failed('the answer contains a line end or a NUL');
  // Clients put this in the place of octets that are not UTF-8: the value is not what was stored.
  if (given.some((value) => value.includes('\ufffd'))) return failed('the answer is not UTF-8');
  return { kind: 'values', values: given };
}

export class StorePool {
  readonly #options: PoolOptions;
  readonly #servers: readonly ServerState[];
  readonly #permits: Permits;
  readonly #idle = new IdleConnections();
  readonly #found: RecentAnswers<ValuesAnswer>;
  readonly #absent: RecentAnswers<ValuesAnswer>;
  readonly #underWay = new SharedQuestions<ValuesAnswer>();
  /** What ends the attempts that are under way. */
  readonly #attempts = new Set<Attempt>();
  #busy = 0;
  #isLoaded: boolean;
  #state: 'open' | 'retired' | 'closed' = 'open';

  constructor(options: PoolOptions) {
    const { servers, limits, clock, name } = options;
    this.#options = options;
    this.#isLoaded = options.load === undefined;
    const report: ReportServer = (severity, message) =>
      options.report(severity, `store \`${name}\`: ${message}`);
    this.#servers = servers.map(
      (server) => new ServerState(server, clock, limits.retry * millisecondsPerSecond, report),
    );
    this.#permits = new Permits(limits.connections, mostWaiting);
    this.#found = new RecentAnswers(clock, limits.cache.entries);
    this.#absent = new RecentAnswers(clock, limits.cache.entries);
  }

  /**
   * The values of a key: at once if they are kept, else later. `asked` names the query, so that answers to different ones
   * are not mixed up. Never throws or rejects.
   */
  values(query: PoolQuery, asked: string, key: string): Eventual<ValuesAnswer> {
    if (this.#state === 'closed') return this.#trouble('it is closed');
    const question = `${asked}\0${key}`;
    const kept = this.#found.get(question) ?? this.#absent.get(question);
    if (kept !== undefined) return kept;
    return this.#underWay.ask(question, async () => {
      // A client with a fault of its own must not end the process with a rejection that nothing handles.
      const answer = await this.#ask(query, key).catch((error: unknown) =>
        this.#trouble(describeTrouble(error)),
      );
      if (key.length <= longestKeptKey) this.#keep(question, answer);
      return answer;
    });
  }

  /** Keeps no connection open any longer than a question needs it: no configuration uses this pool for new mail. */
  retire(): void {
    if (this.#state === 'open') this.#state = 'retired';
    this.#idle.closeAll();
  }

  /** Closes all connections; every question, also one under way, is `failed`. */
  close(): void {
    this.#state = 'closed';
    this.#permits.close('the store is closed');
    for (const attempt of this.#attempts) attempt.abort('the store is closed');
    this.#idle.closeAll();
  }

  /** How long a server must have had for its silence to count. */
  get #fairMs(): number {
    return (this.#options.limits.timeout * millisecondsPerSecond) / (2 * this.#servers.length);
  }

  #trouble(cause: string): ValuesAnswer {
    return failed(`store \`${this.#options.name}\`: ${cause}`);
  }

  #keep(question: string, answer: ValuesAnswer): void {
    const { cache } = this.#options.limits;
    if (answer.kind === 'absent') {
      this.#absent.keep(question, answer, cache.absent * millisecondsPerSecond);
    } else if (answer.kind === 'values' && totalLength(answer.values) <= longestKeptAnswer) {
      this.#found.keep(question, answer, cache.found * millisecondsPerSecond);
    }
  }

  async #ask(query: PoolQuery, key: string): Promise<ValuesAnswer> {
    const { clock, limits, load } = this.#options;
    if (!this.#isLoaded) {
      await load?.().catch(() => undefined);
      this.#isLoaded = true;
    }
    const until = clock.now() + limits.timeout * millisecondsPerSecond;
    if (!this.#permits.takeFree()) {
      const waiting = this.#attempt(until - clock.now(), 'no connection became free in time');
      try {
        await this.#permits.take(waiting.signal);
      } catch (error) {
        return this.#trouble(describeTrouble(error));
      } finally {
        waiting.end();
      }
    }
    try {
      return await this.#askServers(query, key, until);
    } finally {
      this.#permits.give();
    }
  }

  /** Asks one server after the other; each has an equal share of the time that is left. */
  async #askServers(query: PoolQuery, key: string, until: number): Promise<ValuesAnswer> {
    const { clock } = this.#options;
    const usable = this.#servers.filter((server) => server.isUsable);
    const down = this.#servers.find((server) => server.cause !== null);
    let cause = down === undefined ? 'no server can be asked' : `${down.name}: ${down.cause}`;
    for (const [index, server] of usable.entries()) {
      const left = until - clock.now();
      if (left <= 0 || this.#state === 'closed') break;
      if (!server.isUsable) continue;
      const outcome = await this.#askServer(server, query, key, left / (usable.length - index));
      if (outcome.kind === 'answered') return outcome.answer;
      cause = outcome.cause;
    }
    return this.#trouble(cause);
  }

  async #askServer(state: ServerState, query: PoolQuery, key: string, ms: number): Promise<Outcome> {
    const { server, name } = state;
    const inSeconds = Math.round(ms / 100) / 10;
    const attempt = this.#attempt(ms, `no answer within ${inSeconds} s`);
    state.begin();
    this.#busy += 1;
    let connection = this.#idle.take(server);
    let isUsed = connection !== undefined;
    try {
      for (;;) {
        try {
          connection ??= await this.#connect(server, attempt);
          const values = await attempt.race(connection.values(query, key));
          this.#release(server, connection);
          state.answered();
          return { kind: 'answered', answer: this.#named(answerOf(values), name) };
        } catch (error) {
          if (error instanceof QuestionRefused && connection !== undefined) {
            this.#release(server, connection);
            state.answered();
            return { kind: 'answered', answer: this.#trouble(`${name}: ${describeTrouble(error)}`) };
          }
          connection?.close();
          if (isUsed && !attempt.isAborted) {
            // The server may have closed its connections since, as when it was restarted.
            this.#idle.closeAllTo(server);
            connection = undefined;
            isUsed = false;
            continue;
          }
          const cause = `${name}: ${describeTrouble(error)}`;
          // Of a question that waited long for its turn, little time is left to judge a server by.
          if (attempt.isAborted && ms < this.#fairMs) state.gaveUp();
          else state.failed(connection === undefined ? 'connecting' : 'answering', describeTrouble(error));
          return { kind: 'not answered', cause };
        }
      }
    } finally {
      this.#busy -= 1;
      attempt.end();
    }
  }

  #named(answer: ValuesAnswer, server: string): ValuesAnswer {
    return answer.kind === 'failed' ? this.#trouble(`${server}: ${answer.cause}`) : answer;
  }

  async #connect(server: StoreServer, attempt: Attempt): Promise<Connection> {
    if (this.#busy + this.#idle.count > this.#options.limits.connections) this.#idle.closeOne();
    const connecting = this.#options.connect(server, attempt.signal);
    try {
      return await attempt.race(connecting);
    } catch (error) {
      // A client that did not give up in time may still connect.
      connecting.then(
        (late) => late.close(),
        () => undefined,
      );
      throw error;
    }
  }

  #release(server: StoreServer, connection: Connection): void {
    if (this.#state === 'open') this.#idle.put(server, connection);
    else connection.close();
  }

  /** Something with a time limit, which the closing of the pool ends too. */
  #attempt(ms: number, late: string): Attempt {
    const attempt = new Attempt(this.#options.clock, ms, late, (ended) => this.#attempts.delete(ended));
    this.#attempts.add(attempt);
    return attempt;
  }
}
