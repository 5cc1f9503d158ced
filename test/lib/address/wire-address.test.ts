/*
 * The single form of a domain on the wire, however it was written.
 */

import assert from 'node:assert/strict';
import { domainToASCII } from 'node:url';
import fc from 'fast-check';
import {
  inWireForm,
  printAddress,
  splitAddress,
  wireAddress,
  wireHosts,
} from '../../../lib/address/address.js';
import { foldDomain, foldHost, unicodeDomain, wireDomain } from '../../../lib/address/domain.js';
import { isCarried, parsePath } from '../../../lib/address/parse-path.js';
import { hostileText } from './texts.js';

const wireName = /^(?!-)[-0-9a-z]{1,63}(?<!-)(?:\.(?!-)[-0-9a-z]{1,63}(?<!-))*$/;

const forms: readonly (readonly [written: string, wire: string | null])[] = [
  ['Domain.COM', 'domain.com'],
  ['Bücher.Example', 'xn--bcher-kva.example'],
  ['BU\u0308CHER.example', 'xn--bcher-kva.example'],
  ['XN--BCHER-KVA.example', 'xn--bcher-kva.example'],
  ['Österreich.example', 'xn--sterreich-z7a.example'],
  ['stra\u00dfe.example', 'xn--strae-oqa.example'],
  ['ＤＯＭＡＩＮ.com', 'domain.com'],
  ['dom\u00adain.com', 'domain.com'],
  ['1.2.3.4', '1.2.3.4'],
  ['[1.2.3.4]', '[1.2.3.4]'],
  ['[IPv6:2001:DB8:0::1]', '[IPv6:2001:db8::1]'],
  ['[IPv6:::ffff:1.2.3.4]', '[1.2.3.4]'],
  ['evil.example（.domain.com', null],
  ['evil.example⁽.domain.com', null],
  ['evil．example.com', null],
  ['evil。example', null],
  ['evil｡example', null],
  ['\u00ad.com', null],
  ['a－.com', null],
  ['a＿b.com', null],
  ['a_b.com', null],
  ['０x7f.1', null],
  ['１.２.３.４', '1.2.3.4'],
  ['xn--a.com', null],
  ['xn--abc-.com', null],
  [`${'é'.repeat(60)}.com`, null],
  [`${'a'.repeat(64)}.com`, null],
  [`${'é.'.repeat(40)}com`, null],
  ['a..b', null],
  ['a.', null],
  ['', null],
  ['a b', null],
  ['a%b', null],
  ['[1.2.3.]', null],
];

describe('wireDomain', () => {
  for (const [written, wire] of forms) {
    it(`makes ${wire ?? 'nothing'} of ${written}`, () => assert.equal(wireDomain(written), wire));
  }

  it('accepts `_` in the names of our own files', () => {
    assert.equal(wireDomain('TCP_fax-Daemon', 'underscores'), 'tcp_fax-daemon');
    assert.equal(wireDomain('_dmarc.bücher.example', 'underscores'), '_dmarc.xn--bcher-kva.example');
    assert.equal(wireDomain('a_b%c', 'underscores'), null);
  });

  it('maps every character to a letter, a digit or a hyphen, or refuses it', () => {
    for (let point = 0x80; point < 0x3_0000; point++) {
      if (point >= 0xd800 && point <= 0xdfff) continue;
      const character = String.fromCodePoint(point);
      for (const name of [
        `evil.example${character}.domain.com`,
        `${character}a`,
        `a${character}`,
        character,
      ]) {
        const wire = wireDomain(name);
        if (wire === null) continue;
        assert.match(wire, wireName, name);
        assert.equal(wire.split('.').length, name.split('.').length, name);
        // Haraka sends the same, if it accepts the name at all.
        assert.ok([wire, ''].includes(domainToASCII(name).toLowerCase()), name);
      }
    }
  }).timeout(60_000);
});

const label = fc.oneof(
  fc.constantFrom(
    'a',
    'B1',
    'bücher',
    'BÜCHER',
    'xn--bcher-kva',
    'XN--9CA',
    'xn--a',
    'ｄ',
    '用',
    'ß',
    'ẞ',
    'K',
    'İ',
  ),
  fc.constantFrom('（', '．', '。', '％', '\u00ad', '\u0301', '\u05d0', '[1.2.3.4]', '_x', '', '-a', 'a-'),
  fc.string({ unit: 'grapheme', maxLength: 6 }),
);
const domain = fc.oneof(
  { weight: 3, arbitrary: fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join('.')) },
  { weight: 1, arbitrary: hostileText },
);

describe('the form of a domain', () => {
  it('is its own form, and contains no special character', () => {
    let count = 0;
    fc.assert(
      fc.property(domain, (text) => {
        for (const names of ['strict', 'underscores'] as const) {
          const wire = wireDomain(text, names);
          if (wire === null) continue;
          count++;
          assert.equal(wireDomain(wire, names), wire);
          assert.equal(foldDomain(wire), foldDomain(text));
          if (!wire.startsWith('[')) assert.match(wire.replaceAll('_', 'x'), wireName);
        }
      }),
      { numRuns: 5000 },
    );
    assert.ok(count > 500, `only ${count} have a form`);
  });

  it('makes keys that gain no ASCII sign by folding, the same each time', () => {
    const signs = /[^\x80-\uffff0-9A-Za-z._-]/g;
    fc.assert(
      fc.property(domain, (text) => {
        for (const fold of [foldHost, foldDomain]) {
          const key = fold(text);
          assert.equal(fold(key), key, text);
          // A literal is written again, inside its brackets.
          if (!text.includes('[')) assert.deepEqual(key.match(signs) ?? [], text.match(signs) ?? [], text);
        }
      }),
      { numRuns: 5000 },
    );
  });

  it('is the same for its U-labels', () => {
    fc.assert(
      fc.property(domain, (text) => {
        const wire = wireDomain(text);
        if (wire !== null) assert.equal(foldDomain(unicodeDomain(wire)), foldDomain(wire));
      }),
      { numRuns: 5000 },
    );
  });
});

describe('wireAddress', () => {
  const addresses: readonly (readonly [written: string, wire: string | null])[] = [
    ['Jane.Doe@Domain.COM', 'Jane.Doe@domain.com'],
    ['jörg@Bücher.example', 'jörg@xn--bcher-kva.example'],
    ['@Ä.example,@b.example:u@c.example', '@xn--4ca.example,@b.example:u@c.example'],
    ['@evil（.example:u@c.example', null],
    ['u@evil（.example', null],
    ['victim@evil（.x%ours@ours.example', null],
    ['victim%evil（.x@ours.example', null],
    ['evil。example!victim@ours.example', null],
    ['v%bücher.example@ours.example', 'v%bücher.example@ours.example'],
    ['v%BÜCHER.example@ours.example', 'v%BÜCHER.example@ours.example'],
    // Characters that the mapping drops or changes stay in a local part.
    ['v%ours.example\u00ad@ours.example', null],
    ['v%ours.example\u200b%a.example@ours.example', null],
    ['v%ｏurs.example@ours.example', null],
    ['v%bu\u0308cher.example@ours.example', null],
    ['v%evil.example@ours.example', 'v%evil.example@ours.example'],
    ['bare', 'bare'],
  ];
  for (const [written, wire] of addresses) {
    it(`makes ${wire ?? 'nothing'} of ${written}`, () => {
      const made = wireAddress(splitAddress(written));
      assert.equal(made === null ? null : inWireForm(parts(made)), wire);
    });
  }

  function parts({ route, localPart, domain: host }: ReturnType<typeof splitAddress>): string {
    return `${route.length > 0 ? `@${route.join(',@')}:` : ''}${localPart}${host === null ? '' : `@${host}`}`;
  }

  it('leaves ASCII from the configuration unchanged', () => {
    assert.equal(inWireForm('bob%x.org@PROCESS-DAEMON'), 'bob%x.org@PROCESS-DAEMON');
    assert.equal(inWireForm('@Ä.Example:u@B.Example'), '@xn--4ca.example:u@B.Example');
  });
});

describe('isCarried', () => {
  const rows: readonly (readonly [string, boolean])[] = [
    ['u@old_host.example', true],
    ['u@_x', true],
    ['bare', true],
    ['', false],
    ['u@evil（.example', false],
    ['u@a..b', false],
    ['u v@a.example', false],
    ['<u@a.example>', false],
    ['<u@a.example', false],
    ['<@a.example:u@b.example>', false],
  ];
  for (const [address, carried] of rows) {
    it(`${address || 'nothing'}: ${carried}`, () => assert.equal(isCarried(address), carried));
  }

  it('is what the strict reading and the wire form say, whatever the text', () => {
    const pieces = [
      'a',
      'B',
      '1',
      '.',
      '-',
      '_',
      '@',
      '%',
      '"',
      '\\',
      ' ',
      'é',
      '[',
      ']',
      'x'.repeat(64),
      '+',
      'com',
    ];
    const texts = fc.array(fc.constantFrom(...pieces), { maxLength: 8 }).map((parts) => parts.join(''));
    const counts = { carried: 0, refused: 0 };
    fc.assert(
      fc.property(fc.oneof(texts, fc.emailAddress(), fc.string()), (text) => {
        const parsed = parsePath(text, 'underscores');
        const address = parsed.kind === 'path' && parsed.path.kind === 'address' ? parsed.path.address : null;
        const carried = address !== null && wireAddress(address, 'underscores') !== null;
        assert.equal(isCarried(text), carried);
        assert.equal(inWireForm(text), printAddress(wireHosts(splitAddress(text))));
        counts[carried ? 'carried' : 'refused'] += 1;
      }),
      { numRuns: 2000 },
    );
    assert.ok(counts.carried > 200 && counts.refused > 200, JSON.stringify(counts));
  });

  it('does not accept `_` over SMTP', () => {
    assert.equal(parsePath('<u@old_host.example>').kind, 'malformed');
    assert.equal(parsePath('<u@old_host.example>', 'underscores').kind, 'path');
  });
});
