/*
 * Patterns that cost the most on the longest probe that can come: counted, not guessed. A pattern with a back-match is
 * searched with probes that make it turn back as often as it can; any other costs its wildcards times the probe.
 * Only what is far above the usual is shown.
 */
import { type Diagnostic, warningAt } from '../../diagnostics/diagnostic.js';
import type { Span } from '../../diagnostics/source.js';
import { StepBudget } from '../../lookup/environment.js';
import type { CompiledPattern } from '../../mapping/compile-pattern.js';
import { fillPattern, matchesText } from '../../mapping/inclusion/example-text.js';
import type { MappingPattern } from '../../mapping/syntax.js';
import type { CompiledPolicy } from '../compile-policy.js';
import { lintTables } from './tables.js';

/** Room in a probe for channels, addresses of hosts and bars. */
const otherFields = 100;
/** A pattern with twenty wildcards has some 40 000 on a probe of two addresses. */
const mostComparisons = 500_000;
/** The part of the step limit that one pattern may take. */
const mostShare = 0.1;
const mostShown = 5;
const mostMeasured = 2_000;

/** Counts what is spent. */
class MeasuredBudget extends StepBudget {
  spent = 0;

  override spend(steps: number, what: string): void {
    this.spent += steps;
    super.spend(steps, what);
  }
}

/** A pattern and its cost; `isSteps`: in steps of the limit, else in comparisons. */
interface Cost {
  readonly span: Span;
  readonly count: number;
  readonly isLimit: boolean;
  readonly isSteps: boolean;
}

/** Steps of a search on probes of one length; one text for all wildcards, so that everything nearly matches. */
function searchSteps(
  pattern: MappingPattern,
  compiled: CompiledPattern,
  length: number,
  limit: number,
): Cost['count'] {
  const runs = pattern.filter((element) => element.kind === 'run').length;
  const each = Math.max(1, Math.floor(length / Math.max(1, runs)));
  let most = 0;
  for (const unit of ['a', 'ab', 'a.']) {
    const fill = unit.repeat(Math.ceil(each / unit.length)).slice(0, each);
    for (const last of ['', 'b']) {
      const budget = new MeasuredBudget(limit);
      const text = fillPattern(pattern, () => fill);
      const probe = last === '' ? text : text.replace(fill, `${fill}${last}`);
      matchesText(compiled, probe.slice(0, length), budget);
      most = Math.max(most, budget.spent);
    }
  }
  return most;
}

function costOf(
  pattern: MappingPattern,
  compiled: CompiledPattern,
  span: Span,
  { length, steps }: { readonly length: number; readonly steps: number },
): Cost {
  if (compiled.way !== 'back-match') {
    return { span, count: compiled.inner.length * length, isLimit: false, isSteps: false };
  }
  const count = searchSteps(pattern, compiled, length, steps);
  return { span, count: Math.min(count, steps), isLimit: count > steps, isSteps: true };
}

function describe({ count, isLimit, isSteps }: Cost): string {
  const figure = count.toLocaleString('en-US').replaceAll(',', ' ');
  if (isLimit) return `more than ${figure} steps, the limit`;
  return `${figure} ${isSteps ? 'steps' : 'comparisons'}`;
}

/** Finds the patterns that cost the most, worst first, in one finding. */
export function lintCostlyPatterns(compiled: CompiledPolicy): Diagnostic[] {
  const { steps, address } = compiled.policy.settings.limits;
  const length = 2 * address + otherFields;
  let measured = 0;
  const costs: Cost[] = [];
  for (const { written, compiled: table } of lintTables(compiled)) {
    for (const [index, entry] of table.entries.entries()) {
      const pattern = written.entries[index]?.pattern;
      if (pattern === undefined) continue;
      if (entry.pattern.way === 'back-match') measured += 1;
      if (measured > mostMeasured) break;
      const cost = costOf(pattern, entry.pattern, entry.span, { length, steps });
      if (cost.count > (cost.isSteps ? steps * mostShare : mostComparisons)) costs.push(cost);
    }
  }
  const weight = ({ count, isSteps }: Cost) =>
    isSteps ? count / steps : count / (mostComparisons / mostShare);
  const [worst, ...others] = costs.sort((left, right) => weight(right) - weight(left)).slice(0, mostShown);
  if (worst === undefined) return [];
  const message = `this pattern costs ${describe(worst)}, on a probe of ${length} characters`;
  return [
    warningAt(worst.span, 'lint/costly-pattern', message, {
      hint: worst.isSteps
        ? 'mail that reaches the limit is deferred: say more in literals, or give the wildcard before `$0*` a class such as `$A*`'
        : 'use fewer wildcards, or say more in literals',
      related: others.map((cost) => ({ message: describe(cost), span: cost.span })),
    }),
  ];
}
