/*
 * When two domains are the same, and the labels of a host name.
 */

import assert from 'node:assert/strict';
import { foldDomain, isAddressLiteral, labelsOf, unicodeDomain } from '../../../lib/address/domain.js';

describe('foldDomain', () => {
  const same: readonly (readonly string[])[] = [
    ['domain.com', 'DOMAIN.COM', 'Domain.Com.', 'ＤＯＭＡＩＮ.com', 'dom\u00adain.com'],
    ['é.test', 'É.test', 'e\u0301.test', 'xn--9ca.test', 'XN--9CA.TEST', 'é.test.'],
    ['[1.2.3.4]', '[1.2.3.4].', '[IPv6:::ffff:1.2.3.4]', '[ipv6:::FFFF:102:304]'],
    ['[IPv6:2001:db8::1]', '[ipv6:2001:DB8:0:0::1]', '[IPv6:2001:db8:0:0:0:0:0:1]'],
    ['[IPv6:::1.2.3.4]', '[IPv6:::102:304]'],
    ['[x25:AB]', '[X25:ab]'],
    ['\u2d00', '\u10a0'],
    ['TCP-DAEMON', 'tcp-daemon'],
    ['d_x.test', 'D_X.test'],
  ];
  for (const [first = '', ...others] of same) {
    for (const other of others) {
      it(`treats ${other} as ${first}`, () => assert.equal(foldDomain(other), foldDomain(first)));
    }
  }

  const different: readonly (readonly [string, string])[] = [
    ['1.2.3.4', '[1.2.3.4]'],
    ['domain.com', '.domain.com'],
    ['domain.com', 'domain.com..'],
    ['[1.2.3.4]', '[IPv6:::1.2.3.4]'],
    ['[1.2.3.4]', '[01.2.3.4]'],
    ['domain.com', 'domain。com'],
    ['domain.com', 'domain．com'],
    ['domain.com', 'domain｡com'],
    ['a(.com', 'a（.com'],
    ['k', '\u212a％'],
    ['é', 'é?x'],
    ['é', 'é/x'],
    ['é', 'é#'],
    ['é', 'é:80'],
    ['é', '%C3%A9'],
    ['é', 'x@é'],
    ['é', 'é\t'],
    ['', '.'],
  ];
  for (const [a, b] of different) {
    it(`tells ${JSON.stringify(b)} from ${JSON.stringify(a)}`, () =>
      assert.notEqual(foldDomain(a), foldDomain(b)));
  }

  it('returns plain keys', () => {
    assert.equal(foldDomain('Mail.Domain.COM'), 'mail.domain.com');
    assert.equal(foldDomain('[IPv6:2001:DB8::1]'), '[ipv6:2001:db8::1]');
    assert.equal(foldDomain('[1.2.]'), '[1.2.]');
    assert.equal(foldDomain('Ünreadable\uff05'), 'Ünreadable\uff05');
    assert.equal(foldDomain('.'), '.');
    assert.equal(foldDomain(''), '');
  });
});

describe('unicodeDomain', () => {
  const names: readonly (readonly [string, string])[] = [
    ['xn--bcher-kva.example', 'bücher.example'],
    ['a.XN--BCHER-KVA.example', 'a.bücher.example'],
    ['.xn--bcher-kva', '.bücher'],
    ['xn--a.example', 'xn--a.example'],
    ['plain.example', 'plain.example'],
    ['xn--1-zic.1', '1\u05e1.1'],
  ];
  for (const [name, written] of names) {
    it(`writes ${name} as ${written}`, () => assert.equal(unicodeDomain(name), written));
  }
});

describe('labelsOf', () => {
  const names: readonly (readonly [host: string, labels: readonly string[]])[] = [
    ['a.b.c', ['a', 'b', 'c']],
    ['a', ['a']],
    ['', []],
    ['.', ['', '']],
    ['.a', ['', 'a']],
    ['a.', ['a', '']],
    ['a..b', ['a', '', 'b']],
    ['[1.2.3.4]', ['[1.2.3.4]']],
    ['[1.2].a.[3.4].b', ['[1.2]', 'a', '[3.4]', 'b']],
    ['a.[1.2.3.]', ['a', '[1.2.3.]']],
    ['[IPv6:::1.2.3.4].x', ['[IPv6:::1.2.3.4]', 'x']],
    ['[1.2]x.y', ['[1.2]x', 'y']],
    ['[1.2', ['[1', '2']],
    ['[].a', ['[]', 'a']],
    ['[1.2].[3.4', ['[1.2]', '[3', '4']],
    ['a[1.2].b', ['a[1', '2]', 'b']],
    ['[[1.2]].b', ['[[1.2]]', 'b']],
  ];
  for (const [host, labels] of names) {
    it(`splits ${host || 'nothing'}`, () => assert.deepEqual(labelsOf(host), labels));
  }
});

describe('isAddressLiteral', () => {
  it('distinguishes literals from names and look-alikes', () => {
    for (const literal of ['[1.2.3.4]', '[IPv6:::1]', '[tag:x]'])
      assert.equal(isAddressLiteral(literal), true, literal);
    for (const other of ['1.2.3.4', 'a', '', '[1.2.3.]', '[]', '[a]', '[1.2.3.4].a']) {
      assert.equal(isAddressLiteral(other), false, other);
    }
  });
});
