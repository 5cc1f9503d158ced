/*
 * Asking a database that answers later: within a time limit, once at a time for each key, and not again for
 * what was answered a short while ago. Whatever goes wrong is the answer `failed`, and is not remembered.
 */
import { failed, type LookupAnswer } from '../../lib/engine/index.js';
import { describeError } from '../files/index.js';
import { type Clock, RecentAnswers, SharedQuestions, within } from '../time/index.js';
import { type AsyncDatabase, foldKey } from './database.js';

/** How remote databases are asked; times in milliseconds. */
export interface RemoteLimits {
  readonly timeoutMs: number;
  /** How many answers are remembered. */
  readonly cacheSize: number;
  readonly cacheMs: number;
  /** How long it is remembered that a key is absent. */
  readonly negativeMs: number;
}

export class RemoteAnswers {
  readonly #name: string;
  readonly #database: AsyncDatabase;
  readonly #clock: Clock;
  readonly #limits: RemoteLimits;
  readonly #recent: RecentAnswers<LookupAnswer>;
  readonly #underWay = new SharedQuestions<LookupAnswer>();

  /** `name` says in causes which database it is. */
  constructor(name: string, database: AsyncDatabase, clock: Clock, limits: RemoteLimits) {
    this.#name = name;
    this.#database = database;
    this.#clock = clock;
    this.#limits = limits;
    this.#recent = new RecentAnswers(clock, limits.cacheSize);
  }

  /** Answers at once what is remembered, all else later; never rejects. */
  look(key: string): LookupAnswer | Promise<LookupAnswer> {
    const folded = foldKey(key);
    return this.#recent.get(folded) ?? this.#underWay.ask(folded, () => this.#ask(folded, key));
  }

  async #ask(folded: string, key: string): Promise<LookupAnswer> {
    const { timeoutMs, cacheMs, negativeMs } = this.#limits;
    try {
      const outcome = await within(this.#clock, timeoutMs, this.#database.look(key));
      if (outcome.kind === 'late') return failed(`${this.#name} did not answer within ${timeoutMs} ms`);
      const answer = outcome.value;
      if (answer.kind === 'found') this.#recent.keep(folded, answer, cacheMs);
      if (answer.kind === 'absent') this.#recent.keep(folded, answer, negativeMs);
      return answer;
    } catch (error) {
      return failed(`${this.#name} failed: ${describeError(error)}`);
    }
  }
}
