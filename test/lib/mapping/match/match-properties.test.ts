import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { describe, it } from 'mocha';
import { StepBudget } from '../../../../lib/engine/environment.js';
import { compilePattern } from '../../../../lib/mapping/match/compile-pattern.js';
import {
  matchPattern,
  matchSubject,
  matchWithoutCaptures,
} from '../../../../lib/mapping/match/match-pattern.js';
import { subjectOf } from '../../../../lib/mapping/match/subject.js';
import { parsePattern } from '../../../../lib/mapping/parse-pattern.js';
import type { CharacterClass, MappingPattern, PatternElement } from '../../../../lib/mapping/syntax.js';
import { backMatchPattern, plainPattern, shortProbe } from '../arbitrary.js';
import { spansIn } from '../make.js';

function budget(): StepBudget {
  return new StepBudget(10_000_000);
}

const namedClasses = {
  A: '[A-Za-z]',
  B: '[01]',
  D: '[0-9]',
  H: '[0-9A-Fa-f]',
  O: '[0-7]',
  S: '[0-9A-Za-z_$]',
  T: '[\\t\\v ]',
  X: '[0-9A-Fa-f]',
} as const;

function escapeCode(code: number): string {
  return `\\u{${code.toString(16)}}`;
}

function classSource(of: CharacterClass): string {
  switch (of.kind) {
    case 'any':
      return '.';
    case 'named':
      return namedClasses[of.letter];
    case 'set':
      return `[${of.ranges.map(({ from, to }) => `${escapeCode(from)}-${escapeCode(to)}`).join('')}]`;
  }
}

function isSameIgnoringCase(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}

/** The language by its definition: try every possibility in order, use the first that works. */
function slowMatch(pattern: MappingPattern, probe: string): string[] | null {
  const characters = Array.from(probe);
  const text = (from: number, to: number) => characters.slice(from, to).join('');
  const accepts = (of: CharacterClass, at: number) =>
    at < characters.length && new RegExp(`^${classSource(of)}$`, 'isu').test(characters[at] ?? '');

  function from(index: number, at: number, captures: readonly string[]): string[] | null {
    const element: PatternElement | undefined = pattern[index];
    if (element === undefined) return at === characters.length ? [...captures] : null;
    const take = (end: number) => {
      const isSaved = element.kind !== 'literal' && element.saved;
      return from(index + 1, end, isSaved ? [...captures, text(at, end)] : captures);
    };
    switch (element.kind) {
      case 'literal':
      case 'back-match': {
        const wanted = element.kind === 'literal' ? element.text : (captures[element.capture] ?? '');
        const end = at + Array.from(wanted).length;
        return end <= characters.length && isSameIgnoringCase(text(at, end), wanted) ? take(end) : null;
      }
      case 'single':
        return accepts(element.of, at) ? take(at + 1) : null;
      case 'run': {
        const ends = [at];
        for (let end = at; accepts(element.of, end); end += 1) ends.push(end + 1);
        for (const end of element.lazy ? ends : ends.reverse()) {
          const found = take(end);
          if (found !== null) return found;
        }
        return null;
      }
      case 'address':
        throw new Error('not in these patterns');
    }
  }
  return from(0, 0, []);
}

function regExpFor(pattern: MappingPattern): RegExp {
  const parts = pattern.map((element) => {
    switch (element.kind) {
      case 'literal':
        return Array.from(element.text, (one) => escapeCode(one.codePointAt(0) ?? 0)).join('');
      case 'single':
        return `${element.saved ? '(' : '(?:'}${classSource(element.of)})`;
      case 'run':
        return `${element.saved ? '(' : '(?:'}${classSource(element.of)}*${element.lazy ? '?' : ''})`;
      default:
        throw new Error('not in these patterns');
    }
  });
  return new RegExp(`^${parts.join('')}$`, 'isu');
}

describe('matchPattern, for any pattern and probe', () => {
  it('agrees with a slow and obvious matcher', () => {
    fc.assert(
      fc.property(plainPattern, shortProbe, (pattern, probe) => {
        const match = matchPattern(compilePattern(pattern), probe, budget());
        assert.deepEqual(match?.captures ?? null, slowMatch(pattern, probe));
      }),
      { numRuns: 3000 },
    );
  });

  it('agrees with it on back-matches', () => {
    fc.assert(
      fc.property(backMatchPattern, shortProbe, (pattern, probe) => {
        const match = matchPattern(compilePattern(pattern), probe, budget());
        assert.deepEqual(match?.captures ?? null, slowMatch(pattern, probe));
      }),
      { numRuns: 2000 },
    );
  });

  it('matches the same without captures', () => {
    fc.assert(
      fc.property(fc.oneof(plainPattern, backMatchPattern), shortProbe, (pattern, probe) => {
        const compiled = compilePattern(pattern);
        const subject = subjectOf(probe);
        const match = matchSubject(compiled, subject, budget());
        assert.equal(matchWithoutCaptures(compiled, subject, budget()) === null, match === null);
      }),
      { numRuns: 3000 },
    );
  });

  it('captures what the same regular expression captures', () => {
    fc.assert(
      fc.property(plainPattern, shortProbe, (pattern, probe) => {
        const match = matchPattern(compilePattern(pattern), probe, budget());
        assert.deepEqual(match?.captures ?? null, regExpFor(pattern).exec(probe)?.slice(1) ?? null);
      }),
      { numRuns: 3000 },
    );
  });

  it('finds a probe that was made from the pattern', () => {
    fc.assert(
      fc.property(plainPattern, (pattern) => {
        const probe = pattern
          .map((element) => (element.kind === 'literal' ? element.text.toUpperCase() : ''))
          .join('');
        const needsMore = pattern.some((element) => element.kind === 'single');
        const match = matchPattern(compilePattern(pattern), probe, budget());
        assert.equal(match !== null || needsMore, true);
      }),
    );
  });

  it('never throws, whatever was written', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'$%*_@^0a[]-\\(){}<>/1.2:D|'), maxLength: 20 }),
        fc.string({ unit: 'binary', maxLength: 20 }),
        (text, probe) => {
          const { value, diagnostics } = parsePattern(text, spansIn(text));
          for (const { span } of diagnostics)
            assert.ok(span.offset >= 0 && span.offset + span.length <= text.length);
          matchPattern(compilePattern(value), probe, budget());
        },
      ),
      { numRuns: 3000 },
    );
  });
});
