/*
 * The file of the log: whole lines, rotation, and what happens while nothing can be written.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { LogFile } from '../../../plugins/log/log-file.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

describe('the file of the log', () => {
  const folder = temporaryFolder();
  let now = 0;
  let told: string[] = [];
  const reports = {
    warn: (message: string) => told.push(`warn ${message}`),
    notice: (message: string) => told.push(`notice ${message}`),
  };
  const open = (path: string): LogFile =>
    new LogFile(
      () => path,
      reports,
      () => now,
    );
  beforeEach(() => {
    told = [];
  });

  it('writes to a new file after the old one was moved', () => {
    const path = folder.path('rotated');
    const file = open(path);
    file.add('one');
    file.flush();
    renameSync(path, `${path}.1`);
    file.add('two');
    file.flush();
    now += 1_000;
    file.add('three');
    file.flush();
    assert.equal(readFileSync(`${path}.1`, 'utf8'), 'one\ntwo\n');
    assert.equal(readFileSync(path, 'utf8'), 'three\n');
    assert.deepEqual(told, []);
  });

  it('warns once where there is no folder, and loses nothing that it can keep', () => {
    const path = folder.path('missing/log');
    const file = open(path);
    for (const line of ['one', 'two']) {
      file.add(line);
      file.flush();
    }
    assert.equal(told.length, 1);
    assert.match(told[0] ?? '', /^warn .*missing\/log cannot be written, mail goes on: ENOENT/);
    mkdirSync(folder.path('missing'));
    file.flush();
    assert.equal(readFileSync(path, 'utf8'), 'one\ntwo\n');
    assert.match(told[1] ?? '', /^notice .* is written again; 0 entries are lost$/);
  });

  it('keeps a bounded number of lines on a full disk', () => {
    const file = open('/dev/full');
    for (let at = 0; at < 3_000; at += 1) file.add('x'.repeat(1_000));
    file.flush();
    file.flush();
    assert.equal(told.length, 1);
    assert.match(told[0] ?? '', /ENOSPC/);
  });

  it('does not mix the lines of several processes, and writes all of them before the end', () => {
    const path = folder.path('shared');
    const module = require.resolve('../../../plugins/log/log-file.js');
    const script = `const { LogFile } = require(${JSON.stringify(module)})
const file = new LogFile(() => ${JSON.stringify(path)}, console)
process.on('exit', () => file.flush())
for (let at = 0; at < 2000; at += 1) file.add(process.argv[2] + ' ' + at + ' ' + 'x'.repeat(90))`;
    writeFileSync(folder.path('writer.js'), script);
    const each = (name: string): string => `"${process.execPath}" ${folder.path('writer.js')} ${name} & `;
    execFileSync('sh', ['-c', `${each('a')}${each('b')}wait`]);
    assert.ok(existsSync(path));
    const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
    for (const name of ['a', 'b']) {
      const own = lines.filter((line) => line.startsWith(`${name} `));
      assert.deepEqual(
        own,
        Array.from({ length: 2_000 }, (_, at) => `${name} ${at} ${'x'.repeat(90)}`),
      );
    }
    assert.equal(lines.length, 4_000);
  });
});
