/*
 * Matches patterns of literals and wildcards for any run, the most usual ones, by searching the literals.
 * From the right every literal is put as far right as it can stand; from the left a greedy wildcard then goes up to that
 * place, a lazy one up to the next occurrence, which never lies further right.
 */
import type { CompiledPattern } from './compile-pattern.js';
import type { Match, Subject } from './match-pattern.js';

/** The rightmost places of the inner literals such that all fit in order; null when they do not. */
function rightmostPlaces(
  literals: readonly string[],
  folded: string,
  from: number,
  to: number,
): number[] | null {
  const places: number[] = [];
  let limit = to;
  for (let index = literals.length - 1; index >= 0; index -= 1) {
    const literal = literals[index] ?? '';
    const latest = limit - literal.length;
    if (latest < from) return null;
    limit = folded.lastIndexOf(literal, latest);
    if (limit < from) return null;
    places[index] = limit;
  }
  return places;
}

/** Matches the stretch from `from` to `to` of a probe; outer literals are checked already. */
export function starsMatch(
  pattern: CompiledPattern,
  { probe, folded }: Subject,
  from: number,
  to: number,
): Match | null {
  const { inner, literals } = pattern;
  const places = rightmostPlaces(literals, folded, from, to);
  if (places === null) return null;
  const captures: string[] = [];
  let position = from;
  let passed = 0;
  for (let index = 0; index < inner.length; index += 1) {
    const element = inner[index];
    if (element?.kind === 'literal') {
      position += element.text.length;
      passed += 1;
      continue;
    }
    if (element?.kind !== 'run') continue;
    const end = runEnd(element.lazy, inner[index + 1], position, places[passed] ?? to, folded);
    if (element.saved) captures.push(probe.slice(position, end));
    position = end;
  }
  return { captures };
}

/** Where a run ends that can go as far as `farthest`, the place of the next literal or the end. */
function runEnd(
  lazy: boolean,
  next: CompiledPattern['inner'][number] | undefined,
  position: number,
  farthest: number,
  folded: string,
): number {
  if (!lazy || next === undefined) return farthest;
  // Another run follows and can take the rest.
  return next.kind === 'literal' ? folded.indexOf(next.text, position) : position;
}
