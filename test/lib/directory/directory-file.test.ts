import assert from 'node:assert/strict';
import { directoryFile } from '../../../lib/directory/directory-file.js';

const usual = ['directories/example.com.cdb', 'directories/example.com.txt'];

const files: readonly (readonly [written: string | null, names: readonly string[]])[] = [
  [null, usual],
  ['/pmdf/directories/example.com', usual],
  ['/pmdf/directories/example.com.idx', usual],
  ['PMDF_ROOT:[DIRECTORIES]EXAMPLE$COM.DAT;3', usual],
  ['pmdf_root:[directories]example$com.dat', usual],
  ['/pmdf/directories/example.com.txt', ['directories/example.com.txt']],
  ['people.cdb', ['people.cdb']],
  ['/var/lib/people.txt', ['/var/lib/people.txt']],
];

describe('the file of a directory database', () => {
  for (const [written, names] of files) {
    it(`${written ?? 'none written'}: ${names.join(', ')}`, () => {
      assert.deepEqual(directoryFile('example.com', written), names);
    });
  }
});
