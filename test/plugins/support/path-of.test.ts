/*
 * The address that the client named, as the policy reads it, and the object that Haraka continues with.
 */
import assert from 'node:assert/strict';
import { Address } from '@haraka/email-address';
import { addressLike } from '../../../plugins/haraka/address-class.js';
import { pathOf } from '../../../plugins/support/session.js';

describe('an address of core', () => {
  const rows: readonly (readonly [path: string, toAscii: string, toUtf8: string])[] = [
    ['<u@Bücher.example>', '<u@xn--bcher-kva.example>', '<u@xn--bcher-kva.example>'],
    ['<u@ｄomain.com>', '<u@domain.com>', '<u@domain.com>'],
    ['<jörg@Domain.com>', '<jörg@domain.com>', '<jörg@Domain.com>'],
    ['<u@[IPv6:2001:DB8::1]>', '<u@[ipv6:2001:db8::1]>', '<u@[IPv6:2001:DB8::1]>'],
    // Refused by the policy: no object is made.
    ['<u@evil（.domain.com>', '<u@evil(.domain.com>', '<u@evil（.domain.com>'],
  ];
  for (const [path, toAscii, toUtf8] of rows) {
    it(`${path} is sent as ${toAscii} or ${toUtf8}`, () => {
      const address = new Address(path);
      assert.equal(pathOf(address).kind, 'address');
      assert.equal(address.format(true), toAscii);
      assert.equal(address.format(false), toUtf8);
    });
  }

  it('is made for host names with `_`, which core does not parse, and for nothing else', () => {
    const like = new Address('<>');
    const made = addressLike(like, 'U.ser@tcp_fax-daemon');
    assert.equal(made.format(), '<U.ser@tcp_fax-daemon>');
    assert.equal(made.host, 'tcp_fax-daemon');
    assert.equal(addressLike(like, '').format(), '<>');
    for (const bad of ['u@a_b（.example', 'u v@a_b', 'u@a_b..c', 'u@a_b>x']) {
      assert.throws(() => addressLike(like, bad), Error, bad);
    }
  });
});
