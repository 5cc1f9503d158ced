/*
 * Addresses and networks, strict forms only.
 */

import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  addressBytes,
  canonicalAddress,
  networkContains,
  parseNetwork,
} from '../../../lib/address/network.js';

describe('canonicalAddress', () => {
  const addresses: readonly (readonly [text: string, canonical: string | null])[] = [
    ['127.0.0.1', '127.0.0.1'],
    ['::', '::'],
    ['0:0:0:0:0:0:0:1', '::1'],
    ['2001:0DB8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['1:0:3:4:5:6:7:8', '1:0:3:4:5:6:7:8'],
    ['::ffff:10.1.2.3', '10.1.2.3'],
    ['::FFFF:a01:203', '10.1.2.3'],
    ['::10.1.2.3', '::a01:203'],
    ['64:ff9b::192.0.2.1', '64:ff9b::c000:201'],
    ['fe80::1%eth0', 'fe80::1'],
    ['fe80::1%', null],
    ['fe80::1%a%b', null],
    ['1.2.3.4%eth0', null],
    ['', null],
    ['127.1', null],
    ['0177.0.0.1', null],
    ['127.0.0.01', null],
    ['0x7f.0.0.1', null],
    ['2130706433', null],
    ['1.2.3', null],
    ['1.2.3.256', null],
    ['1.2.3.4.5', null],
    ['1.2.3.4 ', null],
    [' 1.2.3.4', null],
    ['1.2.3.4\n', null],
    ['1.2.3.4/32', null],
    ['[1.2.3.4]', null],
    ['[::1]', null],
    ['::1.2.3.04', null],
    ['::1.2.3', null],
    ['::1.2.3.4:1', null],
    ['1.2.3.4::', null],
    [':::', null],
    ['1::2::3', null],
    ['1:2:3:4:5:6:7', null],
    ['1:2:3:4:5:6:7:8:9', null],
    ['12345::', null],
    ['g::', null],
    ['localhost', null],
    ['١.2.3.4', null],
  ];
  for (const [text, canonical] of addresses) {
    it(`reads ${JSON.stringify(text)}`, () => assert.equal(canonicalAddress(text), canonical));
  }

  it('returns bytes in network order', () => {
    assert.deepEqual(addressBytes('1.2.3.4'), Uint8Array.of(1, 2, 3, 4));
    assert.deepEqual(addressBytes('::ffff:1.2.3.4'), Uint8Array.of(1, 2, 3, 4));
    assert.deepEqual(addressBytes('102::304'), Uint8Array.of(1, 2, ...new Array(12).fill(0), 3, 4));
    assert.equal(addressBytes('1.2.3'), null);
  });

  it('is the same for every spelling of one address', () => {
    fc.assert(
      fc.property(fc.ipV6(), (text) => {
        const canonical = canonicalAddress(text);
        assert.ok(canonical !== null, text);
        assert.equal(canonicalAddress(canonical), canonical);
        assert.equal(canonicalAddress(text.toUpperCase()), canonical);
        assert.deepEqual(addressBytes(canonical), addressBytes(text));
      }),
    );
  });
});

describe('parseNetwork', () => {
  const networks: readonly (readonly [
    text: string,
    address: string,
    prefixLength: number,
    hasHostBits: boolean,
  ])[] = [
    ['10.0.0.0/8', '10.0.0.0', 8, false],
    ['10.1.2.3/8', '10.0.0.0', 8, true],
    ['10.1.2.3', '10.1.2.3', 32, false],
    ['10.1.2.3/32', '10.1.2.3', 32, false],
    ['0.0.0.0/0', '0.0.0.0', 0, false],
    ['192.0.2.129/25', '192.0.2.128', 25, true],
    ['192.0.2.128/25', '192.0.2.128', 25, false],
    ['2001:db8::/32', '2001:db8::', 32, false],
    ['2001:db8::1/32', '2001:db8::', 32, true],
    ['2001:db8:ffff::/33', '2001:db8:8000::', 33, true],
    ['::1', '::1', 128, false],
    ['::/0', '::', 0, false],
    ['::ffff:10.0.0.0/104', '10.0.0.0', 8, false],
    ['::ffff:10.0.0.0/96', '0.0.0.0', 0, true],
    ['::ffff:10.0.0.0/64', '::', 64, true],
  ];
  for (const [text, address, prefixLength, hasHostBits] of networks) {
    it(`parses ${text}`, () => {
      const network = parseNetwork(text);
      assert.ok(network !== null);
      assert.deepEqual(
        [network.address, network.prefixLength, network.hasHostBits],
        [address, prefixLength, hasHostBits],
      );
      assert.deepEqual(network.bytes, address === '::' ? new Uint8Array(16) : addressBytes(address));
    });
  }

  const malformed = [
    ...[
      '',
      '/',
      '/8',
      '10.0.0.0/',
      '10.0.0.0/33',
      '10.0.0.0/08',
      '10.0.0.0/+8',
      '10.0.0.0/-1',
      '10.0.0.0/8 ',
    ],
    ...[
      '10/8',
      '10.0/8',
      '10.0.0.0/255.0.0.0',
      '10.0.0.0/8/8',
      '::/129',
      '::/1e1',
      'fe80::1%eth0/64',
      'domain.com',
    ],
    ...['[10.0.0.0]/8', '::ffff:10.0.0.0/129', '010.0.0.0/8'],
  ];
  for (const text of malformed) {
    it(`refuses ${JSON.stringify(text)}`, () => assert.equal(parseNetwork(text), null));
  }
});

describe('networkContains', () => {
  const questions: readonly (readonly [network: string, address: string, isInside: boolean])[] = [
    ['10.0.0.0/8', '10.255.255.255', true],
    ['10.0.0.0/8', '11.0.0.0', false],
    ['10.0.0.0/8', '::ffff:10.1.1.1', true],
    ['10.0.0.0/8', 'a00::', false],
    ['192.0.2.128/25', '192.0.2.128', true],
    ['192.0.2.128/25', '192.0.2.127', false],
    ['0.0.0.0/0', '255.1.2.3', true],
    ['0.0.0.0/0', '::1', false],
    ['::/0', '::1', true],
    ['::/0', '1.2.3.4', false],
    ['2001:db8::/33', '2001:db8:7fff::1', true],
    ['2001:db8::/33', '2001:db8:8000::1', false],
    ['10.0.0.0/8', 'nonsense', false],
    ['10.0.0.0/8', '10.1', false],
  ];
  for (const [text, address, isInside] of questions) {
    it(`${text} ${isInside ? 'holds' : 'does not hold'} ${address}`, () => {
      const network = parseNetwork(text);
      assert.ok(network !== null);
      assert.equal(networkContains(network, address), isInside);
    });
  }

  it('contains the address it was written with, by text and by bytes', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.integer({ min: 0, max: 32 }), (address, prefixLength) => {
        const network = parseNetwork(`${address}/${prefixLength}`);
        const bytes = addressBytes(address);
        assert.ok(network !== null && bytes !== null);
        assert.ok(networkContains(network, address));
        assert.ok(networkContains(network, bytes));
      }),
    );
  });
});
