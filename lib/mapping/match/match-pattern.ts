/*
 * Puts a probe to a pattern. The whole probe must match; among several ways the one counts that a search from left to
 * right finds first, a greedy wildcard trying the longest text first, a lazy one the shortest.
 * Costs at most pattern times probe; only patterns with a back-match are searched, step by counted step.
 * Ref: PMDF 5.3.1
 */
import type { StepBudget } from '../../engine/index.js';
import type { CompiledPattern } from './compile-pattern.js';
import { blocksMatch } from './match-by-blocks.js';
import { searchMatch } from './match-by-search.js';
import { tableMatch } from './match-by-table.js';
import { type Match, type Subject, subjectOf } from './subject.js';

const noCaptures: Match = Object.freeze({ captures: Object.freeze([]) });

/** The inner literals occur one after the other: cheap, and it rejects most probes that do not match. */
function hasLiterals({ prefix, suffix, literals }: CompiledPattern, folded: string): boolean {
  let from = prefix.length;
  for (const literal of literals) {
    const at = folded.indexOf(literal, from);
    if (at === -1) return false;
    from = at + literal.length;
  }
  return from <= folded.length - suffix.length;
}

/** Matches a subject; null when it does not match. Throws StepLimitReached when the budget is used up. */
export function matchSubject(pattern: CompiledPattern, subject: Subject, budget: StepBudget): Match | null {
  const { folded } = subject;
  if (folded.length < pattern.minimumLength) return null;
  if (!folded.startsWith(pattern.prefix) || !folded.endsWith(pattern.suffix)) return null;
  const from = pattern.prefix.length;
  const to = folded.length - pattern.suffix.length;
  if (pattern.way === 'literal') return from === to ? noCaptures : null;
  if (!hasLiterals(pattern, folded)) return null;
  budget.spend(1 + ((pattern.inner.length * (to - from)) >>> 10), 'matching');
  switch (pattern.way) {
    case 'blocks':
      return blocksMatch(pattern, subject, from, to);
    case 'table':
      return tableMatch(pattern, subject, from, to);
    case 'back-match':
      return searchMatch(pattern, subject, { from, to }, budget);
  }
}

/** Matches a probe against one pattern: `a-b-c` against `$_*-$_*` gives `a` and `b-c`. */
export function matchPattern(pattern: CompiledPattern, probe: string, budget: StepBudget): Match | null {
  return matchSubject(pattern, subjectOf(probe), budget);
}
