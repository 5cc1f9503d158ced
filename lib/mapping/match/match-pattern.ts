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
function hasLiterals({ prefix, suffix, inner }: CompiledPattern, folded: string): boolean {
  let from = prefix.length;
  for (const element of inner) {
    if (element.kind !== 'literal') continue;
    const at = folded.indexOf(element.text, from);
    if (at === -1) return false;
    from = at + element.text.length;
  }
  return from <= folded.length - suffix.length;
}

/** Whether the literals of a pattern are where they must be; nothing else is left to decide for patterns of literals and runs. */
function fitsLiterals(pattern: CompiledPattern, { probe, folded }: Subject, budget: StepBudget): boolean {
  const { way, prefix, suffix, inner, minimumLength } = pattern;
  if (probe.length < minimumLength) return false;
  if (prefix !== '' && !folded.startsWith(prefix)) return false;
  if (suffix !== '' && !folded.endsWith(suffix)) return false;
  const width = probe.length - prefix.length - suffix.length;
  if (way === 'literal') return width === 0;
  if (!hasLiterals(pattern, folded)) return false;
  budget.spend(1 + ((inner.length * width) >>> 10), 'matching');
  return true;
}

/** Matches a subject whose literals fit. */
function matchInner(pattern: CompiledPattern, subject: Subject, budget: StepBudget): Match | null {
  const from = pattern.prefix.length;
  const to = subject.probe.length - pattern.suffix.length;
  switch (pattern.way) {
    case 'literal':
      return noCaptures;
    case 'runs':
    case 'blocks':
      return blocksMatch(pattern, subject, from, to);
    case 'table':
      return tableMatch(pattern, subject, from, to);
    case 'back-match':
      return searchMatch(pattern, subject, { from, to }, budget);
  }
}

/** Matches a subject; null when it does not match. Throws StepLimitReached when the budget is used up. */
export function matchSubject(pattern: CompiledPattern, subject: Subject, budget: StepBudget): Match | null {
  return fitsLiterals(pattern, subject, budget) ? matchInner(pattern, subject, budget) : null;
}

/** The same without the texts of wildcards, where nobody wants them: the captures of a match may be missing. */
export function matchWithoutCaptures(
  pattern: CompiledPattern,
  subject: Subject,
  budget: StepBudget,
): Match | null {
  if (!fitsLiterals(pattern, subject, budget)) return null;
  return pattern.way === 'runs' ? noCaptures : matchInner(pattern, subject, budget);
}

/** Matches a probe against one pattern: `a-b-c` against `$_*-$_*` gives `a` and `b-c`. */
export function matchPattern(pattern: CompiledPattern, probe: string, budget: StepBudget): Match | null {
  return matchSubject(pattern, subjectOf(probe), budget);
}
