/*
 * A run of cases as text: a line for each case, after those that fail the differences and the trace; then what no case
 * touches.
 */
import { brief, indent, type Paint, printColumns, printPasses, visible } from '../support/index.js';
import type { Failure } from './compare.js';
import { type Coverage, type Covered, totals, untouchedOf, untouchedTest } from './coverage.js';
import { type CaseResult, type CasesRun, failed, grouped } from './run-cases.js';

const passed = 'pass';

function row(isGood: boolean, name: string, place: string): readonly string[] {
  return [isGood ? passed : 'FAIL', name, place];
}

function shown(text: string): string {
  return text === '' ? "''" : brief(text);
}

function printFailures(of: string, failures: readonly Failure[], paint: Paint): string[] {
  const table = printColumns(
    [
      ['', 'expected', 'actual'],
      ...failures.map(({ what, expected, actual }) => [what, shown(expected), shown(actual)]),
    ],
    [paint.dim, paint.good, paint.bad],
  );
  const [first] = failures;
  const steps = printPasses(first?.trace ?? [], paint);
  return [paint.bold(brief(of)), ...indent(table), ...(steps.length === 0 ? [] : ['', ...indent(steps)])];
}

function printResult(result: CaseResult, line: string, paint: Paint): string[] {
  if (result.failures.length === 0) return [line];
  // Failures of one answer share its trace.
  const parts = [...grouped(result.failures, ({ of }) => of)].flatMap(([of, failures]) => [
    '',
    ...printFailures(of, failures, paint),
  ]);
  return [line, ...indent(parts), ''];
}

function printUntouched({ of, count, untouched }: Covered, paint: Paint): string[] {
  if (untouched.length === 0) return [];
  const rows = untouched.map(({ place, text }) => [visible(place), brief(text)]);
  return [
    '',
    `${visible(of)}: no case touches ${untouched.length} of ${count}`,
    ...indent(printColumns(rows, [paint.bold])),
  ];
}

function printCoverage(coverage: Coverage, withBuiltIn: boolean, paint: Paint): string[] {
  const { count, touched } = totals(coverage);
  const parts = [...coverage.site, ...(withBuiltIn ? [coverage.builtIn] : [])];
  return [
    `${touched} of ${count} rules and entries touched`,
    ...parts.flatMap((one) => printUntouched(one, paint)),
  ];
}

/** The counts: `2 passed, 1 failed`. */
export function countText(results: readonly CaseResult[]): string {
  const failures = failed(results).length;
  return `${results.length - failures} passed, ${failures} failed`;
}

export function printRun(
  { results, coverage }: CasesRun,
  requireAll: boolean,
  withBuiltIn: boolean,
  paint: Paint,
): string[] {
  const isWhole = untouchedOf(coverage, withBuiltIn).length === 0;
  const rows = results.map(({ name, file, line, failures }) =>
    row(failures.length === 0, brief(name), visible(`${file}:${line}`)),
  );
  const lines = printColumns(requireAll ? [...rows, row(isWhole, untouchedTest, '')] : rows).map((line) =>
    line.startsWith(passed)
      ? paint.good(passed) + line.slice(4)
      : paint.bad(line.slice(0, 4)) + line.slice(4),
  );
  const count = countText(results);
  const printed = results.flatMap((result, index) => printResult(result, lines[index] ?? '', paint));
  return [
    ...printed,
    ...lines.slice(results.length),
    ...(printed.at(-1) === '' && !requireAll ? [] : ['']),
    failed(results).length === 0 ? paint.good(count) : paint.bad(count),
    ...printCoverage(coverage, withBuiltIn, paint),
  ];
}
