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

/** The row of a run: from a place, the rest can match here, or after one more character. */
function fillRun(
  cells: Uint8Array,
  row: number,
  width: number,
  { probe, isAscii }: Subject,
  from: number,
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
function fillLiteral(
  cells: Uint8Array,
  row: number,
  width: number,
  { folded }: Subject,
  from: number,
  text: string,
): void {
  const last = width - 1 - text.length;
  for (let at = folded.indexOf(text, from); at !== -1; at = folded.indexOf(text, at + 1)) {
    const place = at - from;
    if (place > last) return;
    if (cells[row + width + place + text.length] === 1) cells[row + place] = 1;
  }
}

function fillFixed(
  cells: Uint8Array,
  row: number,
  width: number,
  subject: Subject,
  from: number,
  element: Extract<CompiledElement, { kind: 'single' | 'address' }>,
): void {
  const to = from + width - 1;
  for (let place = 0; place < width; place += 1) {
    const end = fixedEnd(element, subject, from + place, to);
    if (end !== -1 && end <= to && cells[row + width + end - from] === 1) cells[row + place] = 1;
  }
}

/** Fills the table for the stretch from `from` to `to`; a back-match counts as any run, so its cells promise too much. */
export function fillReach(pattern: CompiledPattern, subject: Subject, from: number, to: number): Reach {
  const { inner } = pattern;
  const width = to - from + 1;
  const cells = new Uint8Array((inner.length + 1) * width);
  cells[inner.length * width + width - 1] = 1;
  for (let index = inner.length - 1; index >= 0; index -= 1) {
    const element = inner[index];
    const row = index * width;
    switch (element?.kind) {
      case 'run':
        fillRun(cells, row, width, subject, from, element.any ? null : element.test);
        break;
      case 'back-match':
        fillRun(cells, row, width, subject, from, null);
        break;
      case 'literal':
        fillLiteral(cells, row, width, subject, from, element.text);
        break;
      case 'single':
      case 'address':
        fillFixed(cells, row, width, subject, from, element);
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
