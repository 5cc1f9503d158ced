/*
 * Patterns that take the most work on the longest possible probe. The work is measured: a pattern with a back-match is
 * matched against probes that make it backtrack as often as it can; any other takes its wildcards times the length of the
 * probe. Only what is far above the usual is reported.
 */
import { findAccessTable } from '../../access/index.js';
import { StepBudget } from '../../engine/index.js';
import type { CompiledPattern, MappingPattern } from '../../mapping/index.js';
import { type Fill, fillPattern, matchesText } from '../../proof/index.js';
import type { Span } from '../../text/index.js';
import { oneFinding, type WrittenRule } from '../rule.js';
import type { LintSubject } from '../subject.js';

/** The length of a probe without its two addresses. */
const otherFields = 100;
/** A pattern with twenty wildcards has some 40 000 on a probe of two addresses. */
const mostComparisons = 500_000;
/** The share of the step limit that one pattern may take. */
const mostShare = 0.1;
const mostMeasured = 200;
const mostUnits = 12;

class MeasuredBudget extends StepBudget {
  spent = 0;

  override spend(steps: number, what: string): void {
    this.spent += steps;
    super.spend(steps, what);
  }
}

/** The longest probe and address, the step limit, and whether the probe has fields. */
interface Measure {
  readonly length: number;
  readonly address: number;
  readonly steps: number;
  readonly hasFields: boolean;
}

/** The cost of a pattern, in steps of the limit or, unless `isSteps`, in comparisons. */
interface Cost {
  readonly span: Span;
  readonly count: number;
  readonly isLimit: boolean;
  readonly isSteps: boolean;
}

/** Texts that make a search backtrack: those between its wildcards, alone and after another letter. */
function unitsOf(pattern: MappingPattern, hasFields: boolean): string[] {
  const literals = pattern.flatMap((element) => (element.kind === 'literal' ? [element.text] : []));
  // Bars inside a field of a probe are not matched by literal bars.
  const texts = hasFields ? literals.map((text) => text.replaceAll('|', '')) : literals;
  const units = texts.flatMap((text) => [text, `a${text}`]);
  return [...new Set(['a', 'ab', texts.join(''), ...units])]
    .filter((unit) => unit !== '')
    .slice(0, mostUnits);
}

/** The most steps of a search; every wildcard is given the same text, so that nearly everything matches. */
function searchSteps(
  pattern: MappingPattern,
  compiled: CompiledPattern,
  { length, address, steps, hasFields }: Measure,
): number {
  const runs = pattern.flatMap((element, index) => (element.kind === 'run' ? [index] : []));
  let most = 0;
  const measure = (fill: Fill) => {
    const budget = new MeasuredBudget(steps);
    matchesText(compiled, fillPattern(pattern, fill), budget);
    most = Math.max(most, budget.spent);
  };
  for (const unit of unitsOf(pattern, hasFields)) {
    const fillOf = (size: number) => unit.repeat(Math.ceil(size / unit.length)).slice(0, size);
    const each = fillOf(Math.max(1, Math.floor(length / pattern.length)));
    measure(() => each);
    // The last wildcard differs from the others, which the search finds out late.
    measure((index) => (index === runs.at(-1) ? `b${each}` : each));
    for (const long of runs) measure((index) => (index === long ? fillOf(address) : 'a'));
  }
  return most;
}

function costOf(pattern: MappingPattern, compiled: CompiledPattern, span: Span, how: Measure): Cost {
  const { length, steps } = how;
  if (compiled.way !== 'back-match') {
    return { span, count: compiled.inner.length * length, isLimit: false, isSteps: false };
  }
  const count = searchSteps(pattern, compiled, how);
  return { span, count: Math.min(count, steps), isLimit: count > steps, isSteps: true };
}

function describe({ count, isLimit, isSteps }: Cost): string {
  const figure = count.toLocaleString('en-US').replaceAll(',', ' ');
  if (isLimit) return `more than ${figure} steps, the limit`;
  return `${figure} ${isSteps ? 'steps' : 'comparisons'}`;
}

function costsIn({ tables, policy }: LintSubject): Cost[] {
  const { steps, address } = policy.settings.limits;
  const length = 2 * address + otherFields;
  const costs: Cost[] = [];
  let measured = 0;
  for (const { written, compiled } of tables) {
    const how = { length, address, steps, hasFields: findAccessTable(written.name) !== undefined };
    for (const [index, { pattern, span }] of compiled.entries.entries()) {
      const given = written.entries[index]?.pattern;
      if (given === undefined) continue;
      if (pattern.way === 'back-match') measured += 1;
      if (measured > mostMeasured) break;
      const cost = costOf(given, pattern, span, how);
      if (cost.count > (cost.isSteps ? steps * mostShare : mostComparisons)) costs.push(cost);
    }
  }
  return costs;
}

export const costlyPattern = {
  code: 'lint/costly-pattern',
  about:
    'Matching a pattern can take very many steps on the longest possible probe, so that mail may reach the step limit and be deferred. Use fewer wildcards or more literal text. The finding shows the worst pattern with its figures.',
  check(subject) {
    const { steps, address } = subject.policy.settings.limits;
    const weight = ({ count, isSteps }: Cost) =>
      isSteps ? count / steps : count / (mostComparisons / mostShare);
    const costs = costsIn(subject).sort((left, right) => weight(right) - weight(left));
    const describeWorst = (worst: Cost) => ({
      message: `matching this pattern can take ${describe(worst)}, for addresses of ${address} octets`,
      hint: worst.isSteps
        ? 'mail that reaches the step limit is deferred: use more literal text, or give the wildcard before `$0*` a class, as in `$A*`'
        : 'use fewer wildcards or more literal text',
    });
    return oneFinding(costs, describeWorst, describe);
  },
} as const satisfies WrittenRule;
