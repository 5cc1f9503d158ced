import assert from 'node:assert/strict';
import {
  type AnyAnswer,
  absent,
  ask,
  askEntries,
  askValues,
  drive,
  type Eventual,
  found,
  type Lookup,
} from '../../../lib/engine/index.js';
import { makeEnvironment } from '../../../runtime/decide.js';

const environment = makeEnvironment(10);

function* askAll(...keys: string[]): Lookup<string> {
  const values: string[] = [];
  for (const key of keys) {
    const answer = yield* ask({ kind: 'database', database: 'general', key }, environment);
    values.push(answer.kind === 'found' ? answer.value : answer.kind);
  }
  return values.join(' ');
}

const later = async (answer: AnyAnswer): Promise<AnyAnswer> => answer;

describe('drive', () => {
  it('runs at once what is answered at once', () => {
    assert.equal(
      drive(askAll('a', 'b'), () => found('x')),
      'x x',
    );
  });

  it('goes on when an answer comes later', async () => {
    const answers = [later(found('1')), found('2'), later(absent), found('3')];
    const result = drive(askAll('a', 'b', 'c', 'd'), (): Eventual<AnyAnswer> => answers.shift() ?? absent);
    assert.ok(result instanceof Promise);
    assert.equal(await result, '1 2 absent 3');
  });

  it('rejects with what a computation throws after a late answer', async () => {
    function* broken(): Lookup<string> {
      yield* ask({ kind: 'database', database: 'general', key: 'a' }, environment);
      throw new Error('broken');
    }
    await assert.rejects(async () => await drive(broken(), () => later(absent)), { message: 'broken' });
  });
});

describe('asking', () => {
  const search = { base: 'o=x', scope: 'sub', filter: '(a=b)', attributes: [], most: 1 } as const;
  const wrong = { kind: 'failed', cause: 'an answer of a wrong kind' };
  const values: AnyAnswer = { kind: 'values', values: ['v'] };
  const entries: AnyAnswer = { kind: 'entries', entries: [new Map()], isCut: false };

  it('takes no answer of a wrong kind', () => {
    const value = ask({ kind: 'database', database: 'general', key: 'a' }, environment);
    assert.deepEqual(
      drive(value, () => values),
      wrong,
    );
    const all = askValues({ kind: 'directory', channel: 'directory', domain: 'd', key: 'a' }, environment);
    assert.deepEqual(
      drive(all, () => entries),
      wrong,
    );
    const entriesFound = askEntries({ kind: 'ldap', channel: null, search }, environment);
    assert.deepEqual(
      drive(entriesFound, () => found('v')),
      wrong,
    );
  });
});
