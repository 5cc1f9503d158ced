import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commandPatience } from '../../../runtime/files/file-lock.js';
import { changePasswords, readPasswords } from '../../../runtime/passwords/password-change.js';
import { PasswordFile } from '../../../runtime/passwords/password-file.js';
import {
  type Cost,
  type Derive,
  deriveKey,
  type PasswordHash,
} from '../../../runtime/passwords/password-hash.js';
import { PasswordJudge } from '../../../runtime/passwords/password-judge.js';
import {
  printPasswords,
  recordsIn,
  serviceName,
  userName,
} from '../../../runtime/passwords/password-records.js';

const names = { name: 'passwords', shortName: 'passwords' };
const cheap: Cost = { ln: 10, r: 1, p: 1 };

async function cheapHash(password: string, cost = cheap): Promise<PasswordHash> {
  const salt = Buffer.from('salt of the tests');
  return { cost, salt, key: await deriveKey(Buffer.from(password), salt, cost, 32) };
}

describe('the password database', () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'pmdf-passwords-'));
    path = join(folder, 'passwords');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  async function set(user: string, service: string, password: string, cost = cheap): Promise<void> {
    const hash = await cheapHash(password, cost);
    const outcome = await changePasswords(path, names, { kind: 'set', user, service, hash }, commandPatience);
    assert.equal(outcome.kind, 'done');
  }

  function users(): string[] {
    const read = readPasswords(path, names);
    assert.equal(read.kind, 'read');
    return read.kind === 'read' ? recordsIn(read.records).map((one) => `${one.user} ${one.service}`) : [];
  }

  /** The file with a judge of its passwords. */
  function open(derive: Derive = deriveKey) {
    const reported: string[] = [];
    const report = (diagnostics: readonly { code: string; message: string }[]): void => {
      reported.push(...diagnostics.map((one) => `${one.code}: ${one.message}`));
    };
    const source = new PasswordFile(path, names, { report });
    const judge = new PasswordJudge({ derive });
    const file = {
      exists: () => source.exists(),
      ask: async (user: string, service: string, password: string) => {
        const found = await judge.examine(source, user, service, password);
        return found.kind === 'open' ? await found.check() : found;
      },
      isKnownWrong: async (user: string, service: string, password: string) =>
        (await judge.examine(source, user, service, password)).kind === 'known wrong',
    };
    return { file, reported };
  }

  it('is created for its owner only, and keeps an existing mode', async () => {
    await set('jane', 'DEFAULT', 'one');
    assert.equal(statSync(path).mode & 0o777, 0o600);
    chmodSync(path, 0o640);
    await set('jane', 'SMTP', 'two');
    assert.equal(statSync(path).mode & 0o777, 0o640);
    assert.deepEqual(readdirSync(folder), ['passwords']);
  });

  it('loses none of many simultaneous changes', async () => {
    const wanted = Array.from({ length: 12 }, (_, number) => `user${String(number).padStart(2, '0')}`);
    await Promise.all(wanted.map((user) => set(user, 'DEFAULT', user)));
    assert.deepEqual(
      users(),
      wanted.map((user) => `${user} DEFAULT`),
    );
  });

  it('deletes one service, or all of a user', async () => {
    for (const service of ['DEFAULT', 'SMTP', 'POP']) await set('jane', service, service);
    await set('bob', 'DEFAULT', 'bob');
    const one = { kind: 'delete', user: 'jane', service: 'SMTP' } as const;
    assert.deepEqual(await changePasswords(path, names, one, commandPatience), {
      kind: 'done',
      wasReadableByAll: false,
      before: ['SMTP'],
    });
    assert.deepEqual(users(), ['bob DEFAULT', 'jane DEFAULT', 'jane POP']);
    const before = readFileSync(path, 'utf8');
    assert.deepEqual(await changePasswords(path, names, one, commandPatience), {
      kind: 'done',
      before: [],
      wasReadableByAll: false,
    });
    assert.equal(readFileSync(path, 'utf8'), before);
    const all = { ...one, service: null };
    assert.deepEqual(await changePasswords(path, names, all, commandPatience), {
      kind: 'done',
      wasReadableByAll: false,
      before: ['DEFAULT', 'POP'],
    });
    assert.deepEqual(users(), ['bob DEFAULT']);
  });

  it('is not rewritten while it has errors, and its contents are never shown', async () => {
    const text = 'pmdf-passwords 1\njane DEFAULT plain-secret\n';
    writeFileSync(path, text);
    const hash = await cheapHash('x');
    const outcome = await changePasswords(
      path,
      names,
      { kind: 'set', user: 'bob', service: 'DEFAULT', hash },
      commandPatience,
    );
    assert.equal(outcome.kind, 'failed');
    assert.doesNotMatch(JSON.stringify(outcome), /plain-secret/);
    assert.equal(readFileSync(path, 'utf8'), text);
  });

  for (const [what, line] of [
    ['too little', 'jane DEFAULT'],
    ['too much', 'jane DEFAULT $x y'],
    ['upper case', 'Jane DEFAULT HASH'],
    ['a service in lower case', 'jane smtp HASH'],
    ['a record twice', 'bob DEFAULT HASH'],
  ] as const) {
    it(`reports a line with ${what}`, async () => {
      await set('bob', 'DEFAULT', 'x');
      const good = readFileSync(path, 'utf8');
      const hash = good.trimEnd().split(' ').at(-1) ?? '';
      writeFileSync(path, `${good}${line.replace('HASH', () => hash)}\n`);
      const read = readPasswords(path, names);
      assert.deepEqual(read.kind === 'failed' && read.diagnostics.map((one) => one.code), [
        'auth/password-record',
      ]);
    });
  }

  it('uses the record of the service before the default one', async () => {
    await set('jane', 'DEFAULT', 'for all');
    await set('jane', 'SMTP', 'for smtp');
    const { file } = open();
    assert.deepEqual(await file.ask('JANE', 'SMTP', 'for smtp'), { kind: 'good', user: 'jane' });
    assert.deepEqual(await file.ask('jane', 'SMTP', 'for all'), { kind: 'wrong' });
    assert.deepEqual(await file.ask('jane', 'POP', 'for all'), { kind: 'good', user: 'jane' });
    assert.deepEqual(await file.ask('jane', 'SMTP', ''), { kind: 'wrong' });
  });

  it('derives one key for each check, at the same cost, whether the user exists or not', async () => {
    const costs: Cost[] = [];
    const { file } = open((password, salt, cost, length) => {
      costs.push(cost);
      return deriveKey(password, salt, cost, length);
    });
    const dear = { ln: 11, r: 1, p: 1 };
    await set('jane', 'DEFAULT', 'one', dear);
    await set('jane', 'SMTP', 'two', dear);
    for (const [user, password] of [
      ['jane', 'two'],
      ['jane', 'wrong'],
      ['nobody', 'two'],
      ['no body', 'two'],
      ['', ''],
      ['x'.repeat(300), 'two'],
    ] as const)
      await file.ask(user, 'SMTP', password);
    assert.deepEqual(costs, Array(6).fill(dear));
  });

  it('always uses the same cost for the same unknown user', async () => {
    const costs = new Map<string, Set<number>>();
    let asked = '';
    const { file } = open((password, salt, cost, length) => {
      costs.set(asked, (costs.get(asked) ?? new Set()).add(cost.ln));
      return deriveKey(password, salt, cost, length);
    });
    for (const ln of [10, 11]) await set(`user${ln}`, 'DEFAULT', 'x', { ln, r: 1, p: 1 });
    for (let round = 0; round < 3; round += 1) {
      for (let number = 0; number < 24; number += 1) {
        asked = `nobody${number}`;
        await file.ask(asked, 'SMTP', 'x');
      }
    }
    assert.ok([...costs.values()].every((one) => one.size === 1));
    assert.equal(new Set([...costs.values()].flatMap((one) => [...one])).size, 2);
  });

  it('applies changes at once, but none with errors', async () => {
    const { file, reported } = open();
    assert.equal(file.exists(), false);
    assert.equal((await file.ask('jane', 'SMTP', 'one')).kind, 'failed');
    await set('jane', 'DEFAULT', 'one');
    assert.equal(file.exists(), true);
    assert.equal((await file.ask('jane', 'SMTP', 'one')).kind, 'good');
    await set('jane', 'DEFAULT', 'two');
    assert.equal((await file.ask('jane', 'SMTP', 'one')).kind, 'wrong');
    writeFileSync(path, 'pmdf-passwords 1\nrubbish\n');
    assert.equal((await file.ask('jane', 'SMTP', 'two')).kind, 'good');
    assert.deepEqual(reported, [
      'auth/password-record: line 2 of `passwords` is wrong: a record is `USER SERVICE HASH`',
    ]);
    rmSync(path);
    assert.equal((await file.ask('jane', 'SMTP', 'two')).kind, 'failed');
    writeFileSync(path, 'pmdf-passwords 2\n');
    assert.equal((await file.ask('jane', 'SMTP', 'two')).kind, 'failed');
  });

  it('normalises names of users and services', () => {
    assert.equal(userName('Jane.Doe@Domain.COM'), 'jane.doe@domain.com');
    assert.equal(userName('a\u0308'), 'ä');
    for (const wrong of ['', 'two words', 'a\u0000', 'a\u200b', 'x'.repeat(256)])
      assert.equal(userName(wrong), null);
    assert.equal(serviceName('smtp'), 'SMTP');
    for (const wrong of ['', 'a b', 'x'.repeat(33), 'ä']) assert.equal(serviceName(wrong), null);
    for (const name of ['__proto__', 'constructor']) assert.equal(userName(name), name);
  });

  it('prints an empty database that can be read', () => {
    writeFileSync(path, printPasswords(new Map()));
    assert.deepEqual(users(), []);
  });

  it("remembers a wrong password until the user's record changes, for that user only", async () => {
    await set('jane', 'DEFAULT', 'one');
    await set('bob', 'DEFAULT', 'two');
    const { file } = open();
    assert.equal(await file.isKnownWrong('jane', 'SMTP', 'two'), false);
    assert.deepEqual(await file.ask('jane', 'SMTP', 'two'), { kind: 'wrong' });
    assert.deepEqual(await file.ask('nobody', 'SMTP', 'two'), { kind: 'wrong' });
    assert.equal(await file.isKnownWrong('JANE', 'SMTP', 'two'), true);
    assert.equal(await file.isKnownWrong('nobody', 'SMTP', 'two'), true);
    assert.equal(await file.isKnownWrong('bob', 'SMTP', 'two'), false);
    assert.deepEqual(await file.ask('jane', 'SMTP', 'one'), { kind: 'good', user: 'jane' });
    assert.equal(await file.isKnownWrong('jane', 'SMTP', 'one'), false);
    await set('jane', 'SMTP', 'two');
    await set('nobody', 'DEFAULT', 'two');
    assert.equal(await file.isKnownWrong('jane', 'SMTP', 'two'), false);
    assert.equal(await file.isKnownWrong('nobody', 'SMTP', 'two'), false);
    assert.deepEqual(await file.ask('jane', 'SMTP', 'two'), { kind: 'good', user: 'jane' });
  });
});
