import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  extractHost,
  joinAddress,
  printInForm,
  replaceHost,
  splitForRewrite,
} from '../../../lib/rewrite/extract-host.js';

interface Row {
  readonly address: string;
  readonly host: string | undefined;
  readonly from?: string;
  readonly user?: string;
  readonly bangFirst?: true;
}

// Ref: PMDF 2.2.3.1
const rows: readonly Row[] = [
  { address: 'user@a', host: 'a', from: 'at', user: 'user' },
  { address: 'user@a.b.c', host: 'a.b.c', from: 'at' },
  { address: 'user@[0.1.2.3]', host: '[0.1.2.3]', from: 'at' },
  { address: '@a:user@b.c.d', host: 'a', from: 'route', user: 'user@b.c.d' },
  { address: '@a.b.c:user@d.e.f', host: 'a.b.c', from: 'route' },
  { address: '@[0.1.2.3]:user@d.e.f', host: '[0.1.2.3]', from: 'route' },
  { address: '@[IPv6:2001:db8::1]:user@d', host: '[IPv6:2001:db8::1]', from: 'route', user: 'user@d' },
  { address: '@a,@b,@c:user@d.e.f', host: 'a', from: 'route', user: '@b,@c:user@d.e.f' },
  { address: '@a,@[0.1.2.3]:user@b', host: 'a', from: 'route' },
  { address: 'user%A@B', host: 'B', from: 'at', user: 'user%A' },
  { address: 'user%A%B%C@D', host: 'D', from: 'at' },
  { address: 'user%A', host: 'A', from: 'percent', user: 'user' },
  { address: 'user%A%B', host: 'B', from: 'percent', user: 'user%A' },
  { address: 'user%%A%B', host: 'B', from: 'percent', user: 'user%%A' },
  { address: 'user%A%%B', host: 'A%%B', from: 'percent', user: 'user' },
  { address: '@A:user%B@C', host: 'A', from: 'route' },
  { address: 'A!user', host: 'A', from: 'bang', user: 'user' },
  { address: 'A!B!user', host: 'A', from: 'bang', user: 'B!user' },
  { address: 'A!user@B', host: 'B', from: 'at', user: 'A!user' },
  { address: 'A!user%B@C', host: 'C', from: 'at' },
  { address: 'A!user%B', host: 'B', from: 'percent', user: 'A!user' },
  { address: 'A!user%B', host: 'A', from: 'bang', user: 'user%B', bangFirst: true },
  { address: '@A:B!user@C', host: 'A', from: 'route' },
  { address: '@A,@B:C!user%D@E', host: 'A', from: 'route' },
  { address: '"user@a"@b', host: 'b', from: 'at', user: '"user@a"' },
  { address: '"user%a"', host: undefined },
  { address: '"a!user"', host: undefined },
  { address: 'user\\%a', host: undefined },
  { address: 'user\\@a', host: undefined },
  { address: '"a"%b', host: 'b', from: 'percent', user: '"a"' },
  { address: '"a\\"@b"@c', host: 'c', from: 'at' },
  { address: 'a"b@c', host: 'c', from: 'at', user: 'a"b' },
  { address: 'a@b@c', host: 'c', from: 'at', user: 'a@b' },
  { address: 'user', host: undefined },
  { address: '', host: undefined },
  { address: 'user%', host: undefined },
  { address: '!user', host: undefined },
  { address: 'user@', host: undefined },
  { address: '@a', host: 'a', from: 'at', user: '' },
  { address: '@a,b:user@c', host: 'c', from: 'at' },
];

describe('the first host of an address', () => {
  for (const row of rows) {
    const flags = row.bangFirst === true ? ' with bangoverpercent' : '';
    it(`of \`${row.address}\`${flags} is ${row.host ?? 'none'}`, () => {
      const found = extractHost(splitForRewrite(row.address), row.bangFirst === true);
      assert.equal(found?.host, row.host);
      if (row.from !== undefined) assert.equal(found?.from, row.from);
      if (row.user !== undefined) assert.equal(found?.user, row.user);
    });
  }

  it('is found in linear time', () => {
    const hostile = `${'"\\'.repeat(50_000)}${'%'.repeat(100_001)}${'!a'.repeat(50_000)}`;
    assert.notEqual(extractHost(splitForRewrite(hostile), false), undefined);
  });
});

describe('a split address', () => {
  for (const text of ['u@a', '@a,@b:u@c', 'u', '"u@x"@a', '@[IPv6:::1]:u@b']) {
    it(`\`${text}\` is put together as it was`, () => {
      assert.equal(joinAddress(splitForRewrite(text)), text);
    });
  }

  const replacements: readonly (readonly [string, string, string])[] = [
    ['u@a', 'u', 'u@new'],
    ['u%a', 'u', 'u@new'],
    ['a!u', 'u', 'u@new'],
    ['@a:u@b', 'u@b', '@new:u@b'],
    ['@a,@b:u@c', '@b:u@c', '@new,@b:u@c'],
    ['@a:u%b', 'u%b', 'u%b@new'],
    ['@a:u@b', 'fixed', 'fixed@new'],
    ['@a:u@b', 'v@c', '@new:v@c'],
  ];
  for (const [text, user, wanted] of replacements) {
    it(`\`${text}\` with user \`${user}\` and another host is \`${wanted}\``, () => {
      const specification = extractHost(splitForRewrite(text), false);
      assert.ok(specification);
      assert.equal(joinAddress(replaceHost(specification, user, 'new')), wanted);
    });
  }

  const forms = [
    ['@c:u@b', '822', '@c:u@b'],
    ['@c:u@b', '733', 'u%b@c'],
    ['@c:u@b', 'uucp', 'c!b!u'],
    ['@c,@d:u@b', '733', 'u%b%d@c'],
    ['@c,@d:u@b', 'uucp', 'c!d!b!u'],
    ['u@b', '733', 'u@b'],
    ['u@b', 'uucp', 'u@b'],
  ] as const;
  for (const [text, form, wanted] of forms) {
    it(`\`${text}\` is \`${wanted}\` in form ${form}`, () => {
      assert.equal(printInForm(splitForRewrite(text), form), wanted);
    });
  }
});
