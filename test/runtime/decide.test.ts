import assert from 'node:assert/strict';
import { StepLimitReached } from '../../lib/engine/environment.js';
import { type AnyAnswer, absent, found, type Lookup, type LookupRequest } from '../../lib/engine/lookup.js';
import { DecisionFailed, decide, longestWaitMs, makeEnvironment } from '../../runtime/decide.js';
import { ManualClock } from '../support/manual-clock.js';

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

describe('the time of a decision', () => {
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

  it('makes look-ups fail that end later than all of them may take together', async () => {
    const clock = new ManualClock();
    const seconds = 2.9;
    const asked: string[] = [];
    const slow = (request: LookupRequest): Promise<AnyAnswer> => {
      const key = request.kind === 'database' ? request.key : '';
      asked.push(key);
      return new Promise((resolve) => void clock.after(seconds * 1000, () => resolve(found(key))));
    };
    let result: string | null = null;
    const keys = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    void Promise.resolve(decide(askAll(...keys), slow, clock)).then((value) => {
      result = value;
    });
    let waited = 0;
    while (result === null && waited < 60) {
      clock.advance(100);
      waited += 0.1;
      await settle();
    }
    assert.equal(result, 'a b c d failed failed failed');
    assert.ok(waited <= longestWaitMs / 1000 + 0.2, `${waited} s`);
  });

  it('leaves no timer behind, and takes none where every answer comes at once', async () => {
    const clock = new ManualClock();
    assert.equal(decide(askAll('a'), echo, clock), 'a');
    assert.equal(clock.waiting, 0);
    assert.equal(await decide(askAll('a'), async (request) => echo(request), clock), 'a');
    assert.equal(clock.waiting, 0);
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
