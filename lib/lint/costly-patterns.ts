/*
 * Patterns that cost the most on the longest probe that can come: counted, not guessed. A pattern with a back-match is
 * searched with probes that make it turn back as often as it can; any other costs its wildcards times the probe.
 * Only what is far above the usual is shown.
 */
import { findAccessTable } from '../access/index.js';
import { StepBudget } from '../engine/index.js';
import type { CompiledPattern, MappingPattern } from '../mapping/index.js';
import type { CompiledPolicy } from '../policy/index.js';
import { type Fill, fillPattern, matchesText } from '../proof/index.js';
import { type Diagnostic, type Span, warningAt } from '../text/index.js';
import { lintTables } from './tables.js';

/** Room in a probe for channels, addresses of hosts and bars. */
const otherFields = 100;
/** A pattern with twenty wildcards has some 40 000 on a probe of two addresses. */
const mostComparisons = 500_000;
/** The part of the step limit that one pattern may take. */
const mostShare = 0.1;
const mostShown = 5;
const mostMeasured = 200;
const mostUnits = 12;

/** Counts what is spent. */
class MeasuredBudget extends StepBudget {
  spent = 0;

  override spend(steps: number, what: string): void {
    this.spent += steps;
    super.spend(steps, what);
  }
}

/** The longest probe and the longest address in it, the step limit, and whether the probe has fields. */
interface Measure {
  readonly length: number;
  readonly address: number;
  readonly steps: number;
  readonly hasFields: boolean;
}

/** A pattern and its cost; `isSteps`: in steps of the limit, else in comparisons. */
interface Cost {
  readonly span: Span;
  readonly count: number;
  readonly isLimit: boolean;
  readonly isSteps: boolean;
}

/** Stretches of text that make a search turn back: what stands between its wildcards, and one that does not. */
function unitsOf(pattern: MappingPattern, hasFields: boolean): string[] {
  const literals = pattern.flatMap((element) => (element.kind === 'literal' ? [element.text] : []));
  // The bars of an access probe are those between its fields.
  const texts = hasFields ? literals.map((text) => text.replaceAll('|', '')) : literals;
  const units = texts.flatMap((text) => [text, `a${text}`]);
  return [...new Set(['a', 'ab', texts.join(''), ...units])]
    .filter((unit) => unit !== '')
    .slice(0, mostUnits);
}

/** The most steps of a search on probes of one length; every wildcard is given the same, so that nearly all matches. */
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
    // The last wildcard cannot be what the others are, which is found out late.
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

/** Finds the patterns that cost the most, worst first, in one finding. */
export function lintCostlyPatterns(compiled: CompiledPolicy): Diagnostic[] {
  const { steps, address } = compiled.policy.settings.limits;
  const length = 2 * address + otherFields;
  let measured = 0;
  const costs: Cost[] = [];
  for (const { written, compiled: table } of lintTables(compiled)) {
    const hasFields = findAccessTable(written.name) !== undefined;
    for (const [index, entry] of table.entries.entries()) {
      const pattern = written.entries[index]?.pattern;
      if (pattern === undefined) continue;
      if (entry.pattern.way === 'back-match') measured += 1;
      if (measured > mostMeasured) break;
      const cost = costOf(pattern, entry.pattern, entry.span, { length, address, steps, hasFields });
      if (cost.count > (cost.isSteps ? steps * mostShare : mostComparisons)) costs.push(cost);
    }
  }
  const weight = ({ count, isSteps }: Cost) =>
    isSteps ? count / steps : count / (mostComparisons / mostShare);
  const [worst, ...others] = costs.sort((left, right) => weight(right) - weight(left)).slice(0, mostShown);
  if (worst === undefined) return [];
  const message = `this pattern can cost ${describe(worst)}, on addresses of ${address} octets`;
  return [
    warningAt(worst.span, 'lint/costly-pattern', message, {
      hint: worst.isSteps
        ? 'mail that reaches the limit is deferred: say more in literals, or give the wildcard before `$0*` a class such as `$A*`'
        : 'use fewer wildcards, or say more in literals',
      related: others.map((cost) => ({ message: describe(cost), span: cost.span })),
    }),
  ];
}
