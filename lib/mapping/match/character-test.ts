/*
 * Compiles a class of characters into a test that runs in constant time. Case does not count.
 * Ref: PMDF 5.3.1
 */
import type { CharacterClass, CharacterRange, ClassLetter } from '../syntax.js';
import { foldUnit } from './subject.js';

/** Tells of a code point whether it belongs to a class. */
export type CharacterTest = (code: number) => boolean;

function rangesOf(characters: string): CharacterRange[] {
  return Array.from(characters, (one) => ({ from: one.charCodeAt(0), to: one.charCodeAt(0) }));
}

const digits = { from: 0x30, to: 0x39 };
const letters = { from: 0x41, to: 0x5a };
const hexLetters = { from: 0x41, to: 0x46 };

const namedRanges: Readonly<Record<ClassLetter, readonly CharacterRange[]>> = {
  A: [letters],
  B: rangesOf('01'),
  D: [digits],
  H: [digits, hexLetters],
  O: rangesOf('01234567'),
  S: [digits, letters, ...rangesOf('_$')],
  T: rangesOf('\t\v '),
  X: [digits, hexLetters],
};

function lowerUnit(code: number): number {
  const lower = String.fromCharCode(code).toLowerCase();
  return lower.length === 1 ? lower.charCodeAt(0) : code;
}

function testOf(ranges: readonly CharacterRange[]): CharacterTest {
  const isIn = (code: number) => ranges.some(({ from, to }) => code >= from && code <= to);
  const isInEitherCase = (code: number) => {
    if (isIn(code)) return true;
    // A pair has no other case here: folding goes unit by unit and would change its length.
    if (code > 0xffff) return false;
    const folded = foldUnit(code);
    if (isIn(folded)) return true;
    const lower = lowerUnit(code);
    return foldUnit(lower) === folded && isIn(lower);
  };
  const ascii = Uint8Array.from({ length: 128 }, (_, code) => (isInEitherCase(code) ? 1 : 0));
  return (code) => (code < 128 ? ascii[code] === 1 : isInEitherCase(code));
}

const anyTest: CharacterTest = () => true;

const namedTests: ReadonlyMap<ClassLetter, CharacterTest> = new Map(
  (['A', 'B', 'D', 'H', 'O', 'S', 'T', 'X'] as const).map((letter) => [letter, testOf(namedRanges[letter])]),
);

export function testFor(of: CharacterClass): CharacterTest {
  switch (of.kind) {
    case 'any':
      return anyTest;
    case 'named':
      return namedTests.get(of.letter) ?? testOf(namedRanges[of.letter]);
    case 'set':
      return testOf(of.ranges);
  }
}
