/*
 * The model of mail servers: how they read an address, in rows worked out by hand from the RFCs and from the behaviour
 * of Postfix, Exim and Sendmail.
 */
import assert from 'node:assert/strict';
import { readingTowards } from '../../../../lib/proof/audit/unwrap.js';

const evil = new Set(['evil.example', 'evil', '[192.0.2.66]']);

const readings: readonly (readonly [string, readonly string[]])[] = [
  ['victim@evil.example', []],
  ['victim@EVIL.Example.', []],
  ['victim@[192.0.2.66]', []],
  ['victim%evil.example@domain.com', ['victim@evil.example']],
  ['evil!victim@domain.com', ['victim@evil']],
  ['"victim@evil"@domain.com', ['victim@evil']],
  ['"victim\\@evil"@domain.com', ['victim@evil']],
  ['"<victim@evil>"@domain.com', ['victim@evil']],
  ['"victim%evil"@domain.com', ['victim@evil']],
  ['victim%evil%host.domain.com@domain.com', ['victim%evil@host.domain.com', 'victim@evil']],
  ['host.domain.com!evil!victim@domain.com', ['evil!victim@host.domain.com', 'victim@evil']],
  // The bang first, and the percent sign first.
  ['evil!victim%host.domain.com@domain.com', ['victim%host.domain.com@evil']],
  ['host.domain.com!victim%evil@domain.com', ['host.domain.com!victim@evil']],
  ['@evil:bob@domain.com', []],
  ['@domain.com:victim@evil', ['victim@evil']],
  ['@domain.com,@evil:bob@domain.com', ['@evil:bob@domain.com']],
  ['@[10.0.0.1]:victim%evil@domain.com', ['victim%evil@domain.com', 'victim@evil']],
  ['"@domain.com:victim@evil"@domain.com', ['@domain.com:victim@evil', 'victim@evil']],
  ['victim%evil+tag@domain.com', ['victim%evil', 'victim@evil']],
];

const none: readonly string[] = [
  'bob@domain.com',
  'bob+evil@domain.com',
  'evil@domain.com',
  'evil.example@domain.com',
  'bob%host.domain.com@domain.com',
  'host.domain.com!bob@domain.com',
  '"bob smith"@domain.com',
  '@relay.example:bob@domain.com',
  'bob=evil.example@domain.com',
  'bob@notevil.example',
  'bob@evil.example.domain.com',
];

describe('how servers read an address', () => {
  for (const [address, further] of readings) {
    it(`finds the route of ${address}`, () => {
      const reading = readingTowards(address, evil);
      assert.ok(reading !== null);
      assert.equal(reading[0], address);
      // Another order may be as short; it ends at the same host.
      assert.equal(reading.length, further.length + 1);
      if (further.length < 2) assert.deepEqual(reading.slice(1), further);
      else assert.equal(reading.at(-1), further.at(-1));
    });
  }

  for (const address of none) {
    it(`finds no route in ${address}`, () => assert.equal(readingTowards(address, evil), null));
  }

  it('terminates on long addresses', () => {
    assert.notEqual(readingTowards(`victim%evil${'%domain.com'.repeat(60)}@domain.com`, evil), null);
    assert.equal(readingTowards(`victim${'%domain.com'.repeat(60)}@domain.com`, evil), null);
  });
});
