/*
 * Which rewrite rules and entries a set of cases touches: rules that fired, entries that matched. A rule or entry is
 * identified by its `file:line`.
 */
import type { TraceEvent } from '../../lib/engine/index.js';
import type { Policy } from '../../lib/policy/index.js';
import { lineColumnAt, lineText, placeOf, type Span } from '../../lib/text/index.js';

/** A rule or an entry. */
export interface Coverable {
  /** `pmdf.cnf:18` */
  readonly place: string;
  /** Its line. */
  readonly text: string;
}

/** The rules, or the entries of one table, and those that no case touches. */
export interface Covered {
  /** `rewrite rules`, or the name of a table. */
  readonly of: string;
  readonly count: number;
  readonly untouched: readonly Coverable[];
}

/** What the cases touch. */
export interface Coverage {
  /** The rewrite rules first, then table by table. */
  readonly site: readonly Covered[];
  readonly builtIn: Covered;
}

/** Adds the places that a trace touches. */
export function addTouched(touched: Set<string>, trace: readonly TraceEvent[]): void {
  for (const event of trace) {
    if (event.kind === 'entry-matched' || (event.kind === 'rule-tried' && event.fired)) {
      touched.add(event.place);
    }
  }
}

function coverableAt(span: Span): Coverable {
  const { line } = lineColumnAt(span.source, span.offset);
  return { place: placeOf(span), text: lineText(span.source, line).trim() };
}

/** In the order of the files, each from top to bottom; two on one line count as one. */
function covered(of: string, spans: readonly Span[], touched: ReadonlySet<string>): Covered {
  const files = [...new Set(spans.map((span) => span.source))];
  const inOrder = [...spans].sort(
    (left, right) => files.indexOf(left.source) - files.indexOf(right.source) || left.offset - right.offset,
  );
  const all = new Map<string, Coverable>();
  for (const span of inOrder) {
    const one = coverableAt(span);
    if (!all.has(one.place)) all.set(one.place, one);
  }
  return { of, count: all.size, untouched: [...all.values()].filter(({ place }) => !touched.has(place)) };
}

/** The rules and entries of a policy that were touched. */
export function coverageOf(policy: Policy, touched: ReadonlySet<string>): Coverage {
  const rules = [...policy.rules.byPattern.values()].flatMap((same) => same.map(({ span }) => span));
  const tables = [...policy.mappings.values()];
  const builtIn = [...policy.builtIn.values()].flatMap((table) => table.entries.map(({ span }) => span));
  return {
    site: [
      covered('rewrite rules', rules, touched),
      ...tables.map(({ name, entries }) =>
        covered(
          name,
          entries.map(({ span }) => span),
          touched,
        ),
      ),
    ],
    builtIn: covered('built-in entries', builtIn, touched),
  };
}

/** How many rules and entries the site has, and how many were touched. */
export function totals({ site }: Coverage): { readonly count: number; readonly touched: number } {
  const count = site.reduce((sum, one) => sum + one.count, 0);
  const untouched = site.reduce((sum, one) => sum + one.untouched.length, 0);
  return { count, touched: count - untouched };
}

/** The name of the test of `--require-all`. */
export const untouchedTest = 'every rule and entry is touched';

/** The rules and entries of the site that no case touches, and on request the built-in ones. */
export function untouchedOf({ site, builtIn }: Coverage, withBuiltIn: boolean): readonly Coverable[] {
  const parts = withBuiltIn ? [...site, builtIn] : site;
  return parts.flatMap(({ untouched }) => untouched);
}
