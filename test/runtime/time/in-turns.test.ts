import assert from 'node:assert/strict';
import { getHeapSpaceStatistics } from 'node:v8';
import { inTurns } from '../../../runtime/time/in-turns.js';
import { collectYoung } from '../../../runtime/time/young-objects.js';

function youngOctets(): number {
  return getHeapSpaceStatistics().find((space) => space.space_name === 'new_space')?.space_used_size ?? 0;
}

describe('work in turns', () => {
  it('lets other work run in between, keeps what it made, and passes on what it throws', async () => {
    let hasEnded = false;
    let others = 0;
    const other = (): void => {
      others += 1;
      if (!hasEnded) setImmediate(other);
    };
    setImmediate(other);
    function* work() {
      const made: { number: number }[] = [];
      const end = performance.now() + 100;
      while (performance.now() < end) {
        made.push({ number: made.length });
        yield;
      }
      return made;
    }
    const made = await inTurns(work());
    hasEnded = true;
    assert.ok(others > 0, String(others));
    assert.ok(made.every(({ number }, index) => number === index));
    // biome-ignore lint/correctness/useYield: it throws before it yields.
    function* failing(): Generator<undefined, number, undefined> {
      throw new Error('no');
    }
    await assert.rejects(inTurns(failing()), /no/);
  });

  it('collects young objects', () => {
    const made = Array.from({ length: 1000 }, (_, index) => `${index}`.padStart(50));
    const before = youngOctets();
    collectYoung();
    collectYoung();
    assert.ok(youngOctets() < before);
    assert.equal(made[999]?.trim(), '999');
    assert.equal('gc' in globalThis, false);
  });
});
