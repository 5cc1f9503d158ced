/*
 * A new file appears complete or not at all, and no existing file is touched.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { writeDurably, writeNewFile } from '../../../runtime/files/durable-file.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

describe('a new file', () => {
  const folder = temporaryFolder();

  it('is written with the folders above it and its permissions', () => {
    assert.equal(writeNewFile(folder.path('a/b/key'), 'secret', 0o600), true);
    assert.equal(readFileSync(folder.path('a/b/key'), 'utf8'), 'secret');
    assert.equal(statSync(folder.path('a/b/key')).mode & 0o777, 0o600);
    assert.deepEqual(readdirSync(folder.path('a/b')), ['key']);
  });

  it('is not written over an existing one', () => {
    folder.write('me', 'mine');
    assert.equal(writeNewFile(folder.path('me'), 'yours', 0o644), false);
    assert.equal(readFileSync(folder.path('me'), 'utf8'), 'mine');
    assert.deepEqual(readdirSync(folder.path()), ['me']);
  });

  it('is not written through a dangling link', () => {
    symlinkSync(folder.path('elsewhere'), folder.path('me'));
    assert.equal(writeNewFile(folder.path('me'), 'yours', 0o644), false);
    assert.deepEqual(readdirSync(folder.path()), ['me']);
  });

  it('is not written if there is a file in place of a folder', () => {
    folder.write('config', '');
    assert.throws(() => writeNewFile(folder.path('config/me'), 'yours', 0o644), /ENOTDIR|EEXIST/);
    assert.deepEqual(readdirSync(folder.path()), ['config']);
  });

  it('may replace another one, and is removed if that fails', async () => {
    folder.write('held', 'old');
    await writeDurably(folder.path('held'), Buffer.from('new'), 0o600);
    assert.equal(readFileSync(folder.path('held'), 'utf8'), 'new');
    assert.equal(statSync(folder.path('held')).mode & 0o777, 0o600);
    await assert.rejects(writeDurably(folder.path('none/held'), Buffer.from('new')), { code: 'ENOENT' });
    assert.deepEqual(readdirSync(folder.path()), ['held']);
  });

  it('fails if no folder can be made', () => {
    const script = `require(process.argv[1]).writeNewFile('/proc/none/config/me', '', 0o644)`;
    const module = require.resolve('../../../runtime/files/durable-file.js');
    const { status, stderr } = spawnSync(process.execPath, ['-e', script, module], {
      encoding: 'utf8',
      timeout: 60_000,
    });
    assert.equal(status, 1);
    assert.match(stderr, /ENOENT/);
  });
});
