/*
 * Our path parser against Haraka's: what Haraka accepts we accept, with the same user and host, and what we accept
 * beyond that is of four known kinds.
 */

import assert from 'node:assert/strict';
import { Address as HarakaAddress } from '@haraka/email-address';
import fc from 'fast-check';
import type { Address } from '../../../lib/address/address.js';
import { foldDomain, wireDomain } from '../../../lib/address/domain.js';
import { parsePath, printPath } from '../../../lib/address/parse-path.js';
import { printAddress, splitAddress } from '../../../lib/address/split-address.js';
import { hostileText } from './texts.js';

function readByHaraka(text: string): HarakaAddress | null {
  try {
    return new HarakaAddress(text, { postel: false });
  } catch {
    return null;
  }
}

const atoms = fc.constantFrom(
  'a',
  'u1',
  'x%y',
  'h!u',
  "o'n",
  'é',
  '用',
  '\u{1f4e7}',
  'a+b',
  '_',
  '$',
  '=',
  '|',
  '-',
);
const quotedPieces = fc.constantFrom(
  'a',
  ' ',
  '@',
  '\\"',
  '\\\\',
  '\\@',
  '>',
  '<',
  ':',
  ',',
  '(',
  '.',
  'é',
  '%',
  '!',
);
const labels = fc.constantFrom(
  'a',
  'B',
  'x-y',
  '1',
  'é',
  'É',
  'ß',
  'xn--9ca',
  'ａ',
  'com',
  'ex\u00ad',
  'a_b',
  '-',
  '',
);
const literals = fc.constantFrom(
  '[1.2.3.4]',
  '[1.2.3.256]',
  '[IPv6:::1]',
  '[ipv6:2001:DB8::A]',
  '[IPv6:1::2:3:4:5:6:7]',
  '[IPv6:::1.2.3.4]',
  '[t:x]',
  '[t:@]',
  '[x]',
);
const dotString = fc.array(atoms, { minLength: 1, maxLength: 4 }).map((all) => all.join('.'));
const quotedString = fc.array(quotedPieces, { maxLength: 6 }).map((all) => `"${all.join('')}"`);
const localPart = fc.oneof(dotString, quotedString);
const name = fc.array(labels, { minLength: 1, maxLength: 4 }).map((all) => all.join('.'));
const host = fc.oneof({ weight: 3, arbitrary: name }, { weight: 1, arbitrary: literals });
const route = fc.oneof(
  { weight: 3, arbitrary: fc.constant('') },
  {
    weight: 1,
    arbitrary: fc.array(host, { minLength: 1, maxLength: 3 }).map((all) => `@${all.join(',@')}:`),
  },
);
const mailbox = fc
  .tuple(route, localPart, host)
  .map(([before, local, domain]) => `${before}${local}@${domain}`);
const paths = fc.oneof(
  { weight: 4, arbitrary: mailbox.map((text) => `<${text}>`) },
  { weight: 1, arbitrary: mailbox },
  { weight: 1, arbitrary: hostileText.map((text) => `<${text}>`) },
  { weight: 1, arbitrary: hostileText },
);

function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}

/** What we accept and Haraka does not, apart from lengths of local part and path. */
function isBeyondHaraka(text: string, address: Address): boolean {
  const isRouteBare = !text.startsWith('<') && address.route.length > 0;
  return address.domain === null || isRouteBare || address.route.some((hop) => hop.startsWith('['));
}

describe('parsePath and Haraka', () => {
  it('accepts what Haraka accepts, with the same user and host', () => {
    let accepted = 0;
    fc.assert(
      fc.property(paths.filter(isWellFormed), (text) => {
        const theirs = readByHaraka(text);
        if (theirs === null) return;
        const ours = parsePath(text);
        assert.ok(ours.kind === 'path', `${text}: ${JSON.stringify(ours)}`);
        if (ours.path.kind === 'null') {
          assert.equal(theirs.isNull(), true);
          return;
        }
        const { address } = ours.path;
        if (address.domain === null) {
          assert.equal(theirs.user, address.localPart.toLowerCase());
          assert.equal(theirs.host, '');
          return;
        }
        accepted++;
        assert.equal(address.localPart, theirs.user);
        assert.equal(address.domain, theirs.original_host);
        // An address that Haraka would send in another form is refused as soon as it is decided on.
        const wired = wireDomain(address.domain);
        if (wired !== null) assert.equal(foldDomain(wired), foldDomain(theirs.host));
      }),
      { numRuns: 4000 },
    );
    assert.ok(accepted > 400, `only ${accepted} accepted`);
  });

  it('accepts beyond Haraka only bare local parts, literals in a route, and routes without brackets', () => {
    fc.assert(
      fc.property(paths.filter(isWellFormed), (text) => {
        const ours = parsePath(text);
        if (ours.kind === 'malformed' || ours.path.kind === 'null') return;
        const theirs = readByHaraka(text);
        assert.ok(theirs !== null || isBeyondHaraka(text, ours.path.address), text);
      }),
      { numRuns: 4000 },
    );
  });

  it('keeps the route that Haraka drops', () => {
    const text = '<@a.test,@b.test:u@C.Test>';
    assert.equal(readByHaraka(text)?.address, 'u@C.Test');
    const ours = parsePath(text);
    assert.ok(ours.kind === 'path' && ours.path.kind === 'address');
    assert.deepEqual(ours.path.address.route, ['a.test', 'b.test']);
  });

  it('prints what it parsed, and splits what it printed', () => {
    fc.assert(
      fc.property(paths, (text) => {
        const parsed = parsePath(text);
        if (parsed.kind === 'malformed') return;
        const printed = printPath(parsed.path);
        assert.deepEqual(parsePath(printed), parsed);
        if (text.startsWith('<')) assert.equal(printed, text);
        if (parsed.path.kind === 'null') return;
        const { address } = parsed.path;
        assert.deepEqual(splitAddress(printAddress(address)), address);
      }),
      { numRuns: 4000 },
    );
  });

  for (const text of ['<postmaster>', 'Postmaster', '<>', '', '<u@[t:@]>', '<é@é.test>', '<""@d>']) {
    it(`accepts ${text || 'nothing'} as Haraka does`, () => {
      assert.notEqual(readByHaraka(text), null);
      assert.equal(parsePath(text).kind, 'path');
    });
  }
});
