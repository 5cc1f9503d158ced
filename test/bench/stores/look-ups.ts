/*
 * Times look-ups: so many at a time, each followed by the next as soon as it is answered. Those who are compared take turns
 * every few hundred look-ups, so that a busy moment of the machine affects them alike.
 */
import type { Eventual } from '../../../lib/engine/index.js';
import { keyFor, valueFor } from './addresses.js';

/** Answers with the value of a key, null if there is none. */
export type Ask = (key: string, place: number) => Eventual<string | null>;

/** One round. */
export interface Round {
  readonly perSecond: number;
  /** What each look-up took, in microseconds; empty where it is not known. */
  readonly times: readonly number[];
}

/** What is looked up in a round. */
export interface LookUps {
  /** The addresses in the store. */
  readonly count: number;
  readonly questions: number;
  readonly atOnce: number;
}

/** Larger than any number of addresses, and a prime: the keys of a round are all over the store. */
const stride = 7_368_787;

/** How many look-ups there are in a turn. */
const turn = 250;

/** The keys of a round, in their order. */
export function keysOf({ count, questions }: Pick<LookUps, 'count' | 'questions'>): readonly string[] {
  return Array.from({ length: questions }, (_, index) => keyFor(1 + ((index * stride) % count)));
}

/** Looks up keys; rejects if an answer is wrong. */
async function lookUpKeys(ask: Ask, keys: readonly string[], atOnce: number): Promise<Round> {
  const times: number[] = [];
  let next = 0;
  async function askOn(place: number): Promise<void> {
    for (let key = keys[next++]; key !== undefined; key = keys[next++]) {
      const start = performance.now();
      const given = ask(key, place);
      const value = given instanceof Promise ? await given : given;
      times.push((performance.now() - start) * 1000);
      if (value !== valueFor(key)) throw new Error(`a wrong answer for ${key}: ${value}`);
    }
  }
  const begun = performance.now();
  await Promise.all(Array.from({ length: atOnce }, (_, place) => askOn(place)));
  const seconds = (performance.now() - begun) / 1000;
  return { perSecond: keys.length / seconds, times };
}

/** Several parts of a round as one. */
function together(parts: readonly Round[]): Round {
  const times = parts.flatMap((part) => part.times);
  const seconds = parts.reduce((sum, part) => sum + part.times.length / part.perSecond, 0);
  return { perSecond: times.length / seconds, times };
}

/** A round of each, with the same keys; they take turns, and each is first as often as the others. Rejects if an answer is wrong. */
export async function lookUpInTurns(asks: readonly Ask[], lookUps: LookUps): Promise<readonly Round[]> {
  const keys = keysOf(lookUps);
  const parts = asks.map((ask) => ({ ask, rounds: [] as Round[] }));
  for (let first = 0; first < keys.length; first += turn) {
    const some = keys.slice(first, first + turn);
    for (const { ask, rounds } of parts) rounds.push(await lookUpKeys(ask, some, lookUps.atOnce));
    parts.push(...parts.splice(0, 1));
  }
  return asks.map((ask) => together(parts.find((part) => part.ask === ask)?.rounds ?? []));
}
