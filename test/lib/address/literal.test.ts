/*
 * Address literals in and out.
 */

import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  type AddressLiteral,
  formatAddressLiteral,
  parseAddressLiteral,
} from '../../../lib/address/literal.js';

describe('parseAddressLiteral', () => {
  const wellFormed: readonly (readonly [text: string, literal: AddressLiteral])[] = [
    ['[0.0.0.0]', { kind: 'ipv4', address: '0.0.0.0' }],
    ['[192.0.2.255]', { kind: 'ipv4', address: '192.0.2.255' }],
    ['[IPv6:::]', { kind: 'ipv6', address: '::' }],
    ['[IPv6:::1]', { kind: 'ipv6', address: '::1' }],
    ['[iPV6:2001:DB8:0:0:1::]', { kind: 'ipv6', address: '2001:db8:0:0:1::' }],
    ['[IPv6:1:2:3:4:5:6:7:8]', { kind: 'ipv6', address: '1:2:3:4:5:6:7:8' }],
    ['[IPv6:1:2:3:4:5:6::]', { kind: 'ipv6', address: '1:2:3:4:5:6::' }],
    ['[IPv6:1:2:3:4:5:6:1.2.3.4]', { kind: 'ipv6', address: '1:2:3:4:5:6:102:304' }],
    ['[IPv6:1:2:3:4::1.2.3.4]', { kind: 'ipv6', address: '1:2:3:4::102:304' }],
    ['[IPv6:::ffff:1.2.3.4]', { kind: 'ipv4', address: '1.2.3.4' }],
    ['[IPv6:::1.2.3.4]', { kind: 'ipv6', address: '::102:304' }],
    ['[Tag-1:Content]', { kind: 'general', tag: 'tag-1', content: 'Content' }],
    ['[t:a:b@c"]', { kind: 'general', tag: 't', content: 'a:b@c"' }],
    ['[2001:db8::1]', { kind: 'general', tag: '2001', content: 'db8::1' }],
  ];
  for (const [text, literal] of wellFormed) {
    it(`parses ${text}`, () => assert.deepEqual(parseAddressLiteral(text), literal));
  }

  const malformed = [
    ...[
      '',
      '[',
      ']',
      '[]',
      '[1]',
      '[1.2.3]',
      '[1.2.3.4',
      '1.2.3.4]',
      '[1.2.3.4.5]',
      '[1.2.3.256]',
      '[1.2.3.04]',
    ],
    ...[
      '[0x7f.0.0.1]',
      '[127.1]',
      '[2130706433]',
      '[1.2.3.4 ]',
      '[ 1.2.3.4]',
      '[1.2.3.4]]',
      '[IPv6:]',
      '[IPv6:1]',
    ],
    ...['[IPv6:1.2.3.4]', '[IPv6:::1::]', '[IPv6::::]', '[IPv6:1:2:3:4:5:6:7::]', '[IPv6:1:2:3:4:5:6:7:8:9]'],
    ...['[IPv6:1:2:3:4:5::1.2.3.4]', '[IPv6:12345::]', '[IPv6:g::]', '[IPv6:::1%eth0]', '[IPv6:::1.2.3.04]'],
    ...[
      '[IPv6:::1.2.3.4:5]',
      '[:x]',
      '[-t:x]',
      '[t-:x]',
      '[t_:x]',
      '[t:]',
      '[t:a b]',
      '[t:a[]',
      '[t:a\\]',
      '[é:a]',
      '[t:é]',
    ],
    ...['[IPv6:2001:db8::1\n]', '[1.2.3.4\n]'],
  ];
  for (const text of malformed) {
    it(`refuses ${JSON.stringify(text)}`, () => assert.equal(parseAddressLiteral(text), null));
  }
});

describe('formatAddressLiteral', () => {
  it('writes addresses in canonical form', () => {
    assert.equal(formatAddressLiteral('192.0.2.1'), '[192.0.2.1]');
    assert.equal(formatAddressLiteral('2001:DB8:0::1'), '[IPv6:2001:db8::1]');
    assert.equal(formatAddressLiteral('::ffff:192.0.2.1'), '[192.0.2.1]');
    assert.equal(formatAddressLiteral('fe80::1%eth0'), '[IPv6:fe80::1]');
  });

  it('makes no literal of anything but an address', () => {
    assert.equal(parseAddressLiteral(formatAddressLiteral('unknown')), null);
    assert.equal(parseAddressLiteral(formatAddressLiteral('127.1')), null);
  });

  it('is undone by parseAddressLiteral', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (ip) => {
        const literal = parseAddressLiteral(formatAddressLiteral(ip));
        assert.ok(literal !== null && literal.kind !== 'general', ip);
        assert.equal(formatAddressLiteral(literal.address), formatAddressLiteral(ip));
      }),
    );
  });
});
