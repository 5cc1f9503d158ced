/*
 * Which hosts a local part may be unwrapped towards, and which legitimate local parts name none.
 */

import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Address } from '../../../lib/address/address.js';
import { carriesRouting, isAmbiguous, routingHosts } from '../../../lib/address/hops.js';
import { quote } from '../../../lib/address/local-part.js';
import { parsePath } from '../../../lib/address/parse-path.js';
import { splitAddress } from '../../../lib/address/split-address.js';
import { honestLocalParts, routingForms } from './routing-forms.js';
import { hostileText } from './texts.js';

function withLocalPart(localPart: string): Address {
  return { route: [], localPart, domain: 'domain.com' };
}

describe('routingHosts', () => {
  for (const localPart of honestLocalParts) {
    it(`finds no routing in ${localPart}`, () => {
      assert.deepEqual(routingHosts(withLocalPart(localPart)), []);
      assert.equal(carriesRouting(withLocalPart(localPart)), false);
    });
  }

  for (const [localPart, hosts] of routingForms) {
    it(`unwraps ${JSON.stringify(localPart)}`, () => {
      assert.deepEqual(routingHosts(withLocalPart(localPart)), hosts);
      assert.equal(carriesRouting(withLocalPart(localPart)), true);
    });
  }

  it('ignores the route and the domain of the address', () => {
    assert.deepEqual(routingHosts(splitAddress('@relay.example:user@domain.com')), []);
    assert.deepEqual(routingHosts(splitAddress('@relay.example:a!v%b@domain.com')), ['a', 'b']);
    assert.deepEqual(routingHosts(splitAddress('evil!victim')), ['evil']);
  });

  it('finds the hosts of every address that open-relay tests try', () => {
    const tried: readonly (readonly [string, readonly string[]])[] = [
      ['<T%D@[192.0.2.1]>', ['D']],
      ['<T%D@S>', ['D']],
      ['<"T@D">', ['D']],
      ['<"T%D">', ['D']],
      ['<"T@D"@[192.0.2.1]>', ['D']],
      ['<D!T>', ['D']],
      ['<D!T@[192.0.2.1]>', ['D']],
      ['<D!T@S>', ['D']],
      ['<@S:T@D>', []],
    ];
    for (const [path, hosts] of tried) {
      const parsed = parsePath(path);
      assert.ok(parsed.kind === 'path' && parsed.path.kind === 'address', path);
      assert.deepEqual(routingHosts(parsed.path.address), hosts, path);
    }
  });

  it('finds a host however its hop is written, quoted, nested and mixed with others', () => {
    const label = fc.constantFrom('evil', 'evil.example', '[192.0.2.1]', 'é.example');
    const hop = fc.constantFrom(
      (v: string, host: string) => `${v}%${host}`,
      (v: string, host: string) => `${host}!${v}`,
      (v: string, host: string) => `${quote(v)}@${host}`,
      (v: string, host: string) => `@${host}:${quote(v)}@inner`,
      (v: string, host: string) => `${v}\uff05${host}`,
      (v: string, host: string) => `<${v} @ ${host}>`,
    );
    fc.assert(
      fc.property(
        fc.array(fc.tuple(hop, label), { minLength: 1, maxLength: 5 }),
        fc.boolean(),
        (hops, isQuoted) => {
          const wrapped = hops.reduce((inner, [write, host]) => write(inner, host), 'victim');
          const hosts = routingHosts(withLocalPart(isQuoted ? quote(wrapped) : wrapped));
          for (const [, host] of hops) {
            assert.ok(
              hosts.some((found) => found.includes(host)),
              `${wrapped}: ${host} not in ${hosts.join(' ')}`,
            );
          }
        },
      ),
    );
  });

  it('returns hosts exactly if there is routing, and linearly many', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const hosts = routingHosts(withLocalPart(text));
        assert.equal(hosts.length > 0, carriesRouting(withLocalPart(text)));
        assert.equal(new Set(hosts).size, hosts.length);
        const folded = text.normalize('NFKC').length + text.length;
        assert.ok(hosts.length <= 3 * folded + 3);
        const characters = hosts.reduce((sum, host) => sum + host.length, 0);
        assert.ok(characters <= 10 * folded + 10, `${characters} characters from ${folded}`);
        if (/[%@!]/.test(text)) assert.ok(hosts.length > 0);
      }),
    );
  });
});

describe('isAmbiguous', () => {
  const cases: readonly (readonly [string, boolean])[] = [
    ['jane', false],
    ['"jane, doe"', false],
    ['"(jane)"', false],
    ['jane%a', false],
    ['jane%a%b', false],
    ['a!b!jane', false],
    ['"jane@a"', false],
    ['"a::jane"', false],
    ['a!jane%b', true],
    ['jane%a!b', true],
    ['"jane@a%b"', true],
    ['"jane%a@b"', true],
    ['"a::jane%b"', true],
    ['jane\uff05a!b', true],
    ['"ja ne%a"', true],
    ['"jane%a,bob"', true],
    ['"jane%a\\""', true],
    ['"jane%a\\\\"', true],
    ['"jane(x)%a"', true],
    ['"<jane@a>"', true],
    ['%a', true],
    ['jane%a!', true],
    ['a!', true],
  ];
  for (const [localPart, expected] of cases) {
    it(`${expected ? 'doubts' : 'takes'} ${localPart}`, () => {
      assert.equal(isAmbiguous(withLocalPart(localPart)), expected);
    });
  }
});
