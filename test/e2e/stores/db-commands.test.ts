/*
 * `pmdf db` on a real Redis: look-ups that say where the answer came from, changes, and copies from and to files.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createClient } from 'redis';
import { CdbWriter } from '../../../runtime/databases/cdb-writer.js';
import { CommandServer } from '../../bin/support/command-server.js';
import { describeWith } from '../../support/programs.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { freePort } from '../support/free-port.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';

const cnf = `domain.com $U%$D@LOCAL
. $U%$H@TCP-DAEMON

l
LOCAL

tcp_local smtp mx
TCP-DAEMON
`;

describeWith(['redis-server'], 'pmdf db with a database in Redis', () => {
  const folder = temporaryFolder();
  const commands = new CommandServer();
  let redis: RedisServer;

  before(async () => {
    redis = await startRedis();
  });
  after(() => redis?.stop());

  function configure(port: number): void {
    folder.write('config/pmdf/pmdf.cnf', cnf);
    folder.write(
      'config/pmdf/pmdf.yaml',
      `databases:
  general: { store: r, hash: general }
  alias: { store: r, key: 'alias:%s' }
  forward: { store: r, hash: 'forward:%d', key: '%u' }
  domain: { store: r }
  reverse: { store: sm, map: reverse }
stores:
  r: { kind: redis, hosts: ['127.0.0.1:${port}'], timeout: 2 }
  sm: { kind: socketmap, hosts: ['127.0.0.1:9'] }
`,
    );
  }

  beforeEach(async () => {
    configure(redis.port);
    await redis.run(
      ['FLUSHALL'],
      ['HSET', 'general', 'jane', 'jdoe%domain.com', 'bob', 'b%domain.com'],
      ['SET', 'alias:team', 'a@domain.com'],
      ['SET', 'other', 'not an alias'],
    );
  });

  async function run(line: string, input = '') {
    const { stdout, stderr, exitCode } = await commands.run({
      words: line.split(' '),
      input,
      folder: folder.path(),
    });
    return { stdout, stderr, exitCode };
  }

  async function json(line: string): Promise<Readonly<Record<string, unknown>>> {
    const { stdout, exitCode } = await run(`${line} --json`);
    return { exitCode, ...JSON.parse(stdout) };
  }

  async function keys(): Promise<readonly string[]> {
    const client = createClient({ socket: { host: '127.0.0.1', port: redis.port } });
    await client.connect();
    try {
      return (await client.keys('*')).sort();
    } finally {
      client.destroy();
    }
  }

  const server = () => `127.0.0.1:${redis.port}`;

  it('looks a key up as the gateway does, and says which server has answered', async () => {
    assert.deepEqual(await run('db get general JANE'), {
      exitCode: 0,
      stdout: 'jdoe%domain.com\n',
      stderr: `store \`r\`: asked ${server()}, not a cache\n`,
    });
    assert.deepEqual(await json('db get alias team'), {
      exitCode: 0,
      database: 'alias',
      key: 'team',
      found: true,
      value: 'a@domain.com',
      from: { store: 'r', server: server(), cached: false },
    });
    const absent = await run('db get general nobody');
    assert.equal(absent.exitCode, 1);
    assert.match(absent.stderr, /`nobody` is not in `general`\nstore `r`: asked 127/);
  });

  it('sets and deletes keys', async () => {
    assert.equal((await run('db set general Jane new')).stdout, '`Jane` replaced\n');
    assert.equal((await run('db set general ann x')).stdout, '`ann` added\n');
    assert.equal((await run('db set alias team b@domain.com')).stdout, '`team` replaced\n');
    assert.equal(
      (await run('db set forward dave@domain.com e@domain.com')).stdout,
      '`dave@domain.com` added\n',
    );
    assert.equal((await run('db set general -', 'x 1\nann 2\n')).stdout, '1 added, 1 replaced\n');
    for (const [what, value] of [
      ['general jane', 'new'],
      ['general ann', '2'],
      ['general x', '1'],
      ['alias team', 'b@domain.com'],
      ['forward dave@domain.com', 'e@domain.com'],
    ] as const) {
      assert.equal((await run(`db get ${what}`)).stdout, `${value}\n`);
    }
    assert.equal((await run('db delete general ANN')).stdout, '`ANN` deleted\n');
    assert.equal((await run('db delete general ann')).exitCode, 1);
    assert.equal((await run('db delete alias team')).exitCode, 0);
    assert.equal((await run('db get alias team')).exitCode, 1);
  });

  it('names the setting of what cannot be done', async () => {
    const rows: readonly (readonly [string, RegExp])[] = [
      ['db set reverse a b', /pmdf\.yaml:6:\d+: error: .*socketmap can only be asked.*\[store\/lacks\]/],
      ['db copy reverse copy.cdb', /socketmap can only be asked.*\[store\/lacks\]/],
      ['db copy forward copy.cdb', /`key` takes keys apart.*\[store\/lacks\]/],
      ['db copy alias domain', /all strings of the server.*\[store\/lacks\]/],
      ['db set forward nobody x', /lacks a part.*\[store\/lacks\]/],
    ];
    for (const [line, message] of rows) {
      const { stderr, exitCode } = await run(line);
      assert.match(stderr, message, line);
      assert.equal(exitCode, 2, line);
    }
  });

  it('says why a server cannot be used, and what to do', async () => {
    configure(await freePort());
    for (const line of ['db set general a b', 'db delete general a', 'db copy general copy.cdb']) {
      const { stderr, exitCode } = await run(line);
      assert.match(
        stderr,
        /pmdf\.yaml:8:\d+: error: the store `r` cannot be used: .*ECONNREFUSED.*\[store\/server\]/,
      );
      assert.match(stderr, /hint: start the server/);
      assert.equal(exitCode, 2);
    }
    const { stderr, exitCode } = await run('db get general a');
    assert.match(stderr, /the general database has no answer: .*ECONNREFUSED.*\[store\/server\]/);
    assert.equal(exitCode, 2);
  });

  it('copies from and to files, in every combination', async () => {
    folder.write('general.txt', 'Ann a%domain.com\n"x y" z\n');
    for (const [from, to] of [
      ['general.txt', 'general'],
      ['general', 'one.cdb'],
      ['one.cdb', 'alias'],
      ['alias', 'two.txt'],
      ['two.txt', 'three.cdb'],
      ['three.cdb', 'four.txt'],
    ] as const) {
      const outcome = await run(`db copy ${from} ${to}`);
      assert.deepEqual(outcome, {
        exitCode: 0,
        stdout: `2 entries copied to \`${to}\`\n`,
        stderr: '',
      });
    }
    const lines = readFileSync(folder.path('four.txt'), 'utf8').trimEnd().split('\n').sort();
    assert.deepEqual(lines, ['"x y" z', 'ann a%domain.com']);
    // The copy replaced what was there, and nothing else.
    assert.equal((await run('db get general jane')).exitCode, 1);
    assert.equal((await run('db get alias team')).exitCode, 1);
    assert.equal((await run('db get domain other')).stdout, 'not an alias\n');
  });

  it('leaves the target as it is if something cannot be copied, unless that is to be left out', async () => {
    const writer = new CdbWriter(folder.path('odd.cdb'));
    for (const [key, value] of [
      ['a', '1'],
      ['b', '2'],
      ['A', '3'],
      ['c', 'two\nlines'],
      ['d', ''],
    ] as const) {
      writer.add(key, value);
    }
    writer.seal();
    writer.commit();
    folder.write('kept.txt', 'old one\n');
    for (const to of ['general', 'kept.txt']) {
      const refused = await run(`db copy odd.cdb ${to}`);
      assert.equal(refused.exitCode, 1);
      assert.match(refused.stderr, /nothing was copied/);
      assert.match(refused.stderr, /2 entries that `\S+` cannot hold: `c`, `d`; of the first: /);
      assert.match(refused.stderr, /1 further value of keys that have one already: `a`/);
      assert.deepEqual(await json(`db copy odd.cdb ${to}`), {
        exitCode: 1,
        from: 'odd.cdb',
        to,
        read: 5,
        unfit: { count: 2, keys: ['c', 'd'] },
        repeated: { count: 1, keys: ['a'] },
        copied: 0,
      });
    }
    assert.equal((await run('db get general jane')).stdout, 'jdoe%domain.com\n');
    assert.equal(readFileSync(folder.path('kept.txt'), 'utf8'), 'old one\n');
    for (const to of ['general', 'kept.txt']) {
      assert.equal((await run(`db copy odd.cdb ${to} --skip`)).stdout, `2 entries copied to \`${to}\`\n`);
      assert.equal((await run(`db get ${to} a`)).stdout, '1\n');
    }
  });

  it('leaves nothing of a refused copy on the server', async () => {
    folder.write('wrong.txt', 'a 1\nb\n');
    assert.equal((await run('db copy wrong.txt general')).exitCode, 2);
    folder.write('twice.txt', 'a 1\na 2\n');
    assert.equal((await run('db copy twice.txt general')).exitCode, 1);
    assert.deepEqual(await keys(), ['alias:team', 'general', 'other']);
  });

  it('copies an empty database', async () => {
    folder.write('empty.txt', '');
    assert.equal((await run('db copy empty.txt general')).exitCode, 0);
    assert.equal((await run('db copy empty.txt alias')).exitCode, 0);
    assert.deepEqual(await keys(), ['other']);
  });

  it('refuses to copy a database to itself', async () => {
    const { stderr, exitCode } = await run('db copy general general');
    assert.match(stderr, /the same database/);
    assert.equal(exitCode, 64);
  });
});
