/*
 * Shows the elements of a pattern as `pmdf test -match` prints them, one on each line, numbered from 1:
 *   [ 1S] cglob [1ax]             a run out of a set, saved
 *   [ 2] "@"                      a literal character
 *   [ 3S] glob, req 109, reps 2   a `*`; the code of the last literal character after it, 0 when there is none
 * `reps` is 1 for one character, 2 for any number. Words for what the manual does not show are ours.
 * Ref: PMDF test -match
 */
import type { CharacterClass, CharacterRange, MappingPattern, PatternElement } from './syntax.js';

const classNames = {
  A: 'letters',
  B: 'binary digits',
  D: 'digits',
  H: 'hex digits',
  O: 'octal digits',
  S: 'symbol characters',
  T: 'blanks',
  X: 'hex digits',
} as const;

function describeRange({ from, to }: CharacterRange): string {
  const first = String.fromCodePoint(from);
  if (from === to) return first;
  const last = String.fromCodePoint(to);
  return to === from + 1 ? first + last : `${first}-${last}`;
}

/** Sorts the characters of a set and joins ranges that touch. */
function describeSet(ranges: readonly CharacterRange[]): string {
  const joined: CharacterRange[] = [];
  for (const range of [...ranges].sort((left, right) => left.from - right.from)) {
    const last = joined.at(-1);
    if (last !== undefined && range.from <= last.to) {
      joined[joined.length - 1] = { from: last.from, to: Math.max(last.to, range.to) };
    } else joined.push(range);
  }
  return joined.map(describeRange).join('');
}

function describeClass(of: CharacterClass): string {
  switch (of.kind) {
    case 'any':
      return '';
    case 'named':
      return classNames[of.letter];
    case 'set':
      return `[${describeSet(of.ranges)}]`;
  }
}

function describeElement(element: PatternElement, lastLiteral: number): string {
  switch (element.kind) {
    case 'literal':
      return `"${element.text}"`;
    case 'single':
      return element.of.kind === 'any' ? 'char, reps 1' : `cchar ${describeClass(element.of)}`;
    case 'run': {
      const lazy = element.lazy ? 'lazy ' : '';
      return element.of.kind === 'any'
        ? `${lazy}glob, req ${lastLiteral}, reps 2`
        : `${lazy}cglob ${describeClass(element.of)}`;
    }
    case 'back-match':
      return `back-match ${element.capture}`;
    case 'address': {
      const bits = element.form === 'ipv4-low' ? `all but the low ${element.bits}` : `${element.bits}`;
      return `address ${element.address}, ${bits} bits`;
    }
  }
}

/** Describes a pattern, one line for each element; a literal has a line for each of its characters. */
export function describePattern(pattern: MappingPattern): string[] {
  const literals = pattern.map((element) => (element.kind === 'literal' ? Array.from(element.text) : null));
  const lastOf = (from: number) =>
    literals
      .slice(from)
      .findLast((one) => one !== null)
      ?.at(-1)
      ?.codePointAt(0);
  const lines: string[] = [];
  for (const [index, element] of pattern.entries()) {
    const mark = element.kind !== 'literal' && element.saved ? 'S' : '';
    const texts = literals[index]?.map((character) => `"${character}"`) ?? [
      describeElement(element, lastOf(index + 1) ?? 0),
    ];
    for (const text of texts) lines.push(`[${String(lines.length + 1).padStart(2)}${mark}] ${text}`);
  }
  return lines;
}
