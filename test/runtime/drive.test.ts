import assert from 'node:assert/strict';
import { StepLimitReached } from '../../lib/engine/environment.js';
import {
  absent,
  found,
  type Lookup,
  type LookupAnswer,
  type LookupRequest,
} from '../../lib/engine/lookup.js';
import type { Answers } from '../../runtime/databases/answer-requests.js';
import { DecisionFailed, decide } from '../../runtime/drive.js';
import { makeEnvironment } from '../../runtime/environment.js';
import { ManualClock } from '../support/manual-clock.js';

function* askAll(...keys: string[]): Lookup<string> {
  const values: string[] = [];
  for (const key of keys) {
    const answer = yield { kind: 'database', database: 'general', key };
    values.push(answer.kind === 'found' ? answer.value : answer.kind);
  }
  return values.join(' ');
}

function answering(answer: (key: string) => LookupAnswer | Promise<LookupAnswer>): Answers {
  return {
    isEmbedded: () => false,
    answer: (request: LookupRequest) => (request.kind === 'database' ? answer(request.key) : absent),
  };
}

describe('drive', () => {
  let clock: ManualClock;
  beforeEach(() => {
    clock = new ManualClock();
  });
  const options = (): { timeoutMs: number; clock: ManualClock } => ({ timeoutMs: 100, clock });

  it('returns the result at once if every answer comes at once', () => {
    assert.equal(decide(askAll('a', 'b'), answering(found), options()), 'a b');
    assert.equal(decide(askAll(), answering(found), options()), '');
    assert.equal(clock.waiting, 0);
  });

  it('returns the result later if an answer comes later', async () => {
    const answers = answering((key) => (key === 'b' ? Promise.resolve(found('later')) : found(key)));
    const result = decide(askAll('a', 'b', 'c'), answers, options());
    assert.ok(result instanceof Promise);
    assert.equal(await result, 'a later c');
    assert.equal(clock.waiting, 0);
  });

  it('rejects when the whole takes too long, and stops', async () => {
    const asked: string[] = [];
    const held: ((answer: LookupAnswer) => void)[] = [];
    const answers = answering((key) => {
      asked.push(key);
      return new Promise((resolve) => held.push(resolve));
    });
    const result = decide(askAll('a', 'b'), answers, options());
    clock.advance(100);
    await assert.rejects(async () => result, {
      name: 'DecisionFailed',
      message: 'no decision within 100 ms',
    });
    for (const resolve of held) resolve(absent);
    await Promise.resolve();
    assert.deepEqual(asked, ['a']);
  });

  it('turns every failure into one kind of error', async () => {
    function* reachLimit(): Lookup<string> {
      yield { kind: 'database', database: 'general', key: 'a' };
      throw new StepLimitReached('a pattern');
    }
    const isLimit = (error: unknown): boolean =>
      error instanceof DecisionFailed &&
      error.cause instanceof StepLimitReached &&
      error.message === 'step limit reached: a pattern';
    assert.throws(() => decide(reachLimit(), answering(found), options()), isLimit);
    await assert.rejects(
      async () =>
        decide(
          reachLimit(),
          answering(async () => absent),
          options(),
        ),
      isLimit,
    );
    const rejecting = answering(() => Promise.reject(new Error('gone')));
    await assert.rejects(async () => decide(askAll('a'), rejecting, options()), DecisionFailed);
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
