import assert from 'node:assert/strict';
import { addressBytes } from '../../../lib/address/ip.js';
import { reverseDomain } from '../../../runtime/names/name-resolver.js';

const zeros = (count: number): number[] => Array.from({ length: count }, () => 0);

describe('the octets of an address', () => {
  const addresses: [string, readonly number[] | null][] = [
    ['192.0.2.7', [192, 0, 2, 7]],
    ['::ffff:192.0.2.7', [192, 0, 2, 7]],
    ['::FFFF:c000:207', [192, 0, 2, 7]],
    ['::', zeros(16)],
    ['::1', [...zeros(15), 1]],
    ['1::', [0, 1, ...zeros(14)]],
    ['2001:db8::7', [0x20, 0x01, 0x0d, 0xb8, ...zeros(11), 7]],
    ['2001:DB8:0:0:0:0:0:0007', [0x20, 0x01, 0x0d, 0xb8, ...zeros(11), 7]],
    ['64:ff9b::192.0.2.7', [0, 0x64, 0xff, 0x9b, ...zeros(8), 192, 0, 2, 7]],
    ['fe80::1%eth0', [0xfe, 0x80, ...zeros(13), 1]],
    ['', null],
    ['192.0.2', null],
    ['192.0.2.256', null],
    ['mail.example', null],
    ['1:2:3', null],
  ];
  for (const [address, octets] of addresses) {
    it(`reads \`${address}\``, () =>
      assert.deepEqual(addressBytes(address), octets === null ? null : Uint8Array.from(octets)));
  }

  it('names the domain of PTR records', () => {
    assert.equal(reverseDomain(Uint8Array.of(192, 0, 2, 7)), '7.2.0.192.in-addr.arpa');
    assert.equal(
      reverseDomain(Uint8Array.from([0x20, 0x01, 0x0d, 0xb8, ...zeros(11), 0xa7])),
      `7.a.${'0.'.repeat(22)}8.b.d.0.1.0.0.2.ip6.arpa`,
    );
  });
});
