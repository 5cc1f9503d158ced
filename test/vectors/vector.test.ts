import assert from 'node:assert/strict';
import { readVectors } from './vector.js';

const sound = { id: 'A1', area: 'config', input: {}, expected: {}, source: 'here' };

describe('readVectors', () => {
  it('reads a list of vectors', () => {
    const { source: _source, ...rest } = sound;
    assert.deepEqual(readVectors(JSON.stringify([sound]), 'v.json'), [{ kind: 'vector', ...rest }]);
  });

  it('accepts a byte order mark', () => {
    assert.equal(readVectors(`\ufeff${JSON.stringify([sound])}`, 'v.json')[0]?.kind, 'vector');
  });

  const wrongFiles = [
    ['{"id":', 'v.json', /^not JSON: /],
    ['{}', 'v.json', /^a vector file is a JSON list$/],
    ['null', 'v.json', /^a vector file is a JSON list$/],
    ['[7]', 'item 1', /^a vector is an object$/],
    [JSON.stringify([sound, { ...sound, area: 3 }]), 'A1', /^`area` must be a text$/],
    [JSON.stringify([sound, { ...sound, input: [] }]), 'A1', /^`input` must be an object$/],
    [JSON.stringify([{ ...sound, id: '', expected: null }]), 'item 1', /^`expected` must be an object$/],
  ] as const;
  for (const [text, id, reason] of wrongFiles) {
    it(`says what is wrong with ${text.slice(0, 60)}`, () => {
      const last = readVectors(text, 'v.json').at(-1);
      assert.ok(last?.kind === 'broken');
      assert.equal(last.id, id);
      assert.match(last.reason, reason);
    });
  }
});
