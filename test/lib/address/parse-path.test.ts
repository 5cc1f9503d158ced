/*
 * Every form in which MAIL FROM and RCPT TO carry an address, and where the malformed ones break.
 */

import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Address } from '../../../lib/address/address.js';
import { parsePath, readPath } from '../../../lib/address/parse-path.js';
import { printPath } from '../../support/addresses.js';

function path(localPart: string, domain: string | null, ...route: string[]): Address {
  return { route, localPart, domain };
}

const wellFormed: readonly (readonly [text: string, address: Address])[] = [
  ['<user@domain.com>', path('user', 'domain.com')],
  ['<U.ser@C.Test>', path('U.ser', 'C.Test')],
  ['<u@host>', path('u', 'host')],
  ['<u@1.2.3.4>', path('u', '1.2.3.4')],
  ['<u@3com.example>', path('u', '3com.example')],
  ['<u@a-b.c--d>', path('u', 'a-b.c--d')],
  ["<!#$%&'*+-/=?^_`{|}~@d>", path("!#$%&'*+-/=?^_`{|}~", 'd')],
  ['<user%other@c.test>', path('user%other', 'c.test')],
  ['<host!user@c.test>', path('host!user', 'c.test')],
  ['<a!b%c@d>', path('a!b%c', 'd')],
  ['<%@d>', path('%', 'd')],

  ['<"a@b"@c.test>', path('"a@b"', 'c.test')],
  ['<""@d>', path('""', 'd')],
  ['<" "@d>', path('" "', 'd')],
  ['<"a b"@d>', path('"a b"', 'd')],
  ['<"a\\"b"@d>', path('"a\\"b"', 'd')],
  ['<"a\\\\"@d>', path('"a\\\\"', 'd')],
  ['<"a\\@b"@d>', path('"a\\@b"', 'd')],
  ['<"a>b<"@d>', path('"a>b<"', 'd')],
  ['<"@a:b"@d>', path('"@a:b"', 'd')],
  ['<"(c),;:[]"@d>', path('"(c),;:[]"', 'd')],
  ['<"é"@d>', path('"é"', 'd')],

  ['<u@[1.2.3.4]>', path('u', '[1.2.3.4]')],
  ['<u@[255.255.255.255]>', path('u', '[255.255.255.255]')],
  ['<u@[IPv6:2001:DB8::1]>', path('u', '[IPv6:2001:DB8::1]')],
  ['<u@[ipv6:::]>', path('u', '[ipv6:::]')],
  ['<u@[IPv6:1:2:3:4:5:6:7:8]>', path('u', '[IPv6:1:2:3:4:5:6:7:8]')],
  ['<u@[IPv6:::ffff:192.0.2.1]>', path('u', '[IPv6:::ffff:192.0.2.1]')],
  ['<u@[IPv6:1:2:3:4:5:6:192.0.2.1]>', path('u', '[IPv6:1:2:3:4:5:6:192.0.2.1]')],
  ['<u@[x25:31]>', path('u', '[x25:31]')],
  ['<u@[tag:a@b>,"]>', path('u', '[tag:a@b>,"]')],

  ['<@a.test:u@c>', path('u', 'c', 'a.test')],
  ['<@a.test,@b.test:u@C.Test>', path('u', 'C.Test', 'a.test', 'b.test')],
  ['<@a,@b,@c:"x@y"@d>', path('"x@y"', 'd', 'a', 'b', 'c')],
  ['<@[10.0.0.1]:u@d>', path('u', 'd', '[10.0.0.1]')],
  ['<@[IPv6:::1],@b:u@d>', path('u', 'd', '[IPv6:::1]', 'b')],
  ['<@a.test:user>', path('user', null, 'a.test')],
  ['<@a.test:postmaster>', path('postmaster', null, 'a.test')],
  ['<@é.test:u@d>', path('u', 'd', 'é.test')],

  ['<postmaster>', path('postmaster', null)],
  ['<PostMaster>', path('PostMaster', null)],
  ['<user>', path('user', null)],
  ['<host1!host2!user>', path('host1!host2!user', null)],
  ['<user%host>', path('user%host', null)],
  ['<"T@D">', path('"T@D"', null)],

  ['<é@d>', path('é', 'd')],
  ['<u@é.test>', path('u', 'é.test')],
  ['<用户@例子.测试>', path('用户', '例子.测试')],
  ['<\u{1f4e7}@d>', path('\u{1f4e7}', 'd')],
  ['<u@xn--9ca.test>', path('u', 'xn--9ca.test')],
  [`<${'a'.repeat(900)}@d>`, path('a'.repeat(900), 'd')],
  [`<u@${'a'.repeat(63)}.b>`, path('u', `${'a'.repeat(63)}.b`)],
  [`<u@${'abc.'.repeat(63)}abc>`, path('u', `${'abc.'.repeat(63)}abc`)],
];

const malformed: readonly (readonly [text: string, offset: number, expected: RegExp])[] = [
  ['<', 1, /local part/],
  ['<u@d', 4, /`>`/],
  ['u@d>', 3, /^the end$/],
  ['u>', 1, /`@` or the end/],
  ['<u@d>x', 5, /the end/],
  ['<u@d> ', 5, /the end/],
  [' <u@d>', 0, /local part/],
  ['<u>x', 3, /the end/],
  ['<a@b@c.test>', 4, /`>`/],
  ['<u@d.test.>', 10, /domain/],
  ['<u@.d>', 3, /domain/],
  ['<u@host..test>', 8, /domain/],
  ['<u@d_x.test>', 4, /`>`/],
  ['<u@-d.test>', 3, /domain/],
  ['<u@d-.test>', 5, /hyphen/],
  ['<u@d->', 5, /hyphen/],
  ['<u@#123>', 3, /domain/],
  ['<u@>', 3, /domain/],
  ['<u@', 3, /domain/],
  ['<@>', 2, /domain/],
  ['<@d>', 3, /`:`/],
  ['<@a,b:u@d>', 4, /`@`/],
  ['<@a,:u@d>', 4, /`@`/],
  ['<@a:>', 4, /local part/],
  ['<@a:@b:u@d>', 4, /local part/],
  ['<@:u@d>', 2, /domain/],
  ['<.u@d>', 1, /local part/],
  ['<u.@d>', 3, /local part/],
  ['<u..v@d>', 3, /local part/],
  ['<u,v@d>', 2, /`@` or `>`/],
  ['<u;v@d>', 2, /`@` or `>`/],
  ['<u:v@d>', 2, /`@` or `>`/],
  ['<u[v]@d>', 2, /`@` or `>`/],
  ['<(c)u@d>', 1, /local part/],
  ['<u @d>', 2, /`@` or `>`/],
  ['<u\\@x@d>', 2, /`@` or `>`/],
  ['<"a"."b"@d>', 4, /`@` or `>`/],
  ['<a."b"@d>', 3, /local part/],
  ['<"a"b@d>', 4, /`@` or `>`/],
  ['<"a@d>', 6, /`"`/],
  ['<"a\\">', 6, /`"`/],
  ['<"a\\', 4, /after the backslash/],
  ['<"a\tb"@d>', 3, /printable/],
  ['<"a\\\tb"@d>', 4, /after the backslash/],
  ['<"a\\é"@d>', 4, /after the backslash/],
  ['<"a\r\nb"@d>', 3, /printable/],
  ['<a\r\n@d>', 2, /`@` or `>`/],
  ['<u@d\r\n>', 4, /`>`/],
  ['<u\0@d>', 2, /`@` or `>`/],
  ['<u@[x]>', 3, /address literal/],
  ['<u@[]>', 3, /address literal/],
  ['<u@[1.2.3]>', 3, /address literal/],
  ['<u@[1.2.3.256]>', 3, /address literal/],
  ['<u@[01.2.3.4]>', 3, /address literal/],
  ['<u@[127.1]>', 3, /address literal/],
  ['<u@[IPv6:::1::2]>', 3, /address literal/],
  ['<u@[IPv6:1.2.3.4]>', 3, /address literal/],
  ['<u@[2001:db8::1]x>', 16, /`>`/],
  ['<u@[1.2.3.4>', 12, /`\]`/],
  ['<u@[1.2.3.4', 11, /`\]`/],
  ['<u@[a b]>', 5, /`\]`/],
  ['<u@[-:b]>', 3, /address literal/],
  ['<u@[t:]>', 3, /address literal/],
  ['<u@[1.2.3.4].d>', 12, /`>`/],
  [`<u@${'a'.repeat(64)}>`, 3, /63 octets/],
  [`<u@${'é'.repeat(32)}>`, 3, /63 octets/],
  [`<u@${'abc.'.repeat(63)}abcd>`, 3, /255 octets/],
  ['<u@\ufffd.test>', 3, /ASCII form/],
  ['<u@evil\uff05.test>', 3, /ASCII form/],
  ['<u\ud87cv@d>', 2, /`@` or `>`/],
  ['<u@d\udc00>', 4, /`>`/],
  ['<"\ud800"@d>', 2, /printable/],
  ['<<u@d>>', 1, /local part/],
  ['<> ', 1, /local part/],
];

describe('parsePath', () => {
  for (const [text, address] of wellFormed) {
    it(`parses and prints ${text.slice(0, 60)}`, () => {
      const expected = { kind: 'path', path: { kind: 'address', address } };
      assert.deepEqual(parsePath(text), expected);
      assert.deepEqual(parsePath(text.slice(1, -1)), expected);
      assert.equal(printPath({ kind: 'address', address }), text);
    });
  }

  it('reads nothing and an empty pair of brackets as the null path', () => {
    assert.deepEqual(parsePath(''), { kind: 'path', path: { kind: 'null' } });
    assert.deepEqual(parsePath('<>'), { kind: 'path', path: { kind: 'null' } });
    assert.equal(printPath({ kind: 'null' }), '<>');
  });

  for (const [text, offset, expected] of malformed) {
    it(`refuses ${JSON.stringify(text.slice(0, 60))}`, () => {
      const parsed = parsePath(text);
      assert.ok(parsed.kind === 'malformed', JSON.stringify(parsed));
      assert.equal(parsed.offset, offset);
      assert.match(parsed.expected, expected);
    });
  }

  it('reads addresses as most are like any other path', () => {
    const pieces = fc.constantFrom(
      'a',
      'b1',
      'Z',
      '.',
      '-',
      '@',
      '<',
      '>',
      '+',
      '"',
      '[1.2.3.4]',
      'xn--a',
      '_',
      '\u00e9',
    );
    const texts = fc.array(pieces, { minLength: 1, maxLength: 8 }).map((parts) => parts.join(''));
    const addresses = fc.tuple(texts, texts).map(([local, domain]) => `<${local}@${domain}>`);
    let wellFormedCount = 0;
    fc.assert(
      fc.property(fc.oneof(texts, addresses), fc.constantFrom('strict', 'underscores'), (text, names) => {
        if (text === '<>') return;
        const plain = readPath(text, names);
        if (plain.kind === 'path') wellFormedCount += 1;
        assert.deepEqual(parsePath(text, names), plain);
      }),
      { numRuns: 10_000 },
    );
    assert.ok(wellFormedCount > 100, `${wellFormedCount} well-formed`);
  });
});
