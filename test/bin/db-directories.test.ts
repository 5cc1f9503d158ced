/*
 * `pmdf db` with the databases of directory channels, which are named by their pseudo domains.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { temporaryFolder } from '../support/temporary-folder.js';
import { CommandServer } from './support/command-server.js';

const cnf = `example.com $U%example.com@DIRECTORY-DAEMON
shared.example $U%shared.example@DIRECTORY-DAEMON
. $U%$H@TCP-DAEMON

l
domain.com

tcp_local smtp switchchannel
TCP-DAEMON

directory
DIRECTORY-DAEMON

directory_two
TWO-DAEMON
`;

const yaml = `databases: { general: general.txt }
directories:
  directory:
    domains: { Example.COM: crdb, shared.example: { file: one.cdb }, bücher.example: { file: books.txt }, ldap.example: ldap }
    ldap: { servers: [127.0.0.1], base: o=x }
  directory_two:
    domains: { shared.example: { file: two.cdb } }
`;

describe('pmdf db with the databases of directory channels', () => {
  const folder = temporaryFolder();
  const server = new CommandServer();

  async function run(line: string, input = '') {
    const words = line.split(' ');
    const { stdout, stderr, exitCode } = await server.run({ words, input, folder: folder.path() });
    return { stdout, stderr, exitCode };
  }

  beforeEach(async () => {
    folder.write('config/pmdf/pmdf.cnf', cnf);
    folder.write('config/pmdf/pmdf.yaml', yaml);
    folder.write('config/pmdf/general.txt', 'ann x\n');
    folder.write('config/pmdf/books.txt', 'eve e@domain.com\n');
    folder.write(
      'config/pmdf/directories/example.com.txt',
      'ann a@domain.com\nBob b@domain.com\nbob c@domain.com\n',
    );
    for (const name of ['one', 'two']) {
      folder.write('list.txt', `ann ${name}@domain.com\n`);
      assert.equal((await run(`crdb list.txt config/pmdf/${name}.cdb`)).exitCode, 0);
    }
  });

  for (const [name, key, values] of [
    ['example.com', 'ANN', ['a@domain.com']],
    ['EXAMPLE.com', 'bob', ['b@domain.com', 'c@domain.com']],
    ['directory:shared.example', 'ann', ['one@domain.com']],
    ['directory_two:shared.example', 'ann', ['two@domain.com']],
    ['directory:example.com', 'ann', ['a@domain.com']],
    ['bücher.example', 'eve', ['e@domain.com']],
    ['xn--bcher-kva.example', 'eve', ['e@domain.com']],
  ] as const) {
    it(`looks ${key} up in ${name}`, async () => {
      const text = { exitCode: 0, stdout: values.map((value) => `${value}\n`).join(''), stderr: '' };
      assert.deepEqual(await run(`db get ${name} ${key}`), text);
      const { stdout } = await run(`db get ${name} ${key} --json`);
      assert.deepEqual(JSON.parse(stdout), { database: name, key, found: true, value: values[0], values });
    });
  }

  it('says that a mailbox is absent', async () => {
    const { stdout, stderr, exitCode } = await run('db get example.com nobody');
    assert.deepEqual([stdout, stderr, exitCode], ['', 'pmdf: `nobody` is not in `example.com`\n', 1]);
    const { stdout: json } = await run('db get example.com nobody --json');
    assert.deepEqual(JSON.parse(json), {
      database: 'example.com',
      key: 'nobody',
      found: false,
      value: null,
      values: [],
    });
  });

  it('changes the database that the gateway asks', async () => {
    assert.equal((await run('db set directory_two:shared.example eve e@domain.com')).exitCode, 0);
    assert.equal((await run('db get config/pmdf/two.cdb eve')).stdout, 'e@domain.com\n');
    assert.equal((await run('db get config/pmdf/one.cdb eve')).exitCode, 1);
    assert.equal((await run('db delete directory_two:shared.example ann')).exitCode, 0);
    assert.equal((await run('db get config/pmdf/two.cdb ann')).exitCode, 1);
    const { stderr } = await run('db set example.com eve e@domain.com');
    assert.match(stderr, /example\.com\.txt` is a text file, which this command does not change/);
  });

  it('keeps every value of a key in copies, so that an ambiguous name stays so', async () => {
    assert.equal((await run('db copy example.com copy.txt')).stdout, '3 entries copied to `copy.txt`\n');
    const copied = 'ann a@domain.com\nbob b@domain.com\nbob c@domain.com\n';
    assert.equal(readFileSync(folder.path('copy.txt'), 'utf8'), copied);
    assert.equal((await run('db copy example.com directory:shared.example')).exitCode, 0);
    assert.equal((await run('db get directory:shared.example bob')).stdout, 'b@domain.com\nc@domain.com\n');
    // Elsewhere a key has one value.
    assert.equal((await run('db copy copy.txt general')).exitCode, 1);
  });

  it('names the databases there are for a name that is none of them, and makes no file of it', async () => {
    const names =
      '`general`, `example.com`, `directory:shared.example`, `xn--bcher-kva.example`, `directory_two:shared.example`';
    for (const [name, hint] of [
      ['exmple.com', 'did you mean `example.com`?'],
      ['shared.example', 'write `directory:shared.example` or `directory_two:shared.example`'],
      ['other', 'to make a new file, write `other.cdb` or `other.txt` or `./other`'],
      ['directory_one:example.com', 'to make a new file, write'],
      ['passwords', '`pmdf password` works on passwords'],
    ] as const) {
      for (const line of [
        `db get ${name} a`,
        `db set ${name} a b`,
        `db delete ${name} a`,
        `db copy general ${name}`,
      ]) {
        const { stdout, stderr, exitCode } = await run(line);
        assert.deepEqual([stdout, exitCode], ['', 2], line);
        assert.ok(
          stderr.includes(`\`${name}\` is neither a file nor a database of the configuration: ${names}`),
          stderr,
        );
        assert.ok(stderr.includes(`hint: ${hint}`), stderr);
        assert.equal(existsSync(folder.path(name)), false, line);
      }
    }
    assert.equal((await run('db copy general ./other')).exitCode, 0);
    assert.equal((await run('db get other ann')).stdout, 'x\n');
  });

  it('says that a search in LDAP is not a database', async () => {
    const { stderr, exitCode } = await run('db get ldap.example ann');
    assert.equal(exitCode, 2);
    assert.match(stderr, /the mailboxes of `ldap\.example` are searched for in LDAP, not in a database/);
  });
});
