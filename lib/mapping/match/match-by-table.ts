/*
 * Matches any pattern without a back-match. A table, filled from the end, holds for each element and each place
 * whether the rest of the pattern can match from there; a walk from the left then chooses the longest or shortest way
 * without ever turning back. Both cost pattern times probe.
 */
import type { CharacterTest } from './character-test.js';
import type { CompiledElement, CompiledPattern } from './compile-pattern.js';
import { codeAt, fixedEnd } from './match-fixed.js';
import type { Match, Subject } from './subject.js';
import { characterWidth } from './subject.js';

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

/** One row of the table, which starts at `row` of its cells. */
interface Row extends Reach {
  readonly row: number;
}

/** The row of a run: from a place, the rest can match here, or after one more character. */
function fillRun(
  { cells, row, width, from }: Row,
  { probe, isAscii }: Subject,
  test: CharacterTest | null,
): void {
  let onward = 0;
  for (let place = width - 1; place >= 0; place -= 1) {
    const at = from + place;
    if (place < width - 1) {
      if (!isAscii) onward = cells[row + place + characterWidth(probe, at)] ?? 0;
      if (onward === 1 && test !== null && !test(codeAt(probe, at))) onward = 0;
    }
    onward = onward === 1 ? 1 : (cells[row + width + place] ?? 0);
    cells[row + place] = onward;
  }
}

/** The row of a literal: only places where it occurs are looked at. */
function fillLiteral({ cells, row, width, from }: Row, { folded }: Subject, text: string): void {
  const last = width - 1 - text.length;
  for (let at = folded.indexOf(text, from); at !== -1; at = folded.indexOf(text, at + 1)) {
    const place = at - from;
    if (place > last) return;
    if (cells[row + width + place + text.length] === 1) cells[row + place] = 1;
  }
}

function fillFixed(
  { cells, row, width, from }: Row,
  subject: Subject,
  element: Extract<CompiledElement, { kind: 'single' | 'address' }>,
): void {
  const to = from + width - 1;
  for (let place = 0; place < width; place += 1) {
    const end = fixedEnd(element, subject, from + place, to);
    if (end !== -1 && end <= to && cells[row + width + end - from] === 1) cells[row + place] = 1;
  }
}

/** Fills the table for the stretch from `from` to `to`; for a back-match, which counts as any run, the cells are only an upper bound. */
export function fillReach(pattern: CompiledPattern, subject: Subject, from: number, to: number): Reach {
  const { inner } = pattern;
  const width = to - from + 1;
  const cells = new Uint8Array((inner.length + 1) * width);
  cells[inner.length * width + width - 1] = 1;
  for (let index = inner.length - 1; index >= 0; index -= 1) {
    const element = inner[index];
    const row = { cells, row: index * width, width, from };
    switch (element?.kind) {
      case 'run':
        fillRun(row, subject, element.any ? null : element.test);
        break;
      case 'back-match':
        fillRun(row, subject, null);
        break;
      case 'literal':
        fillLiteral(row, subject, element.text);
        break;
      case 'single':
      case 'address':
        fillFixed(row, subject, element);
    }
  }
  return { cells, width, from };
}

/** Where a run from `start` ends so that the elements from `next` on can match. */
function runEnd(
  element: Extract<CompiledElement, { kind: 'run' }>,
  probe: string,
  reach: Reach,
  { next, start }: { readonly next: number; readonly start: number },
): number {
  const to = reach.from + reach.width - 1;
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
        ? runEnd(element, subject.probe, reach, { next: index + 1, start: position })
        : fixedEnd(element, subject, position, to);
    if (element.saved) captures.push(subject.probe.slice(position, end));
    position = end;
  }
  return { captures };
}
