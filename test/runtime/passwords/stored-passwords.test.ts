import assert from 'node:assert/strict';
import type { ValuesAnswer } from '../../../lib/engine/lookup.js';
import { type Cost, deriveKey, printHash } from '../../../runtime/passwords/password-hash.js';
import { PasswordJudge } from '../../../runtime/passwords/password-judge.js';
import {
  printUserRecords,
  readUserRecords,
  StoredPasswords,
} from '../../../runtime/passwords/stored-passwords.js';

const cheap: Cost = { ln: 10, r: 1, p: 1 };
const dear: Cost = { ln: 11, r: 1, p: 1 };

async function hashOf(password: string, cost = cheap): Promise<string> {
  const salt = Buffer.from('salt of the tests');
  return printHash({ cost, salt, key: await deriveKey(Buffer.from(password), salt, cost, 32) });
}

/** What counts of the values of a user, by service; `unreadable` if something cannot be read. */
function read(values: readonly string[]): readonly string[] | 'unreadable' {
  const records = readUserRecords('jane', values);
  return records === null ? 'unreadable' : [...records.keys()];
}

describe('passwords in a store', () => {
  let [one, two] = ['', ''];
  before(async () => {
    [one, two] = await Promise.all([hashOf('one'), hashOf('two')]);
  });

  const rows: readonly (readonly [values: readonly string[], services: readonly string[] | 'unreadable'])[] =
    [
      [['ONE'], ['DEFAULT']],
      [['SMTP ONE'], ['SMTP']],
      [['DEFAULT ONE SMTP TWO'], ['DEFAULT', 'SMTP']],
      [['ONE SMTP TWO'], ['DEFAULT', 'SMTP']],
      [
        ['ONE', 'SMTP TWO'],
        ['DEFAULT', 'SMTP'],
      ],
      [[' ONE '], ['DEFAULT']],
      [['ONE', 'TWO'], 'unreadable'],
      [['SMTP ONE SMTP TWO'], 'unreadable'],
      [['smtp ONE'], 'unreadable'],
      [['SMTP'], 'unreadable'],
      [['SMTP POP ONE'], 'unreadable'],
      [['apples'], 'unreadable'],
      [['{SSHA}abc'], 'unreadable'],
      [['$6$salt$hash'], 'unreadable'],
      [['ONE apples'], 'unreadable'],
    ];
  for (const [values, services] of rows) {
    it(`reads ${JSON.stringify(values)} as ${services}`, () => {
      const given = values.map((value) => value.replace('ONE', () => one).replace('TWO', () => two));
      assert.deepEqual(read(given), services);
    });
  }

  it('prints what it reads', () => {
    for (const text of [one, `SMTP ${one}`, `DEFAULT ${one} SMTP ${two}`]) {
      const records = readUserRecords('jane', [text]);
      assert.ok(records !== null);
      assert.equal(printUserRecords(records), text);
    }
    assert.equal(printUserRecords(new Map()), null);
  });

  /** A judge of a store that answers so, and the costs of the keys that it derives. */
  function judged(answer: (user: string) => ValuesAnswer | Promise<ValuesAnswer>) {
    const costs: number[] = [];
    const judge = new PasswordJudge({
      derive: (password, salt, cost, length) => {
        costs.push(cost.ln);
        return deriveKey(password, salt, cost, length);
      },
    });
    const source = new StoredPasswords({ values: answer });
    const ask = async (user: string, password: string) => {
      const found = await judge.examine(source, user, 'SMTP', password);
      return found.kind === 'open' ? await found.check() : found;
    };
    return { ask, costs };
  }

  it('are right, wrong, or not known', async () => {
    const { ask } = judged(async (user) => {
      if (user === 'jane') return { kind: 'values', values: [one] };
      if (user === 'odd') return { kind: 'values', values: ['one'] };
      return user === 'down' ? { kind: 'failed', cause: 'no server' } : { kind: 'absent' };
    });
    assert.deepEqual(await ask('JANE', 'one'), { kind: 'good', user: 'jane' });
    assert.deepEqual(await ask('jane', 'two'), { kind: 'wrong' });
    assert.deepEqual(await ask('jane', 'two'), { kind: 'known wrong' });
    assert.deepEqual(await ask('nobody', 'one'), { kind: 'wrong' });
    assert.deepEqual(await ask('down', 'one'), { kind: 'failed', cause: 'no server' });
    assert.equal((await ask('odd', 'one')).kind, 'failed');
  });

  it('are asked anew for each attempt', async () => {
    let values: readonly string[] = [one];
    const { ask } = judged(() => (values.length === 0 ? { kind: 'absent' } : { kind: 'values', values }));
    assert.equal((await ask('jane', 'one')).kind, 'good');
    values = [two];
    assert.equal((await ask('jane', 'one')).kind, 'wrong');
    assert.equal((await ask('jane', 'two')).kind, 'good');
    values = [];
    assert.equal((await ask('jane', 'two')).kind, 'wrong');
  });

  it('take the same time for an unknown user as for those that are known', async () => {
    const hash = await hashOf('one', dear);
    const { ask, costs } = judged((user) =>
      user === 'jane' ? { kind: 'values', values: [hash] } : { kind: 'absent' },
    );
    for (const user of ['jane', 'nobody', 'no body', '', 'x'.repeat(300)]) await ask(user, 'wrong');
    assert.deepEqual(costs, [11, 11, 11, 11, 11]);
  });
});
