import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { progressBar } from '../../bin/support/progress-bar.js';
import { CdbWriter } from '../../runtime/databases/cdb-writer.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import type { Run } from './support/command-folder.js';
import { CommandServer, commandFile } from './support/command-server.js';

describe('pmdf crdb, dumpdb and db', () => {
  const folder = temporaryFolder();

  const server = new CommandServer();

  /** Runs the command in a process that runs many. */
  async function run(words: readonly string[], input = ''): Promise<Run> {
    const { stdout, stderr, exitCode } = await server.run({ words, input, folder: folder.path() });
    return { stdout, stderr, exitCode };
  }

  /** Runs the command as a separate process. */
  function spawned(words: readonly string[], input = ''): Run {
    const options = { cwd: folder.path(), input, encoding: 'utf8' } as const;
    const { stdout, stderr, status } = spawnSync(process.execPath, [commandFile, ...words], options);
    return { stdout, stderr, exitCode: status };
  }

  async function json(
    ...words: readonly string[]
  ): Promise<{ exitCode: number | null; [key: string]: unknown }> {
    const { stdout, stderr, exitCode } = await run([...words, '--json']);
    assert.equal(stderr, '');
    return { exitCode, ...JSON.parse(stdout) };
  }

  const text = '! who left\nJane.Doe   jdoe%other.com@PROCESS-DAEMON\n\n"a b"  x y\nübung  ü\n';
  const dumped = 'jane.doe jdoe%other.com@PROCESS-DAEMON\n"a b" x y\nübung ü\n';

  async function compile(): Promise<void> {
    folder.write('general.txt', text);
    assert.equal((await run(['crdb', 'general.txt', 'general.cdb'])).exitCode, 0);
  }

  it('compile a text, and write it back', () => {
    folder.write('general.txt', text);
    assert.deepEqual(spawned(['crdb', 'general.txt', 'general.cdb']), {
      exitCode: 0,
      stdout: '`general.cdb` holds 3 entries\n',
      stderr: '',
    });
    assert.deepEqual(spawned(['dumpdb', 'general.cdb']), { exitCode: 0, stdout: dumped, stderr: '' });
    assert.deepEqual(spawned(['dumpdb', 'general.cdb', 'back.txt']), { exitCode: 0, stdout: '', stderr: '' });
    assert.equal(readFileSync(folder.path('back.txt'), 'utf8'), dumped);
    assert.deepEqual(spawned(['crdb', '-', 'again.cdb'], dumped).stdout, '`again.cdb` holds 3 entries\n');
    assert.ok(readFileSync(folder.path('again.cdb')).equals(readFileSync(folder.path('general.cdb'))));
    assert.deepEqual(readdirSync(folder.path()).sort(), [
      'again.cdb',
      'back.txt',
      'general.cdb',
      'general.txt',
    ]);
  });

  it('get, set and delete, ignoring case', async () => {
    await compile();
    assert.deepEqual(
      (await run(['db', 'get', 'general.cdb', 'JANE.DOE'])).stdout,
      'jdoe%other.com@PROCESS-DAEMON\n',
    );
    assert.equal(
      (await run(['db', 'set', 'general.cdb', 'JANE.doe', ' new  value '])).stdout,
      '`JANE.doe` replaced\n',
    );
    assert.equal((await run(['db', 'set', 'general.cdb', '"x y"', '--', '-dash'])).stdout, '`"x y"` added\n');
    assert.equal((await run(['db', 'get', 'general.cdb', '"X Y"'])).stdout, '-dash\n');
    assert.equal((await run(['db', 'delete', 'general.cdb', 'Übung'])).stdout, '`Übung` deleted\n');
    assert.equal(
      (await run(['dumpdb', 'general.cdb'])).stdout,
      'jane.doe new  value\n"a b" x y\n"x y" -dash\n',
    );
    assert.equal((await run(['db', 'set', 'fresh.cdb', 'a', '1'])).exitCode, 0);
    assert.equal((await run(['db', 'get', 'fresh.cdb', 'a'])).stdout, '1\n');
  });

  it('set many in one go, or none of them', async () => {
    await compile();
    const set = (input: string): Promise<Run> => run(['db', 'set', 'general.cdb', '-'], input);
    assert.equal((await set('! new\nJANE.DOE other\r\nnew 1\n\nnew 2\n')).stdout, '1 added, 1 replaced\n');
    assert.equal(
      (await run(['dumpdb', 'general.cdb'])).stdout,
      'jane.doe other\n"a b" x y\nübung ü\nnew 2\n',
    );
    const wrong = await set('third 3\nwithout-value\n');
    assert.deepEqual([wrong.exitCode, wrong.stdout], [1, '']);
    assert.match(wrong.stderr, /line 2: .*`without-value`/);
    assert.equal((await run(['db', 'get', 'general.cdb', 'third'])).exitCode, 1);
    assert.equal((await set('')).exitCode, 64);
  });

  it('get from text files and from databases of the configuration, and change neither text', async () => {
    folder.write('general.txt', text);
    assert.equal(
      (await run(['db', 'get', 'general.txt', 'Jane.Doe'])).stdout,
      'jdoe%other.com@PROCESS-DAEMON\n',
    );
    for (const words of [
      ['db', 'set', 'general.txt', 'a', 'b'],
      ['db', 'delete', 'general.txt', 'jane.doe'],
    ]) {
      const { exitCode, stderr } = await run(words);
      assert.equal(exitCode, 2);
      assert.match(stderr, /is a text file, which this command does not change/);
    }
    assert.equal(readFileSync(folder.path('general.txt'), 'utf8'), text);
    folder.write(
      'config/pmdf/pmdf.cnf',
      '. $U%$H@TCP-DAEMON\n\nl\ndomain.com\n\ntcp_local smtp switchchannel\nTCP-DAEMON\n',
    );
    folder.write('config/pmdf/pmdf.yaml', 'databases:\n  general: people.cdb\n');
    assert.equal((await run(['crdb', 'general.txt', 'config/pmdf/people.cdb'])).exitCode, 0);
    assert.equal((await run(['db', 'set', 'general', 'ann', 'x@y.example'])).exitCode, 0);
    assert.equal((await run(['db', 'get', 'general', 'ANN'])).stdout, 'x@y.example\n');
    assert.match(
      (await run(['db', 'get', 'forward', 'ann'])).stderr,
      /the configuration has no forward database/,
    );
  });

  it('print JSON', async () => {
    const database = 'general.cdb';
    folder.write('general.txt', 'A 1\nb 2\na 1\n');
    const { diagnostics, ...built } = await json('crdb', 'general.txt', database);
    assert.deepEqual(built, { exitCode: 0, database, entries: 3 });
    assert.ok(Array.isArray(diagnostics));
    assert.deepEqual([diagnostics[0].line, diagnostics[0].code], [3, 'database/duplicate-key']);
    const get = { database, key: 'B', found: true, value: '2' };
    assert.deepEqual(await json('db', 'get', database, 'B'), { exitCode: 0, ...get });
    const missing = { database, key: 'c', found: false, value: null };
    assert.deepEqual(await json('db', 'get', database, 'c'), { exitCode: 1, ...missing });
    const set = { database, key: 'A', value: '9', replaced: 2, entries: 2 };
    assert.deepEqual(await json('db', 'set', database, 'A', '9'), { exitCode: 0, ...set });
    const entries = [
      { key: 'a', value: '9' },
      { key: 'b', value: '2' },
    ];
    assert.deepEqual(await json('dumpdb', database), { exitCode: 0, database, entries });
    const file = { database, file: 'out.txt', written: 2, leftOut: 0 };
    assert.deepEqual(await json('dumpdb', database, 'out.txt'), { exitCode: 0, ...file });
    assert.deepEqual(await json('db', 'delete', database, 'b'), {
      exitCode: 0,
      database,
      key: 'b',
      deleted: 1,
      entries: 1,
    });
    assert.deepEqual(await json('db', 'delete', database, 'b'), {
      exitCode: 1,
      database,
      key: 'b',
      deleted: 0,
      entries: 1,
    });
  });

  it('report an absent key by exit code 1 and nothing on standard output', async () => {
    await compile();
    for (const command of ['get', 'delete']) {
      assert.deepEqual(await run(['db', command, 'general.cdb', 'nobody']), {
        exitCode: 1,
        stdout: '',
        stderr: 'pmdf: `nobody` is not in `general.cdb`\n',
      });
    }
  });

  const mistakes: [string, string | Buffer, string[]][] = [
    ['two values', 'a 1\nb 2\nA 3\n', ['general.txt:3:1: error: ', 'general.txt:1:1: note: ']],
    ['a key alone', 'a 1\nb\n', ['general.txt:2:1: error: ']],
    ['an open quotation mark', '"a 1\n', ['general.txt:1:1: error: ']],
    ['a line that is too long', `a 1\nb ${'x'.repeat(20_000)}\n`, ['general.txt:2:16385: error: ']],
    ['no UTF-8', Buffer.from('a 1\nb \xff\n', 'latin1'), ['general.txt:2:3: error: ']],
    ['several mistakes', ' a\nb\n', ['general.txt:1:1: error: ', 'general.txt:2:1: error: ']],
  ];
  for (const [name, wrong, places] of mistakes) {
    it(`leave the old database for ${name}: exit code 2, with the line`, async () => {
      await compile();
      const before = readFileSync(folder.path('general.cdb'));
      folder.write('general.txt', wrong);
      const { exitCode, stdout, stderr } = await run(['crdb', 'general.txt', 'general.cdb']);
      assert.deepEqual([exitCode, stdout], [2, '']);
      for (const place of places) assert.ok(stderr.includes(place), stderr);
      assert.ok(readFileSync(folder.path('general.cdb')).equals(before));
    });
  }

  it('permit several values of a key with the option, in either spelling', async () => {
    folder.write('general.txt', 'a 1\nA 2\n');
    for (const option of ['--duplicates', '-duplicates']) {
      assert.equal((await run(['crdb', option, 'general.txt', 'general.cdb'])).exitCode, 0);
      assert.equal((await run(['dumpdb', 'general.cdb'])).stdout, 'a 1\na 2\n');
    }
    assert.equal(
      (await run(['crdb', '-long_records', '-quoted', '-duplicates', 'general.txt', 'general.cdb'])).exitCode,
      0,
    );
  });

  it('end with exit code 2 for a missing, damaged or invalid database, and leave it', async () => {
    await compile();
    const octets = readFileSync(folder.path('general.cdb'));
    folder.write('short.cdb', octets.subarray(0, -1));
    mkdirSync(folder.path('folder'));
    const rows = [
      ['crdb', 'none.txt', 'general.cdb'],
      ['crdb', 'general.cdb', 'other.cdb'],
      ['crdb', 'general.txt', 'folder'],
      ['crdb', 'general.txt', 'no/such/general.cdb'],
      ['db', 'set', 'no/such/general.cdb', 'a', '1'],
      ['dumpdb', 'general.cdb', 'no/such/general.txt'],
      ...['none.cdb', 'short.cdb', 'folder'].map((file) => ['db', 'get', file, 'a']),
      ...['none.cdb', 'short.cdb', 'general.txt', 'folder'].flatMap((file) => [
        ['dumpdb', file],
        ['db', 'delete', file, 'a'],
      ]),
      ['db', 'set', 'short.cdb', 'a', '1'],
      ['db', 'set', 'general.txt', 'a', '1'],
    ];
    for (const words of rows) {
      const { exitCode, stdout, stderr } = await run(words);
      assert.deepEqual([exitCode, stdout], [2, ''], words.join(' '));
      assert.match(stderr, /: error: .*\[(?:file|database)\/[a-z-]+\]/, words.join(' '));
    }
    assert.equal(readFileSync(folder.path('general.txt'), 'utf8'), text);
    assert.equal(existsSync(folder.path('none.cdb')), false);
  });

  it('overwrite only regular files, and write to standard output under any of its names', async () => {
    await compile();
    execFileSync('mkfifo', [folder.path('pipe')]);
    const inode = statSync(folder.path('pipe')).ino;
    for (const words of [
      ['crdb', 'general.txt', 'pipe'],
      ['dumpdb', 'general.cdb', 'pipe'],
      ['db', 'set', 'pipe', 'a', '1'],
      ['db', 'delete', 'pipe', 'a'],
    ]) {
      const { exitCode, stderr } = await run(words);
      assert.equal(exitCode, 2, words.join(' '));
      assert.match(stderr, /\[file\/not-a-file\]/, words.join(' '));
      assert.deepEqual(
        [statSync(folder.path('pipe')).isFIFO(), statSync(folder.path('pipe')).ino],
        [true, inode],
      );
    }
    for (const name of ['-', '/dev/stdout']) {
      assert.deepEqual(spawned(['dumpdb', 'general.cdb', name]), { exitCode: 0, stdout: dumped, stderr: '' });
      assert.equal(spawned(['crdb', 'general.txt', name]).exitCode, 64);
    }
    assert.deepEqual(readdirSync(folder.path()).sort(), ['general.cdb', 'general.txt', 'pipe']);
  });

  it('refuse keys and values that cannot be written as a line: exit code 1', async () => {
    await compile();
    const rows = [
      ['a b', '1'],
      ['!a', '1'],
      ['', '1'],
      ['a', ' '],
      ['a', '1\n2'],
      ['"a', '1'],
      ['a', 'x'.repeat(20_000)],
    ] as const;
    for (const [key, value] of rows) {
      const { exitCode, stdout, stderr } = await run(['db', 'set', 'general.cdb', key, value]);
      assert.deepEqual([exitCode, stdout], [1, ''], key);
      assert.match(stderr, /^pmdf: /);
    }
    assert.equal((await run(['dumpdb', 'general.cdb'])).stdout, dumped);
  });

  it('end with exit code 64 if used wrongly', async () => {
    await compile();
    const rows = [
      ['crdb'],
      ['crdb', 'general.txt'],
      ['crdb', 'general.txt', '-'],
      ['crdb', 'general.txt', './general.txt'],
      ['crdb', '--append', 'general.txt', 'general.cdb'],
      ['dumpdb'],
      ['dumpdb', 'general.cdb', 'b', 'c'],
      ['db', 'put', 'general.cdb', 'a'],
      ['db', 'get', 'general.cdb'],
      ['db', 'set', 'general.cdb', 'a'],
      ['db', 'delete', 'general.cdb', 'a', 'b'],
    ];
    for (const words of rows) {
      const { exitCode, stdout } = await run(words);
      assert.deepEqual([exitCode, stdout], [64, ''], words.join(' '));
    }
    assert.equal(readFileSync(folder.path('general.txt'), 'utf8'), text);
  });

  it('dump text entries, and name the others: exit code 1', async () => {
    const writer = new CdbWriter(folder.path('foreign.cdb'));
    const entries = [
      ['good', '1'],
      ['a b', '2'],
      ['!no', '3'],
      ['empty', ''],
      ['two', 'li\nnes'],
    ] as const;
    for (const [key, value] of entries) writer.addOctets(Buffer.from(key), Buffer.from(value));
    writer.addOctets(Buffer.from([0xff]), Buffer.from('5'));
    writer.seal();
    writer.commit();
    const { exitCode, stdout, stderr } = await run(['dumpdb', 'foreign.cdb']);
    assert.deepEqual([exitCode, stdout], [1, 'good 1\n']);
    assert.match(stderr, /^pmdf: 5 entries cannot be written as text: `a b`, `!no`, `empty`, `two`, /);
  });

  it('write no file from a database that is damaged in the middle', async () => {
    await compile();
    const octets = readFileSync(folder.path('general.cdb'));
    octets.write('X', octets.indexOf('übung'));
    folder.write('general.cdb', octets);
    assert.equal((await run(['dumpdb', 'general.cdb', 'out.txt'])).exitCode, 2);
    assert.equal(existsSync(folder.path('out.txt')), false);
  });

  it('show no bar without a terminal', () => {
    const lines = Array.from({ length: 50_000 }, (_, index) => `key${index} value\n`).join('');
    assert.deepEqual(spawned(['crdb', '-', 'general.cdb'], lines), {
      exitCode: 0,
      stdout: '`general.cdb` holds 50000 entries\n',
      stderr: '',
    });
  });
});

describe('progress bar', () => {
  function shown(isTTY: boolean, steps: readonly (readonly [number, number])[]): string[] {
    const written: string[] = [];
    let now = 0;
    const output = { isTTY, write: (text: string) => written.push(text) };
    const bar = progressBar('reading', output, () => now);
    for (const [at, done] of steps) {
      now = at;
      bar.progress(done, 200);
    }
    bar.clear();
    return written;
  }

  it('appears after a second, changes ten times a second, and disappears', () => {
    const steps = [
      [0, 10],
      [999, 20],
      [1000, 50],
      [1050, 60],
      [1100, 250],
    ] as const;
    const erase = '\r\u001b[K';
    assert.deepEqual(shown(true, steps), [
      `${erase}reading [${'#'.repeat(10)}${'.'.repeat(30)}] 25%`,
      `${erase}reading [${'#'.repeat(40)}] 100%`,
      erase,
    ]);
  });

  it('does not show for short work or without a terminal', () => {
    assert.deepEqual(shown(true, [[999, 20]]), []);
    assert.deepEqual(shown(false, [[5000, 20]]), []);
  });
});
