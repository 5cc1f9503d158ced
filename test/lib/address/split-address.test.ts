/*
 * The lenient split, including texts that no SMTP client can send.
 */

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { printAddress, splitAddress } from '../../../lib/address/split-address.js';
import { hostileText } from './texts.js';

const splits: readonly (readonly [
  text: string,
  route: readonly string[],
  localPart: string,
  domain: string | null,
])[] = [
  ['user@a', [], 'user', 'a'],
  ['user@a.b.c', [], 'user', 'a.b.c'],
  ['user@[0.1.2.3]', [], 'user', '[0.1.2.3]'],
  ['@a:user@b.c.d', ['a'], 'user', 'b.c.d'],
  ['@a.b.c:user@d.e.f', ['a.b.c'], 'user', 'd.e.f'],
  ['@[0.1.2.3]:user@d.e.f', ['[0.1.2.3]'], 'user', 'd.e.f'],
  ['@a,@b,@c:user@d.e.f', ['a', 'b', 'c'], 'user', 'd.e.f'],
  ['@a,@[0.1.2.3]:user@b', ['a', '[0.1.2.3]'], 'user', 'b'],
  ['@[IPv6:::1]:user@b', ['[IPv6:::1]'], 'user', 'b'],
  ['user%A@B', [], 'user%A', 'B'],
  ['user%A', [], 'user%A', null],
  ['A!user', [], 'A!user', null],
  ['A!user%B@C', [], 'A!user%B', 'C'],
  ['@A:user%B@C', ['A'], 'user%B', 'C'],
  ['@A:B!user@C', ['A'], 'B!user', 'C'],
  ['@A,@B:C!user%D@E', ['A', 'B'], 'C!user%D', 'E'],
  ['', [], '', null],
  ['user', [], 'user', null],
  ['@', [], '', ''],
  ['user@', [], 'user', ''],
  ['@d', [], '', 'd'],
  ['@a:user', ['a'], 'user', null],
  ['@a:', ['a'], '', null],
  ['@a:@b:user@c', ['a', 'b'], 'user', 'c'],
  ['@a:@d', ['a'], '', 'd'],
  ['@:user@d', [], '@:user', 'd'],
  ['@a,:user@d', [], '@a,:user', 'd'],
  ['@a,b:user@d', [], '@a,b:user', 'd'],
  ['@"a:b"@c', [], '@"a:b"', 'c'],
  ['@a b:user@c', [], '@a b:user', 'c'],
  ['a@b@c', [], 'a@b', 'c'],
  ['"a@b"@c', [], '"a@b"', 'c'],
  ['"a@b"', [], '"a@b"', null],
  ['a\\@b', [], 'a\\@b', null],
  ['a\\@b@c', [], 'a\\@b', 'c'],
  ['"a\\"@b"@c', [], '"a\\"@b"', 'c'],
  ['"a\\\\"@c', [], '"a\\\\"', 'c'],
  ['"a"@b"@c"', [], '"a"', 'b"@c"'],
  ['o"neill@d', [], 'o"neill', 'd'],
  ['"a"b"c@d', [], '"a"b"c', 'd'],
  ['u@[t:a@b]', [], 'u', '[t:a@b]'],
  ['u@[t:"]', [], 'u', '[t:"]'],
  ['u@[t:a@b', [], 'u@[t:a', 'b'],
  ['us er@d', [], 'us er', 'd'],
  ['a\\', [], 'a\\', null],
  ['é@é', [], 'é', 'é'],
  ['a@b|c', [], 'a', 'b|c'],
];

describe('splitAddress', () => {
  for (const [text, route, localPart, domain] of splits) {
    it(`splits ${text || 'nothing'}`, () => {
      assert.deepEqual(splitAddress(text), { route, localPart, domain });
    });
  }

  it('loses no character', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const { route, ...rest } = splitAddress(text);
        const tail = printAddress({ ...rest, route: [] });
        assert.ok(text.endsWith(tail));
        const head = text.slice(0, text.length - tail.length);
        assert.equal(
          head.replaceAll(/:(?=@)/g, ',').replaceAll(/[@:,]/g, ''),
          route.join('').replaceAll(/[@:,]/g, ''),
        );
      }),
    );
  });

  it('splits again what it split and printed', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const address = splitAddress(text);
        assert.deepEqual(splitAddress(printAddress(address)), address);
      }),
    );
  });
});
