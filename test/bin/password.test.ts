/*
 * `pmdf password`, in both spellings, with the password piped in and typed at a terminal.
 */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { matchesUser } from '../../bin/password/match-user.js';
import { itWith } from '../support/programs.js';
import { CommandFolder } from './support/command-folder.js';
import { outcomeOf } from './support/session.js';
import { typeAt } from './support/terminal.js';

describe('pmdf password', function () {
  // Some lines compute hashes.
  this.timeout(180_000);
  const folder = new CommandFolder();
  const database = (): string => join(folder.path('keys'), 'pmdf', 'passwords');

  beforeEach(() => mkdirSync(join(folder.path('keys'), 'pmdf'), { recursive: true }));
  afterEach(() => rmSync(folder.path('keys'), { recursive: true }));

  async function shell(line: string): Promise<string> {
    const { printed, exitCode } = await outcomeOf(folder, line.replaceAll('pmdf', 'pmdf --config keys'));
    return `${printed}${exitCode}`;
  }

  function type(
    words: readonly string[],
    lines: readonly string[],
  ): { shown: string; exitCode: number | null } {
    return typeAt(folder, ['--config', folder.path('keys'), ...words], lines);
  }

  it('sets, tests, shows and deletes', async () => {
    assert.equal(
      await shell('echo first | pmdf password set Jane'),
      'password of `jane` for DEFAULT added\n0',
    );
    assert.equal(
      await shell('echo other | pmdf password set jane -'),
      'password of `jane` for DEFAULT replaced\n0',
    );
    assert.equal(
      await shell('echo other | pmdf password set jane --service smtp'),
      'password of `jane` for SMTP added\n0',
    );
    assert.equal(
      await shell('echo other | pmdf password test JANE'),
      'this is the password of `jane` for DEFAULT\n0',
    );
    assert.equal(
      await shell('echo first | pmdf password test jane'),
      'pmdf: this is not the password of `jane` for DEFAULT\n1',
    );
    assert.equal(
      await shell('echo other | pmdf password test nobody --service POP'),
      'pmdf: this is not the password of `nobody` for POP\n1',
    );
    assert.equal(await shell('pmdf password show'), 'jane  DEFAULT\njane  SMTP\n0');
    assert.equal(
      await shell('pmdf password delete jane --service smtp'),
      'password of `jane` for SMTP deleted\n0',
    );
    assert.equal(await shell('pmdf password delete jane'), 'password of `jane` for DEFAULT deleted\n0');
    assert.equal(await shell('pmdf password delete jane'), 'pmdf: `jane` has no password\n1');
    assert.equal(await shell('pmdf password show jane'), 'pmdf: `jane` has no password\n1');
    assert.equal(await shell('pmdf password show'), '0');
  });

  it("accepts PMDF's spellings", async () => {
    assert.match(await shell('echo s | pmdf password -user=jane'), /added\n0$/);
    assert.match(
      await shell('echo s | pmdf password -create -user=bob -service=POP'),
      /`bob` for POP added\n0$/,
    );
    assert.match(await shell('echo s | pmdf password -TEST -user=jane'), /^this is the password.*\n0$/);
    assert.equal(await shell("pmdf password -show -user='*'"), 'bob   POP\njane  DEFAULT\n0');
    assert.equal(await shell("pmdf password -show -user='%%%'"), 'bob  POP\n0');
    assert.equal(await shell("pmdf password -show -user='*' -service=default"), 'jane  DEFAULT\n0');
    assert.match(await shell('pmdf password -delete -user=bob'), /deleted\n0$/);
  });

  it('shows no secret anywhere', async () => {
    await shell('echo hush-hush | pmdf password set jane');
    assert.equal(statSync(database()).mode & 0o777, 0o600);
    const text = readFileSync(database(), 'utf8');
    assert.doesNotMatch(text, /hush/);
    assert.deepEqual(JSON.parse(folder.run('password', 'show', '--json', '--config', 'keys').stdout), {
      users: [{ user: 'jane', service: 'DEFAULT' }],
    });
    writeFileSync(database(), `${text}bob DEFAULT hush-hush\n`);
    const broken = await shell('pmdf password show');
    assert.match(broken, /line 3 of `keys\/pmdf\/passwords` is wrong.*\[auth\/password-record\]/);
    assert.match(broken, /2$/);
    assert.doesNotMatch(broken, /hush/);
  });

  it('reports in JSON what it did', async () => {
    const json = async (line: string): Promise<unknown> => JSON.parse((await shell(line)).replace(/\d$/, ''));
    assert.deepEqual(await json('echo s | pmdf password set jane --json'), {
      user: 'jane',
      service: 'DEFAULT',
      replaced: false,
    });
    assert.deepEqual(await json('echo s | pmdf password test jane --json'), {
      user: 'jane',
      service: 'DEFAULT',
      match: true,
    });
    assert.deepEqual(await json('pmdf password delete jane --json'), { user: 'jane', deleted: ['DEFAULT'] });
  });

  for (const [line, complaint, exitCode] of [
    ['pmdf password set jane < /dev/null', /there is no password on standard input/, 64],
    ['echo | pmdf password set jane', /the password is empty/, 1],
    ['echo s | pmdf password set', /`USER` is needed/, 64],
    ['echo s | pmdf password set jane secret', /unexpected argument `secret`/, 64],
    ["echo s | pmdf password set 'jane doe'", /`jane doe` is not a valid user name/, 64],
    ["echo s | pmdf password set jane --service 'a b'", /is not a valid service name/, 64],
    ["echo s | pmdf password set $'\\377'", /`\\u\{fffd\}` is not UTF-8|`\uFFFD` is not UTF-8/, 64],
    ['pmdf password sett jane', /did you mean `password set`/, 64],
  ] as const) {
    it(`complains about \`${line}\``, async () => {
      const output = await shell(line);
      assert.match(output, complaint);
      assert.match(output, new RegExp(`${exitCode}$`));
    });
  }

  it('says why the file cannot be written', async () => {
    mkdirSync(database());
    assert.match(
      await shell('echo s | pmdf password set jane'),
      /error: .*passwords. cannot be written: it is a folder.*\n2$/s,
    );
  });

  itWith(['python3'], 'asks twice at a terminal, which shows nothing of it', () => {
    const typed = type(['password', 'set', 'jane'], ['wrnog\\u0015hushX\\u007f\\n', 'hush\\n']);
    assert.equal(typed.exitCode, 0);
    assert.equal(
      typed.shown.replaceAll('\r', ''),
      'password of jane: \nagain: \npassword of `jane` for DEFAULT added\n',
    );
    assert.equal(type(['password', 'test', 'jane'], ['hush\\n']).exitCode, 0);
    assert.equal(type(['password', 'test', 'jane'], ['wrong\\n']).exitCode, 1);
  });

  itWith(['python3'], 'stores nothing if the two differ, or if it is cancelled', async () => {
    const differing = type(['password', 'set', 'jane'], ['one\\n', 'two\\n']);
    assert.match(differing.shown, /the two passwords differ/);
    assert.equal(differing.exitCode, 1);
    assert.equal(type(['password', 'set', 'jane'], ['one\\u0003']).exitCode, 1);
    assert.equal(await shell('pmdf password show'), '0');
  });
});

describe('patterns of users', () => {
  for (const [pattern, name, fits] of [
    ['*', '', true],
    ['*', 'jane', true],
    ['%', 'j', true],
    ['%', '', false],
    ['%', 'ja', false],
    ['J*E', 'jane', true],
    ['j*n', 'jane', false],
    ['*a*e*', 'jane', true],
    ['jane', 'jane', true],
    ['jan', 'jane', false],
    ['j.ne', 'jane', false],
    ['%%%', '\u{1f511}bc', true],
  ] as const) {
    it(`\`${pattern}\` ${fits ? 'takes' : 'does not take'} \`${name}\``, () =>
      assert.equal(matchesUser(pattern, name), fits));
  }

  it('is fast for many stars', () => {
    assert.equal(matchesUser(`${'*a'.repeat(100)}b`, 'a'.repeat(250)), false);
  });
});
