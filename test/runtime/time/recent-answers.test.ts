import assert from 'node:assert/strict';
import fc from 'fast-check';
import { RecentAnswers } from '../../../runtime/time/recent-answers.js';
import { ManualClock } from '../../support/manual-clock.js';

type Step = { kind: 'get' | 'keep'; key: string; time: number };

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom('get', 'keep'),
  key: fc.constantFrom('a', 'b', 'c', 'd', 'e', '__proto__'),
  time: fc.nat(20),
});

describe('recent-answers', () => {
  it('agrees with a list kept in the order of use', () => {
    fc.assert(
      fc.property(fc.nat(4), fc.array(step, { maxLength: 60 }), (capacity, steps) => {
        const clock = new ManualClock();
        const recent = new RecentAnswers<number>(clock, capacity);
        let model: { key: string; value: number; until: number }[] = [];
        steps.forEach(({ kind, key, time }, index) => {
          clock.advance(1);
          const known = model.find((one) => one.key === key);
          model = model.filter((one) => one.key !== key);
          if (kind === 'get') {
            const isGood = known !== undefined && known.until > clock.now();
            if (isGood) model.push(known);
            assert.equal(recent.get(key), isGood ? known.value : undefined);
          } else {
            recent.keep(key, index, time);
            if (time > 0) model.push({ key, value: index, until: clock.now() + time });
            model = capacity === 0 ? [] : model.slice(-capacity);
          }
          assert.equal(recent.size, model.length);
        });
      }),
    );
  });
});
