/*
 * Both spellings of a domain in a pattern. Probes made from live mail hold domains in A-labels, and a pattern may be
 * written in U-labels; an administrator may test a table with either.
 * A pattern with such a label has others that match for it: all labels as A-labels, all as U-labels. A label counts
 * where a field may hold a domain: after the last at sign, in all of a field without one, and in a local part with
 * routing. A label that a wildcard for one character touches is a part of a label, which has no other spelling.
 * Ref: RFC 5890 2.3.2.1
 */
import { foldHost, unicodeDomain } from '../address/index.js';
import type { MappingPattern, PatternElement } from './syntax.js';

const twoSpellings = /[^\x00-\x7f]|xn--/i;
const label = /[-0-9A-Z_a-z\u0080-\uffff]+/g;

/** Where the field at hand ends its local part; null where all of it may hold domains. */
interface FieldEnd {
  readonly element: number;
  readonly offset: number;
}

/** For each field, between bars, the place of the last at sign after which its domain begins. */
function localPartEnds(pattern: MappingPattern): (FieldEnd | null)[] {
  const ends: (FieldEnd | null)[] = [];
  let at: FieldEnd | null = null;
  let routes = false;
  let mark = false;
  for (const [element, one] of pattern.entries()) {
    if (one.kind !== 'literal') continue;
    for (let offset = 0; offset < one.text.length; offset += 1) {
      const character = one.text.charAt(offset);
      if (character === '|') {
        ends.push(routes ? null : at);
        at = null;
        routes = mark = false;
      } else if (character === '@') {
        at = { element, offset };
        routes = mark;
      } else if (character === '%' || character === '!') mark = true;
    }
  }
  ends.push(routes ? null : at);
  return ends;
}

function touches(element: PatternElement | undefined): boolean {
  return element?.kind === 'single' || element?.kind === 'back-match';
}

/** Rewrites the labels of a pattern that are in a domain. */
function respelled(pattern: MappingPattern, spell: (label: string) => string): MappingPattern {
  const ends = localPartEnds(pattern);
  let field = 0;
  return pattern.map((one, element) => {
    if (one.kind !== 'literal') return one;
    let bars = 0;
    let seen = 0;
    const text = one.text.replace(label, (written, offset: number) => {
      for (; seen < offset; seen += 1) if (one.text[seen] === '|') bars += 1;
      const end = ends[field + bars] ?? null;
      const isInDomain =
        end === null || element > end.element || (element === end.element && offset > end.offset);
      const isPart =
        (offset === 0 && touches(pattern[element - 1])) ||
        (offset + written.length === one.text.length && touches(pattern[element + 1]));
      return isInDomain && !isPart ? spell(written) : written;
    });
    field += one.text.split('|').length - 1;
    return text === one.text ? one : { ...one, text };
  });
}

function textOf(pattern: MappingPattern): string {
  return pattern.map((one) => (one.kind === 'literal' ? one.text.toLowerCase() : one.kind)).join('\0');
}

/** Gives the patterns that match for a pattern besides itself; nearly always none. */
export function otherSpellings(pattern: MappingPattern): readonly MappingPattern[] {
  if (!pattern.some((one) => one.kind === 'literal' && twoSpellings.test(one.text))) return [];
  const all = [pattern, respelled(pattern, foldHost), respelled(pattern, unicodeDomain)];
  const texts = all.map(textOf);
  return all.filter((_, index) => index > 0 && texts.indexOf(texts[index] ?? '') === index);
}
