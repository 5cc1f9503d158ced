import assert from 'node:assert/strict';
import { StepLimitReached } from '../../lib/engine/environment.js';
import { absent, found, type Lookup, type LookupRequest } from '../../lib/engine/lookup.js';
import { DecisionFailed, decide, makeEnvironment } from '../../runtime/decide.js';

function* askAll(...keys: string[]): Lookup<string> {
  const values: string[] = [];
  for (const key of keys) {
    const answer = yield { kind: 'database', database: 'general', key };
    values.push(answer.kind === 'found' ? answer.value : answer.kind);
  }
  return values.join(' ');
}

const echo = (request: LookupRequest) => (request.kind === 'database' ? found(request.key) : absent);

describe('decide', () => {
  it('returns the result', () => {
    assert.equal(decide(askAll('a', 'b'), echo), 'a b');
    assert.equal(decide(askAll(), echo), '');
  });

  it('turns every failure into one kind of error', () => {
    function* reachLimit(): Lookup<string> {
      yield { kind: 'database', database: 'general', key: 'a' };
      throw new StepLimitReached('a pattern');
    }
    assert.throws(
      () => decide(reachLimit(), echo),
      (error) =>
        error instanceof DecisionFailed &&
        error.cause instanceof StepLimitReached &&
        error.message === 'step limit reached: a pattern',
    );
  });
});

describe('environment', () => {
  it('never returns a string twice, and only letters and digits', () => {
    const strings = Array.from({ length: 1000 }, () => makeEnvironment(1).uniqueString());
    assert.equal(new Set(strings).size, 1000);
    for (const one of strings) assert.match(one, /^[a-z0-9]+$/);
  });

  it('provides random numbers, a limit, and a listener only if there is one', () => {
    const environment = makeEnvironment(10);
    const chance = environment.random();
    assert.ok(chance >= 0 && chance < 1);
    environment.budget.spend(10, 'work');
    assert.throws(() => environment.budget.spend(1, 'work'), StepLimitReached);
    assert.equal('trace' in environment, false);
    const trace = (): void => {};
    assert.equal(makeEnvironment(1, trace).trace, trace);
  });
});
