/*
 * Matches any pattern without a back-match. A table, filled from the end, holds for each element and each place
 * whether the rest of the pattern can match from there; a walk from the left then takes the longest or shortest way
 * without ever turning back. Both cost pattern times probe.
 */
import type { CompiledElement, CompiledPattern } from './compile-pattern.js';
import { characterWidth } from './fold.js';
import { addressEnd, isCutOff } from './ip-glob.js';
import type { Match, Subject } from './match-pattern.js';

/** The table: row after row, one for each element and one for the end, each with a cell for every place. */
export interface Reach {
  readonly cells: Uint8Array;
  readonly width: number;
  readonly from: number;
}

/** Whether the elements from `index` on can match from the place `at` to the end. */
export function canMatch(reach: Reach, index: number, at: number): boolean {
  return reach.cells[index * reach.width + at - reach.from] === 1;
}

/** The code point at a place, taking a lone surrogate as it is. */
function codeAt(text: string, at: number): number {
  return text.codePointAt(at) ?? 0;
}

/** Where an element of one shape only ends when it starts at `at`, or -1. */
export function fixedEnd(
  element: Exclude<CompiledElement, { kind: 'run' | 'back-match' }>,
  { probe, folded }: Subject,
  at: number,
  to: number,
): number {
  switch (element.kind) {
    case 'literal':
      return folded.startsWith(element.text, at) ? at + element.text.length : -1;
    case 'single':
      return at < to && element.test(codeAt(probe, at)) ? at + characterWidth(probe, at) : -1;
    case 'address':
      return element.free && isCutOff(element.glob, probe, at) ? -1 : addressEnd(element.glob, probe, at);
  }
}

function fillRun(
  cells: Uint8Array,
  row: number,
  width: number,
  subject: Subject,
  from: number,
  accepts: (code: number) => boolean,
): void {
  const { probe } = subject;
  for (let place = width - 1; place >= 0; place -= 1) {
    const below = cells[row + width + place] === 1;
    const at = from + place;
    const onward = place < width - 1 && cells[row + place + characterWidth(probe, at)] === 1;
    cells[row + place] = below || (onward && accepts(codeAt(probe, at))) ? 1 : 0;
  }
}

const acceptsAll = () => true;

/** Fills the table for the stretch from `from` to `to`; a back-match counts as any run, so its cells promise too much. */
export function fillReach(pattern: CompiledPattern, subject: Subject, from: number, to: number): Reach {
  const { inner } = pattern;
  const width = to - from + 1;
  const cells = new Uint8Array((inner.length + 1) * width);
  cells[inner.length * width + width - 1] = 1;
  for (let index = inner.length - 1; index >= 0; index -= 1) {
    const element = inner[index];
    if (element === undefined) continue;
    const row = index * width;
    if (element.kind === 'run') fillRun(cells, row, width, subject, from, element.test);
    else if (element.kind === 'back-match') fillRun(cells, row, width, subject, from, acceptsAll);
    else {
      for (let place = 0; place < width; place += 1) {
        const end = fixedEnd(element, subject, from + place, to);
        if (end !== -1 && end <= to && cells[row + width + end - from] === 1) cells[row + place] = 1;
      }
    }
  }
  return { cells, width, from };
}

function runEnd(
  element: Extract<CompiledElement, { kind: 'run' }>,
  probe: string,
  reach: Reach,
  next: number,
  start: number,
  to: number,
): number {
  let best = start;
  for (let at = start; ; at += characterWidth(probe, at)) {
    if (canMatch(reach, next, at)) {
      best = at;
      if (element.lazy) return best;
    }
    if (at >= to || !element.test(codeAt(probe, at))) return best;
  }
}

/** Matches the stretch from `from` to `to` of a probe; outer literals are checked already. */
export function tableMatch(
  pattern: CompiledPattern,
  subject: Subject,
  from: number,
  to: number,
): Match | null {
  const reach = fillReach(pattern, subject, from, to);
  if (!canMatch(reach, 0, from)) return null;
  const captures: string[] = [];
  let position = from;
  for (const [index, element] of pattern.inner.entries()) {
    // This way of matching is never chosen for a pattern with a back-match.
    if (element.kind === 'back-match') return null;
    const end =
      element.kind === 'run'
        ? runEnd(element, subject.probe, reach, index + 1, position, to)
        : fixedEnd(element, subject, position, to);
    if (element.saved) captures.push(subject.probe.slice(position, end));
    position = end;
  }
  return { captures };
}
