/*
 * Patterns for which the text that a wildcard matches is certain: all of a field, or one side of the last at sign in it. Of other
 * patterns the text depends on how much the wildcards before it match.
 * Ref: PMDF 5.3.1
 */
import {
  type CharacterClass,
  fieldsOf,
  type MappingPattern,
  type PatternElement,
} from '../../../mapping/index.js';

/** A pattern for some of the texts that another one matches. */
export interface CertainForm {
  readonly pattern: MappingPattern;
  /** The wildcards that match what is after the last at sign of their field. */
  readonly afterSign: ReadonlySet<number>;
}

/** Every printable character but the at sign. */
const withoutSign: CharacterClass = {
  kind: 'set',
  ranges: [
    { from: 0x20, to: 0x3f },
    { from: 0x41, to: 0x7e },
  ],
};

function isAnyRun(element: PatternElement | undefined): boolean {
  return element?.kind === 'run' && element.of.kind === 'any' && element.saved;
}

/** `*@*`: the first wildcard matches as much as possible. */
function isCutAtSign([first, sign, second, more]: MappingPattern): boolean {
  const isSign = sign?.kind === 'literal' && sign.text === '@';
  const isGreedy = first?.kind === 'run' && !first.lazy;
  return more === undefined && isSign && isGreedy && isAnyRun(first) && isAnyRun(second);
}

/** Finds the form of a pattern in which the texts of some wildcards are certain, for probes with so many fields; null for none. */
export function certainForm(
  pattern: MappingPattern,
  captures: ReadonlySet<number>,
  fieldCount: number,
): CertainForm | null {
  const fields = fieldsOf(pattern);
  // With a bar for each of the probe no wildcard matches one.
  if (fields.length !== fieldCount || pattern.some(({ kind }) => kind === 'back-match')) return null;
  const afterSign = new Set<number>();
  let number = 0;
  for (const field of fields) {
    const saved = field.filter((element) => element.kind !== 'literal' && element.saved).length;
    const isAsked = Array.from({ length: saved }, (_, at) => number + at).some((one) => captures.has(one));
    if (isCutAtSign(field)) afterSign.add(number + 1);
    else if (isAsked && !(field.length === 1 && isAnyRun(field[0]))) return null;
    number += saved;
  }
  let capture = -1;
  const made = pattern.map((element): PatternElement => {
    if (element.kind === 'literal' || !element.saved) return element;
    capture += 1;
    return afterSign.has(capture) && element.kind === 'run' ? { ...element, of: withoutSign } : element;
  });
  return { pattern: made, afterSign };
}

/** A pattern for the texts without an at sign that another one matches; null where that is not known. */
export function withoutSigns(pattern: MappingPattern): MappingPattern | null {
  const made: PatternElement[] = [];
  for (const element of pattern) {
    if (element.kind === 'back-match') return null;
    if (element.kind === 'literal' && element.text.includes('@')) return null;
    const isAny = (element.kind === 'single' || element.kind === 'run') && element.of.kind === 'any';
    made.push(isAny ? { ...element, of: withoutSign } : element);
  }
  return made;
}
