/*
 * The keys that are remembered, against a list that does the same slowly.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { RecentKeys } from '../../../runtime/time/recent-keys.js';

type Step = readonly [kind: 'set' | 'get' | 'delete', key: string];

/** What is remembered after the steps, the key that was set last at the end. */
function slowly(steps: readonly Step[], most: number): Map<string, number> {
  let kept: (readonly [string, number])[] = [];
  for (const [at, [kind, key]] of steps.entries()) {
    if (kind === 'get') continue;
    kept = kept.filter(([one]) => one !== key);
    if (kind === 'set') kept = [...kept, [key, at] as const].slice(-most);
  }
  return new Map(kept);
}

describe('RecentKeys', () => {
  it('remembers the keys that were set last', () => {
    const key = fc.constantFrom('a', 'b', 'c', 'd', 'e');
    const step = fc.tuple(fc.constantFrom('set' as const, 'get' as const, 'delete' as const), key);
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 5 }), (steps, most) => {
        const keys = new RecentKeys<number>(most);
        for (const [at, [kind, one]] of steps.entries()) {
          if (kind === 'set') keys.set(one, at);
          else if (kind === 'get') keys.get(one);
          else keys.delete(one);
        }
        const expected = slowly(steps, most);
        assert.equal(keys.size, expected.size);
        for (const one of 'abcde') assert.equal(keys.get(one), expected.get(one), one);
      }),
    );
  });

  it('holds no key with room for none', () => {
    const keys = new RecentKeys<number>(0);
    keys.set('a', 1);
    assert.equal(keys.size, 0);
    assert.equal(keys.get('a'), undefined);
  });
});
