/*
 * Whose password is checked first when many wait: that of clients who authenticated some time ago, then of those who have not
 * failed. Users connect from anywhere, and an attacker can name one, so only user and address together come before all others.
 * The memory is bounded, and lasts as long as the process.
 */
import { type Clock, RecentAnswers } from '../../runtime/time/index.js';

/** From first to last. */
export const reputations = ['known', 'half known', 'new', 'failing'] as const;
export type Reputation = (typeof reputations)[number];

const rememberedMs = 7 * 24 * 60 * 60 * 1000;
const mostRemembered = 10_000;

function pair(client: string, user: string): string {
  return JSON.stringify([client, user]);
}

export class Successes {
  readonly #clients: RecentAnswers<true>;
  readonly #users: RecentAnswers<true>;
  readonly #pairs: RecentAnswers<true>;

  constructor(clock: Clock) {
    this.#clients = new RecentAnswers(clock, mostRemembered);
    this.#users = new RecentAnswers(clock, mostRemembered);
    this.#pairs = new RecentAnswers(clock, mostRemembered);
  }

  /** Remembers a success; `user` as in the database. */
  add(client: string, user: string): void {
    this.#clients.keep(client, true, rememberedMs);
    this.#users.keep(user, true, rememberedMs);
    this.#pairs.keep(pair(client, user), true, rememberedMs);
  }

  /** The reputation of an attempt; `hasFailed`: the client has failures that are not forgotten. */
  reputationOf(client: string, user: string, hasFailed: boolean): Reputation {
    if (this.#pairs.get(pair(client, user)) === true) return 'known';
    if (hasFailed) return 'failing';
    const isHalfKnown = this.#clients.get(client) === true || this.#users.get(user) === true;
    return isHalfKnown ? 'half known' : 'new';
  }
}
