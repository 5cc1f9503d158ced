/*
 * LDAP URLs, filters and names: what is accepted, what is refused, and that no value can change a search.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { addressValueOf, parseAddressUrl } from '../../../lib/ldap/address-values.js';
import { escapeForDn } from '../../../lib/ldap/dn.js';
import { type Filter, printFilter } from '../../../lib/ldap/filter.js';
import type { TextPart } from '../../../lib/ldap/template-text.js';
import {
  fillTemplate,
  type LdapTemplate,
  parseDn,
  parseFilter,
  parseUrl,
  printUrl,
} from '../../../lib/ldap/url.js';

function templateOf(parts: readonly TextPart<number>[]): LdapTemplate<number> {
  const parsed = parseUrl(parts);
  assert.ok('value' in parsed, JSON.stringify(parsed));
  return parsed.value;
}

const accepted: readonly (readonly [url: string, printed: string])[] = [
  ['ldap:///o=x?mail', 'ldap:///o=x?mail?base?(objectClass=*)'],
  ['LDAP:///o=x?mail??(a=b)', 'ldap:///o=x?mail?base?(a=b)'],
  ['ldap:///?mail,cn?one?(a=b)', 'ldap:///?mail,cn?one?(a=b)'],
  [
    'ldap:///o=Example%20Computing,c=US?mail?SUB?(cn=%c3%a9)',
    'ldap:///o=Example%20Computing,c=US?mail?sub?(cn=%C3%A9)',
  ],
  [
    'ldap:///o=x?mail?sub?(&(a=b)(|(c>=1)(!(d~=e))(f<=2)))',
    'ldap:///o=x?mail?sub?(&(a=b)(%7C(c%3E=1)(!(d~=e))(f%3C=2)))',
  ],
  ['ldap:///o=x?mail?sub?(a=*b*c*)', 'ldap:///o=x?mail?sub?(a=*b*c*)'],
  ['ldap:///o=x?mail?sub?(a=\\2a\\c3\\a9\\5C)', 'ldap:///o=x?mail?sub?(a=%5C2a%C3%A9%5C5c)'],
  ['ldap:///o=x?mail?sub?(cn:dn:2.4.6.8.10:=x)', 'ldap:///o=x?mail?sub?(cn:dn:2.4.6.8.10:=x)'],
  ['ldap:///ou=a\\,b+cn=\\20c,o=x?mail?sub?(a=b)', 'ldap:///ou=a%5C,b+cn=%5C20c,o=x?mail?sub?(a=b)'],
];

const refused: readonly (readonly [parts: readonly TextPart<number>[], message: RegExp])[] = [
  [['http://x'], /not an LDAP URL/],
  [['ldap://other.host:389/o=x?mail'], /no host and port/],
  [['ldaps:///o=x?mail'], /no host and port/],
  [['ldap:///o=x'], /names no attribute/],
  [['ldap:///o=x?*'], /names no attribute/],
  [['ldap:///o=x?a b'], /not the name of an attribute/],
  [['ldap:///o=x?mail?tree'], /not a scope/],
  [['ldap:///o=x?mail?sub?(a=b)?!x=y'], /extensions/],
  [['ldap:///o?mail'], /has no `=`/],
  [['ldap:///o=x;y?mail'], /not escaped/],
  [['ldap:///o=x%?mail'], /hexadecimal/],
  [['ldap:///o=x%ff?mail'], /UTF-8/],
  [['ldap:///o=x?mail?sub?a=b'], /lacks `\(`/],
  [['ldap:///o=x?mail?sub?(a=b'], /lacks `\)`/],
  [['ldap:///o=x?mail?sub?(a=b))'], /text follows/],
  [['ldap:///o=x?mail?sub?(&)'], /joins no filters/],
  [['ldap:///o=x?mail?sub?(a)'], /has no `=`/],
  [['ldap:///o=x?mail?sub?(a=(b)'], /lacks `\)`/],
  [['ldap:///o=x?mail?sub?(a=b**c)'], /nothing between/],
  [['ldap:///o=x?mail?sub?(a>=b*)'], /asterisk/],
  [['ldap:///o=x?mail?sub?(a=\\2)'], /hexadecimal/],
  [[`ldap:///o=x?mail?sub?${'(!'.repeat(60)}(a=b)${')'.repeat(60)}`], /nested/],
  // Values in places where they would be syntax.
  [[{ value: 1 }], /not an LDAP URL/],
  [['ldap:///', { value: 1 }, '?mail'], /has no `=`/],
  [['ldap:///', { value: 1 }, '=x?mail'], /cannot be in a name in the DN/],
  [['ldap:///o=x?', { value: 1 }], /cannot be in the list of attributes/],
  [['ldap:///o=x?mail?', { value: 1 }], /cannot be in the scope/],
  [['ldap:///o=x?mail?sub?', { value: 1 }], /lacks `\(`/],
  [['ldap:///o=x?mail?sub?(', { value: 1 }, '=x)'], /cannot be in the name of an attribute/],
  [['ldap:///o=x?mail?sub?(', { value: 1 }, ')'], /has no `=`/],
  [['ldap:///o=x?mail?sub?(a=b)', { value: 1 }], /text follows/],
  [['ldap:///o=x?mail?sub?(a=\\2', { value: 1 }, ')'], /hexadecimal/],
  [['ldap:///o=x?mail?sub?(a=%2', { value: 1 }, ')'], /hexadecimal/],
  [['ldap:///o=x\\', { value: 1 }, '?mail'], /escapes nothing/],
];

describe('parseUrl', () => {
  for (const [url, printed] of accepted) {
    it(`accepts ${url}`, () => {
      const search = fillTemplate(templateOf([url]), () => '', 1);
      assert.ok(search);
      assert.equal(printUrl(search), printed);
      const again = fillTemplate(templateOf([printUrl(search)]), () => '', 1);
      assert.deepEqual(again, search);
    });
  }

  for (const [parts, message] of refused) {
    it(`refuses ${JSON.stringify(parts)}`, () => {
      const parsed = parseUrl(parts);
      assert.ok('error' in parsed);
      assert.match(parsed.error.message, message);
    });
  }

  it('never throws', () => {
    const part = fc.oneof(
      fc.string(),
      fc.constantFrom('ldap:///', '?', '(', ')', '=', '*', '\\', '%', ','),
      fc.nat(),
    );
    fc.assert(
      fc.property(fc.array(part), (given) => {
        parseUrl(given.map((one) => (typeof one === 'number' ? { value: one } : one)));
      }),
    );
  });
});

/** The filter with its texts joined, as it is after parsing. */
function plain(filter: Filter<never>): unknown {
  return JSON.parse(JSON.stringify(filter));
}

const hostile = [
  '*',
  ')(uid=*',
  '*)(|(uid=*',
  'a\0b',
  '\\',
  '\\2a',
  '"a b"',
  'é\u0301',
  'a|b',
  'a\\,b',
  ',o=other',
  '+uid=x',
  '#04',
  ' a ',
  'a\\ ',
  ' ',
  'x?y?sub?(a=b)',
  '%2a',
  'a\r\nb',
  '<>;=',
];

const template: readonly TextPart<number>[] = [
  'ldap:///uid=',
  { value: 0 },
  ',ou=a',
  { value: 1 },
  'b,o=x?mail?sub?(&(uid=',
  { value: 0 },
  ')(!(cn=x',
  { value: 1 },
  'y*z))(mail>=',
  { value: 0 },
  ')(cn:dn:=',
  { value: 1 },
  '))',
];

/** What the template has to become with two values, made without it. */
function checkSearch(one: string, other: string): void {
  const search = fillTemplate(templateOf(template), (value) => (value === 0 ? one : other), 1);
  assert.ok(search);
  const filter = parseFilter<never>([search.filter]);
  assert.ok('value' in filter);
  const compare = (attribute: string, by: string, text: string) => ({
    kind: 'compare',
    by,
    attribute,
    text: text === '' ? [] : [text],
  });
  assert.deepEqual(plain(filter.value), {
    kind: 'and',
    filters: [
      compare('uid', '=', one),
      { kind: 'not', filter: { kind: 'substrings', attribute: 'cn', texts: [[`x${other}y`], ['z']] } },
      compare('mail', '>=', one),
      { kind: 'extensible', attribute: 'cn', withDn: true, rule: null, text: other === '' ? [] : [other] },
    ],
  });
  assert.equal(printFilter(filter.value), search.filter);
  const dn = parseDn<never>([search.base]);
  assert.ok('value' in dn);
  assert.deepEqual(
    dn.value.map(({ attribute, joint }) => `${joint}${attribute}`),
    ['uid', ',ou', ',o'],
  );
  assert.deepEqual(
    dn.value.map(({ text }) => unescapeDn(text.join(''))),
    [one, `a${other}b`, 'x'],
  );
  const url = parseUrl<never>([printUrl(search)]);
  assert.ok('value' in url);
  const again = fillTemplate(url.value, () => '', 1);
  assert.deepEqual([again?.base, again?.filter], [search.base, search.filter]);
}

/** Reads a value of a DN as RFC 4514 says, octet by octet. */
function unescapeDn(written: string): string {
  const octets: number[] = [];
  for (let at = 0; at < written.length; ) {
    const pair = /^\\([0-9a-f]{2})/i.exec(written.slice(at, at + 3));
    if (pair !== null) {
      octets.push(Number.parseInt(pair[1] ?? '', 16));
      at += 3;
      continue;
    }
    if (written.charAt(at) === '\\') at += 1;
    const character = String.fromCodePoint(written.codePointAt(at) ?? 0);
    octets.push(...Buffer.from(character));
    at += character.length;
  }
  return Buffer.from(octets).toString();
}

describe('values in a search', () => {
  for (const value of hostile) {
    it(`are nothing but values: ${JSON.stringify(value)}`, () => checkSearch(value, value));
  }

  it('are nothing but values, whatever they are', () => {
    const value = fc.oneof(
      fc.string({ unit: 'grapheme', minLength: 1 }),
      fc
        .array(fc.constantFrom(...hostile, '(', ')', '*', ',', '\\', 'a', '0'), { minLength: 1 })
        .map((all) => all.join('')),
    );
    fc.assert(fc.property(value, value, checkSearch));
  });

  it('do not begin or end a value of a DN with a blank', () => {
    assert.equal(escapeForDn(' #a\\ '), '\\ #a\\\\\\ ');
    assert.equal(escapeForDn('#'), '\\#');
    assert.equal(escapeForDn(' '), '\\ ');
  });

  it('that are empty do not make a substring match anything', () => {
    const fill = (parts: readonly TextPart<number>[]) =>
      fillTemplate(templateOf(parts), () => '', 1)?.filter ?? null;
    const start = 'ldap:///o=x?mail?sub?';
    assert.equal(fill([`${start}(a=`, { value: 1 }, '*)']), null);
    assert.equal(fill([`${start}(a=*`, { value: 1 }, '*)']), null);
    assert.equal(fill([`${start}(!(a=*`, { value: 1 }, '))']), null);
    assert.equal(fill([`${start}(&(b=c)(a=*`, { value: 1 }, '))']), null);
    assert.equal(fill([`${start}(|(b=c)(a=*`, { value: 1 }, '))']), '(|(b=c))');
    assert.equal(fill([`${start}(a=x`, { value: 1 }, '*)']), '(a=x*)');
    assert.equal(fill([`${start}(a=`, { value: 1 }, ')']), '(a=)');
    assert.equal(fill(['ldap:///uid=', { value: 1 }, ',o=x?mail']), null);
  });
});

describe('parseAddressUrl', () => {
  function filterFor(
    filter: string,
    localPart: string,
    domain: string | null,
    upperDomain: string | null = null,
  ) {
    const parsed = parseAddressUrl(`ldap:///o=x?mail?sub?${filter}`);
    assert.ok('value' in parsed);
    return fillTemplate(parsed.value, addressValueOf({ localPart, domain, upperDomain }), 1)?.filter;
  }
  const rows: readonly (readonly [string, string, string | null, string])[] = [
    ['(a=$A)', '"jane"', 'x.example', '(a=jane@x.example)'],
    ['(a=$A)', '"a b"', 'x.example', '(a="a b"@x.example)'],
    ['(a=$A)', 'jane', null, '(a=jane)'],
    ['(a=$u$s$l)', '"~_a+b c"', 'x', '(a=~_ab ca)'],
    ['(a=$h.$d)', 'u', 'pc.example.com', '(a=pc.pc.example.com)'],
    ['(a=$^$u$_$u$\\$u$$)', 'Jane', 'x', '(a=JANEJanejane$)'],
    ['(a=$=$u$_)', 'a*', 'x', '(a=a\\2a)'],
    ['(a=$u)', 'a\ud87cb', 'x', '(a=a|b)'],
    ['$R', 'u', 'x', '(|(mail=u@x)(mailAlternateAddress=u@x)(mailEquivalentAddress=u@x))'],
  ];
  for (const [filter, localPart, domain, expected] of rows) {
    it(`${filter} for ${localPart} at ${domain}`, () => {
      assert.equal(filterFor(filter, localPart, domain), expected);
    });
  }

  for (const [url, message] of [
    ['ldap:///o=x?mail?sub?(a=$~jane)', /home directories/],
    ['ldap:///o=x?mail?sub?(a=$V)', /`\$V` has no meaning/],
    ['ldap:///o=x?mail?sub?(a=b)$', /`\$` has no meaning/],
    ['ldap:///o=x?$A?sub?(a=b)', /cannot be in the list of attributes/],
  ] as const) {
    it(`refuses ${url}`, () => {
      const parsed = parseAddressUrl(url);
      assert.ok('error' in parsed);
      assert.match(parsed.error.message, message);
    });
  }
});
