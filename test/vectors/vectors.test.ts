/*
 * Every vector of the committed files, each as a separate test, and a check that each of them can fail.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../support/project-root.js';
import { areas, laterAreas } from './areas.js';
import { isList, type Json, type JsonObject } from './json.js';
import { runVector } from './run-vector.js';
import { readVectors, type Vector } from './vector.js';

/** A value that is not the one given, of the same kind. */
function altered(value: Json): Json {
  if (value === null) return 'not null';
  if (typeof value === 'string') return `${value}x`;
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'boolean') return !value;
  return isList(value) ? [...value, 'x'] : { ...value, x: 1 };
}

/** The same vector once for each expectation, with that expectation altered. */
function alterations(vector: Vector): readonly Vector[] {
  const keys = Object.keys(vector.expected).filter((key) => key !== 'note');
  return keys.map((key) => {
    const expected: JsonObject = { ...vector.expected, [key]: altered(vector.expected[key] ?? null) };
    return { ...vector, expected };
  });
}

const files = [
  ['pmdf-vectors.json', 60],
  ['more-vectors.json', 60],
  ['ldap-vectors.json', 20],
  ['directory-vectors.json', 30],
  ['routine-vectors.json', 25],
] as const;

for (const [name, least] of files) {
  describe(`vectors of ${name}`, () => {
    const vectors = readVectors(readFileSync(join(projectRoot, 'test/vectors', name), 'utf8'), name);

    it('are many, each with a unique name', () => {
      assert.ok(vectors.length > least);
      assert.equal(new Set(vectors.map(({ id }) => id)).size, vectors.length);
    });

    for (const vector of vectors) {
      const area = vector.kind === 'vector' ? vector.area : 'broken';
      const reason = laterAreas.get(area);
      it(`${vector.id} ${area}${reason === undefined ? '' : `: skipped, ${reason}`}`, () => {
        const outcome = runVector(vector);
        assert.equal(outcome.kind, reason === undefined ? 'passed' : 'skipped', outcome.lines.join('\n'));
      });
    }

    it('fail when any of their expectations is altered', () => {
      const running = vectors.filter((one) => one.kind === 'vector').filter((one) => areas.has(one.area));
      const passed = running.flatMap(alterations).filter((one) => runVector(one).kind === 'passed');
      assert.deepEqual(
        passed.map(({ id, expected }) => ({ id, expected })),
        [],
      );
    });
  });
}
