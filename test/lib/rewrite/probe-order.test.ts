import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { ipv6Pattern } from '../../../lib/rewrite/literal.js';
import { probesFor } from '../../support/language.js';

// Ref: PMDF 2.2.3.2, 2.2.3.7
const rows: readonly (readonly [string, string])[] = [
  [
    'sc.cs.example.com',
    'sc.cs.example.com *.cs.example.com .cs.example.com *.*.example.com .example.com *.*.*.com .com *.*.*.* .',
  ],
  ['a.b.c', 'a.b.c *.b.c .b.c *.*.c .c *.*.* .'],
  ['A.B', 'a.b *.b .b *.* .'],
  ['vaxa', 'vaxa * .'],
  ['[198.162.3.40]', '[198.162.3.40] [198.162.3.] [198.162.] [198.] [] [*.*.*.*] .'],
  ['[1]', '[1] [] [*] .'],
  [
    '[1.2].a.[3.4].b',
    '[1.2].a.[3.4].b [1.].a.[3.4].b [].a.[3.4].b [*.*].a.[3.4].b .a.[3.4].b [*.*].*.[3.4].b .[3.4].b ' +
      '[*.*].*.[3.].b .[3.].b [*.*].*.[].b .[].b [*.*].*.[*.*].b .b [*.*].*.[*.*].* .',
  ],
  [
    '[IPv6:2001:DB8::1]',
    '[ipv6:2001:db8:0:0:0:0:0:1] [ipv6:2001:db8:0:0:0:0:0:] [ipv6:2001:db8:0:0:0:0:] [ipv6:2001:db8:0:0:0:] ' +
      '[ipv6:2001:db8:0:0:] [ipv6:2001:db8:0:] [ipv6:2001:db8:] [ipv6:2001:] [ipv6:] [] .',
  ],
  ['[IPv6:nonsense]', '[ipv6:nonsense] [] [*] .'],
  ['[1.2.3', '[1.2.3 *.2.3 .2.3 *.*.3 .3 *.*.* .'],
];

describe('the probes for a host', () => {
  for (const [host, wanted] of rows) {
    it(`of \`${host}\``, () => {
      const probes = probesFor(host).map((probe) => probe.pattern);
      assert.deepEqual(probes, wanted.split(' '));
    });
  }

  it('consult the domain database only without asterisks', () => {
    const asked = probesFor('sc.cs.example.com').filter((probe) => probe.domainDatabase);
    assert.deepEqual(
      asked.map((probe) => probe.pattern),
      ['sc.cs.example.com', '.cs.example.com', '.example.com', '.com', '.'],
    );
    for (const host of ['[1.2].a.[3.4].b', '[1.2.3.4]', 'a.b']) {
      for (const probe of probesFor(host)) {
        assert.equal(probe.domainDatabase, !probe.pattern.includes('*'), probe.pattern);
      }
    }
  });

  const parts = [
    ['pc.sub.Dom.com', '.dom.com', 'pc.sub', '.Dom.com', ''],
    ['pc.dom.com', 'pc.dom.com', '', 'pc.dom.com', ''],
    ['vaxa.example.com', '*.example.com', 'vaxa', '.example.com', ''],
    ['vaxa', '*', 'vaxa', '', ''],
    ['a.b', '.', 'a.b', '.', ''],
    ['[10.1.2.3]', '[10.1.]', '', '[10.1.2.3]', '2.3'],
    ['[10.1.2.3]', '[]', '', '[10.1.2.3]', '10.1.2.3'],
    ['[10.1.2.3]', '[10.1.2.3]', '', '[10.1.2.3]', ''],
    ['[10.1.2.3]', '[*.*.*.*]', '[10.1.2.3]', '', '10.1.2.3'],
    ['[10.1.2.3]', '.', '[10.1.2.3]', '.', '10.1.2.3'],
    ['[IPv6:2001:db8::7]', '[ipv6:2001:db8:]', '', '[IPv6:2001:db8::7]', '0:0:0:0:0:7'],
    ['[IPv6:2001:db8::7]', '[]', '', '[IPv6:2001:db8::7]', 'IPv6:2001:db8::7'],
    ['[1.2].a.[3.4].b', '.[3.].b', '[1.2].a', '.[3.4].b', '4'],
  ] as const;
  for (const [host, pattern, left, domain, literal] of parts) {
    it(`divide \`${host}\` on \`${pattern}\``, () => {
      const probe = probesFor(host).find((one) => one.pattern === pattern);
      assert.deepEqual([probe?.host, probe?.domain, probe?.literal], [left, domain, literal]);
    });
  }

  it('are two for a host of 2000 labels, and few characters for any', () => {
    const long = `${'a.'.repeat(1999)}com`;
    assert.deepEqual(
      probesFor(long).map((probe) => probe.pattern),
      [long, '.'],
    );
    assert.equal(probesFor(`[${'1.'.repeat(1999)}1]`).length, 2);
    assert.equal(probesFor(`${'a.'.repeat(127)}`.slice(0, -1)).length, 255);
    assert.equal(probesFor(`${'a.'.repeat(128)}`.slice(0, -1)).length, 2);
  });

  for (const host of [
    '*.dom.com',
    '.dom.com',
    'tag|a',
    '$%',
    '$*',
    '[]',
    '[1.2.]',
    'a..b',
    'a.',
    '',
    'a.[].b',
  ]) {
    it(`of \`${host}\`, which is not a host, are only the last`, () => {
      assert.deepEqual(
        probesFor(host).map((probe) => probe.pattern),
        ['.'],
      );
    });
  }
});

describe('an IPv6 pattern', () => {
  const patterns: readonly (readonly [string, string | undefined])[] = [
    ['[IPv6:2001:db8::1]', '[ipv6:2001:db8:0:0:0:0:0:1]'],
    ['[IPv6:2001:0DB8:]', '[ipv6:2001:db8:]'],
    ['[IPv6:]', '[ipv6:]'],
    ['[IPv6:::]', '[ipv6:0:0:0:0:0:0:0:0]'],
    ['[IPv6:::ffff:192.0.2.1]', '[ipv6:0:0:0:0:0:ffff:c000:201]'],
    ['[IPv6:1:2:3:4:5:6:7:8]', '[ipv6:1:2:3:4:5:6:7:8]'],
    ['[IPv6:1:2:3:4:5:6:7:]', '[ipv6:1:2:3:4:5:6:7:]'],
    ['[IPv6:1:2:3]', undefined],
    ['[IPv6:1:2:3:4:5:6:7:8:]', undefined],
    ['[IPv6:12345::]', undefined],
    ['[IPv6:1::2::3]', undefined],
    ['[IPv6:::1.2.3.256]', undefined],
    ['[1.2.3.4]', undefined],
  ];
  for (const [pattern, wanted] of patterns) {
    it(`\`${pattern}\` is found as ${wanted ?? 'nothing'}`, () => {
      assert.equal(ipv6Pattern(pattern), wanted);
    });
  }
});
