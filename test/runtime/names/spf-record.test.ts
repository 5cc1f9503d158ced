import assert from 'node:assert/strict';
import { isSpfRecord, readableRecord } from '../../../runtime/names/spf-record.js';

const values = {
  client: '192.0.2.3',
  sender: 'strong-bad@email.example.com',
  helo: 'mx.example.org',
  domain: 'email.example.com',
};
const wrong = 'v=spf1 in-error';

/** The terms of a record, and what the class reads. */
const rows: readonly (readonly [terms: string, read: string])[] = [
  // Ref: RFC 7208 7.4
  ['exists:%{s}', 'exists:strong-bad@email.example.com'],
  ['exists:%{o}', 'exists:email.example.com'],
  ['exists:%{d4}', 'exists:email.example.com'],
  ['exists:%{d2}', 'exists:example.com'],
  ['exists:%{d1}', 'exists:com'],
  ['exists:%{dr}', 'exists:com.example.email'],
  ['exists:%{d2r}', 'exists:example.email'],
  ['exists:%{l-}', 'exists:strong.bad'],
  ['exists:%{lr-}', 'exists:bad.strong'],
  ['exists:%{l1r-}', 'exists:strong'],
  ['-exists:%{ir}.%{v}._spf.%{d2}', '-exists:3.2.0.192.in-addr._spf.example.com'],
  ['exists:%{H}.%{p}', 'exists:mx.example.org.unknown'],
  ['a:%%.%_.%-.example/24', 'a:_._._.example/24'],
  ['redirect=%{d2}', 'redirect=example.com'],
  ['mx -all exp=explain._spf.%{d} x-y=%{', 'mx -all'],
  ['?mx//64 a:h.example//64', '?mx/32//64 a:h.example/32//64'],
  [
    'ip4:192.0.2.0/24 ip6:2001:db8::/32 ip6:::ffff:192.0.2.1',
    'ip4:192.0.2.0/24 ip6:2001:db8::/32 ip6:::ffff:192.0.2.1',
  ],
  ['exists:%{x}.example', wrong],
  ['exists:%{d0}.example', wrong],
  ['exists:%{d', wrong],
  ['exists:%x', wrong],
  ['ip4:192.0.2.3/33', wrong],
  ['ip4:2001:db8::1', wrong],
  ['ip4:192.0.2', wrong],
  ['ip6:192.0.2.3', wrong],
  ['ip6:2001:db8::1/129', wrong],
  [`exists:${'%{s}'.repeat(200)}`, wrong],
  ['a'.repeat(4096), wrong],
];

describe('an SPF record for the class', () => {
  for (const [terms, read] of rows) {
    it(`${terms.slice(0, 60)} is ${read.slice(0, 60)}`, () => {
      const expected = read === wrong ? wrong : `v=spf1 ${read}`;
      assert.equal(readableRecord(`v=spf1 ${terms}`, values), expected);
    });
  }

  it('has half octets for %{i} of an IPv6 address', () => {
    const ours = { ...values, client: '2001:db8::cb01' };
    const labels = '2.0.0.1.0.d.b.8.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.c.b.0.1';
    assert.equal(readableRecord('v=spf1 exists:%{i}.%{v}', ours), `v=spf1 exists:${labels}.ip6`);
  });

  for (const text of ['%{h}%{h}', '$&$&', "$'$'", '%', 'a/0', 'a b']) {
    it(`takes ${text} in the HELO name and the sender as text`, () => {
      const ours = { ...values, helo: text, sender: `${text}@example.com` };
      const written = text.replace(/[%/ ]/g, '_');
      assert.equal(
        readableRecord('v=spf1 exists:%{h}.%{l}.example', ours),
        `v=spf1 exists:${written}.${written}.example`,
      );
    });
  }

  it('begins with the version and a space', () => {
    for (const text of ['v=spf1', 'V=SPF1 -all']) assert.ok(isSpfRecord(text), text);
    for (const text of ['v=spf1\t-all', 'v=spf10 -all', ' v=spf1 -all', ''])
      assert.ok(!isSpfRecord(text), text);
  });
});
