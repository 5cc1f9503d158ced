import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { describe, it } from 'mocha';
import { StepBudget } from '../../../../lib/engine/environment.js';
import { compilePattern } from '../../../../lib/mapping/match/compile-pattern.js';
import type { EntryIndex } from '../../../../lib/mapping/match/entry-index.js';
import { EntryScan } from '../../../../lib/mapping/match/entry-scan.js';
import { matchSubject } from '../../../../lib/mapping/match/match-pattern.js';
import { firstPlaceOf, sortKeysInSlices } from '../../../../lib/mapping/match/sort-keys.js';
import { subjectOf } from '../../../../lib/mapping/match/subject.js';
import type { MappingPattern } from '../../../../lib/mapping/syntax.js';
import { atOnce } from '../../../../lib/text/slices.js';
import { indexEntries } from '../../../support/language.js';
import { plainPattern } from '../arbitrary.js';
import { patternOf } from '../make.js';

function scan(index: EntryIndex, probe: string, from = 0): number[] {
  const found: number[] = [];
  const entries = new EntryScan(index, subjectOf(probe), from);
  for (let entry = entries.next(); entry !== -1; entry = entries.next()) found.push(entry);
  return found;
}

const fields = fc.constantFrom(
  ...[
    'tcp_local|',
    'TCP|*|25|',
    '*|',
    '*@',
    'user1',
    'user2@',
    '.example.com',
    'b.example.com|',
    '10.1.2.3',
    '%',
    '$D*',
    '$_*',
  ],
  ...[
    '$(10.1.0.0/16)',
    '$(10.1.2.0/24)',
    '$<10.1.2.3/3>',
    '${2001:db8::/32}',
    '${2001:db8:1::/48}',
    '|',
    'é',
    'ab',
  ],
);

const fieldPattern = fc
  .array(fields, { minLength: 1, maxLength: 5 })
  .map((parts) => patternOf(parts.join('')));

const pieces = fc.constantFrom(
  ...[
    'tcp_local|',
    'TCP|x|25|',
    'user1',
    'USER2@',
    'a.example.com',
    'b.example.com|',
    '10.1.2.3',
    '10.1.9.9',
    '|',
    'É',
  ],
  ...['2001:db8:1::5', '2001:db8:2::5', 'ab', '7', '@'],
);

const fieldProbe = fc.array(pieces, { maxLength: 6 }).map((parts) => parts.join(''));

function agree(patterns: readonly MappingPattern[], probe: string, from: number): void {
  const compiled = patterns.map(compilePattern);
  const budget = new StepBudget(10_000_000);
  const subject = subjectOf(probe);
  const isMatch = (entry: number) => {
    const pattern = compiled[entry];
    return pattern !== undefined && matchSubject(pattern, subject, budget) !== null;
  };
  const all = compiled.map((_, entry) => entry).filter((entry) => entry >= from);
  const candidates = scan(indexEntries(compiled), probe, from);
  assert.deepEqual(
    candidates,
    [...new Set(candidates)].sort((left, right) => left - right),
  );
  assert.deepEqual(candidates.filter(isMatch), all.filter(isMatch));
}

describe('indexEntries', () => {
  it('finds what a scan of all entries finds, in the same order', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fieldPattern, plainPattern), { minLength: 12, maxLength: 40 }),
        fieldProbe,
        fc.nat({ max: 20 }),
        agree,
      ),
      { numRuns: 1500 },
    );
  });

  for (const [shape, pattern, probe] of [
    ['first field', 'tcp_local|user#@dom.example|*|*', 'tcp_local|user77@dom.example|l|x@y'],
    ['whole address', 'user#@dom.example', 'user77@dom.example'],
    ['domain in the middle', '*|*@dom#.example|*|*', 'tcp_local|u@dom77.example|l|x@y'],
    ['domain at the end', 'tcp_local|*|*|*@dom#.example', 'tcp_local|u@v|l|x@dom77.example'],
    ['client address', 'TCP|*|25|10.0.#.1|*', 'TCP|1.2.3.4|25|10.0.77.1|999'],
    ['network', 'TCP|*|25|$(10.#.0.0/16)|*', 'TCP|1.2.3.4|25|10.77.3.4|999'],
    ['IPv6 network', 'TCP|*|25|${2001:db8:#::/48}|*', 'TCP|::1|25|2001:db8:77::4|999'],
  ] as const) {
    it(`tries few of 250 entries by ${shape}`, () => {
      const patterns = Array.from({ length: 250 }, (_, at) =>
        compilePattern(patternOf(pattern.replace('#', `${at}`))),
      );
      const candidates = scan(indexEntries(patterns), probe);
      assert.ok(candidates.includes(77));
      assert.ok(candidates.length <= 4, `${candidates}`);
    });
  }

  it('always tries entries without any literal, in order', () => {
    const texts = Array.from({ length: 30 }, (_, at) => (at % 10 === 5 ? '*' : `entry-${at}-|*`));
    const index = indexEntries(texts.map((text) => compilePattern(patternOf(text))));
    assert.deepEqual(scan(index, 'entry-7-|'), [5, 7, 15, 25]);
    assert.deepEqual(scan(index, 'entry-7-|', 8), [15, 25]);
  });

  it('has keys of one length for entries with long literals, although a short stretch may by chance be rarer', () => {
    const shapes = [
      'tcp_local|*@host#.example|*|*',
      'tcp_local|user#@*|*|*',
      '*|*|tcp_local|*@host#.example',
      'tcp_*|*|tcp_local|user#@host#.example',
    ];
    for (const size of [12, 40, 80, 200]) {
      const texts = Array.from({ length: size }, (_, at) =>
        (shapes[at % shapes.length] ?? '').replaceAll('#', `${at}`),
      );
      const { lengths } = indexEntries(texts.map((text) => compilePattern(patternOf(text))));
      assert.deepEqual(lengths, [8], `${size} entries`);
    }
  });

  for (const [what, pattern, stretch] of [
    ['a long stretch', '*abcdefgh*', 'abcdefgh'],
    ['a short stretch', '*abc*', 'abc'],
    ['an address', '$(10.0.0.0/8)*', '10.1.2.3|'],
  ] as const) {
    it(`reads the entries of a key once when a probe repeats ${what}`, () => {
      const index = indexEntries(Array.from({ length: 200 }, () => compilePattern(patternOf(pattern))));
      let reads = 0;
      const entries = new Proxy(index.entries, {
        get(target, name) {
          reads += 1;
          return Reflect.get(target, name);
        },
      });
      const found = scan({ ...index, entries }, stretch.repeat(100));
      assert.equal(found.length, 200);
      assert.equal(reads, 200);
    });
  }
});

describe('sortKeysInSlices', () => {
  it('puts keys in order bucket by bucket, each with its entry, and firstPlaceOf finds them', () => {
    const keys = fc.array(fc.tuple(fc.nat({ max: 3 }), fc.nat({ max: 3 })), { maxLength: 40 });
    fc.assert(
      fc.property(keys, (drawn) => {
        const inBuckets = drawn
          .map(([bucket, low], entry) => ({ hash: bucket * 16 + low, entry }))
          .sort((left, right) => (left.hash >>> 4) - (right.hash >>> 4));
        const hashes = Uint32Array.from(inBuckets, ({ hash }) => hash);
        const entries = Int32Array.from(inBuckets, ({ entry }) => entry);
        atOnce(sortKeysInSlices({ hashes, entries }, 4));
        const sorted = inBuckets.toSorted(
          (left, right) => left.hash - right.hash || left.entry - right.entry,
        );
        assert.deepEqual(
          sorted.map(({ hash, entry }) => [hash, entry]),
          Array.from(hashes, (hash, at) => [hash, entries[at]]),
        );
        for (let hash = 0; hash < 64; hash += 1) {
          const first = sorted.findIndex((one) => one.hash === hash);
          assert.equal(firstPlaceOf(hashes, hash, 0, hashes.length), first);
        }
      }),
    );
  });
});
