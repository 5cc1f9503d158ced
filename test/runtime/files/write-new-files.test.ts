import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeNewFiles } from '../../../runtime/files/write-new-files.js';

describe('writeNewFiles', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'pmdf-new-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const files = [
    { name: 'one', text: '1\n' },
    { name: 'two', text: '2\n' },
  ];

  it('makes the folder and the files', () => {
    const written = writeNewFiles(join(folder, 'a', 'b'), files);
    assert.deepEqual(written, {
      kind: 'written',
      paths: [join(folder, 'a', 'b', 'one'), join(folder, 'a', 'b', 'two')],
    });
    assert.equal(readFileSync(join(folder, 'a', 'b', 'two'), 'utf8'), '2\n');
  });

  it('writes nothing if one of them exists', () => {
    writeFileSync(join(folder, 'two'), 'mine');
    assert.deepEqual(writeNewFiles(folder, files), { kind: 'exists', path: join(folder, 'two') });
    assert.deepEqual(readdirSync(folder), ['two']);
    assert.equal(readFileSync(join(folder, 'two'), 'utf8'), 'mine');
  });

  it('leaves nothing behind when one of them cannot be written', () => {
    symlinkSync(join(folder, 'nowhere'), join(folder, 'two'));
    assert.throws(() => writeNewFiles(folder, files), /EEXIST/);
    assert.deepEqual(readdirSync(folder), ['two']);
  });

  it('says why the folder cannot be made', () => {
    writeFileSync(join(folder, 'file'), '');
    assert.throws(() => writeNewFiles(join(folder, 'file', 'below'), files), /ENOTDIR/);
  });
});
