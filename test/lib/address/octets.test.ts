import assert from 'node:assert/strict';
import fc from 'fast-check';
import { octetsOf } from '../../../lib/address/octets.js';

describe('octetsOf', () => {
  it('counts the octets of UTF-8', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        assert.equal(octetsOf(text), Buffer.byteLength(text, 'utf8'));
      }),
    );
  });

  it('counts a lone surrogate as its replacement character', () => {
    assert.equal(octetsOf('a\ud87cb'), 5);
  });
});
