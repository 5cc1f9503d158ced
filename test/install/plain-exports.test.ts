import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { projectRoot } from '../support/project-root.js';

const dist = join(projectRoot, 'dist');

/** The index files of the rooms of the engine and of the runtime; loading one has no effect. */
const indexFiles = ['lib', 'runtime'].flatMap((floor) =>
  readdirSync(join(dist, floor), { recursive: true, encoding: 'utf8' })
    .filter((entry) => entry === 'index.js' || entry.endsWith('/index.js'))
    .map((entry) => join(floor, entry)),
);

describe('what the index of a room passes on', () => {
  it('is there for many rooms', () => assert.ok(indexFiles.length > 15));

  for (const file of indexFiles) {
    it(`has a value of its own: ${file}`, async () => {
      const loaded: unknown = await import(join(dist, file));
      assert.ok(typeof loaded === 'object' && loaded !== null && 'default' in loaded);
      const exported = Object.entries(Object.getOwnPropertyDescriptors(loaded.default));
      const missing = exported.filter(([name, one]) => name !== '__esModule' && one.value === undefined);
      assert.deepEqual(
        missing.map(([name]) => name),
        [],
      );
    });
  }
});
