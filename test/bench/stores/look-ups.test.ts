/*
 * What is timed: the keys, how many questions there are at once, and that answers are compared.
 */
import assert from 'node:assert/strict';
import { batches, keyFor, valueFor } from './addresses.js';
import { type Ask, keysOf, type LookUps, lookUpInTurns, type Round } from './look-ups.js';

async function lookUp(ask: Ask, lookUps: LookUps): Promise<Round> {
  const [round] = await lookUpInTurns([ask], lookUps);
  assert.ok(round);
  return round;
}

describe('timed look-ups', () => {
  it('are of keys all over the store, each at most once where there are enough', () => {
    const keys = keysOf({ count: 1_000, questions: 500 });
    assert.equal(new Set(keys).size, 500);
    const numbers = keys.map((key) => Number.parseInt(key, 10));
    assert.ok(Math.min(...numbers) >= 1 && Math.max(...numbers) <= 1_000);
    assert.ok(numbers.filter((number) => number > 500).length > 200);
  });

  it('are as many at once as wanted, each with a place of its own', async () => {
    const under = new Set<number>();
    let most = 0;
    const { times, perSecond } = await lookUp(
      async (key, place) => {
        assert.ok(!under.has(place));
        under.add(place);
        most = Math.max(most, under.size);
        await new Promise<void>((resolve) => setImmediate(resolve));
        under.delete(place);
        return valueFor(key);
      },
      { count: 10, questions: 21, atOnce: 4 },
    );
    assert.deepEqual([most, times.length], [4, 21]);
    assert.ok(perSecond > 0);
  });

  it('take answers that are there at once', async () => {
    const { times } = await lookUp((key) => valueFor(key), { count: 3, questions: 3, atOnce: 1 });
    assert.equal(times.length, 3);
  });

  it('are the same for all, who take turns and are first in turn', async () => {
    const asked: string[] = [];
    const ask = (name: string) => (key: string) => {
      if (asked.at(-1) !== name) asked.push(name);
      return valueFor(key);
    };
    const rounds = await lookUpInTurns([ask('a'), ask('b')], { count: 9, questions: 700, atOnce: 1 });
    assert.deepEqual(
      rounds.map(({ times }) => times.length),
      [700, 700],
    );
    assert.deepEqual(asked, ['a', 'b', 'a', 'b']);
  });

  it('fail with a wrong answer', async () => {
    const ask = async (key: string) => (key === keyFor(2) ? null : valueFor(key));
    await assert.rejects(
      lookUp(ask, { count: 2, questions: 2, atOnce: 1 }),
      new Error('a wrong answer for 2user: null'),
    );
  });

  it('find addresses in batches that leave none out', () => {
    assert.deepEqual([...batches(5, 2)], [[1, 2], [3, 4], [5]]);
    assert.deepEqual([...batches(2, 5)], [[1, 2]]);
  });
});
