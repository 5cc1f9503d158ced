/*
 * A run of cases as TAP 14: a test point for each case, followed by its differences in a YAML block. What no case touches
 * is in comments; with `--require-all` it is also a test point.
 */
import { brief, noPaint, printTrace, visible } from '../support/index.js';
import { untouchedOf, untouchedTest } from './coverage.js';
import type { CaseResult, CasesRun } from './run-cases.js';

/** A description: one line in which `\` and `#` are escaped. */
function description(text: string): string {
  return visible(text).replace(/[\\#]/g, '\\$&');
}

/** A YAML scalar in double quotes; JSON's are YAML's. */
function quotedScalar(text: string): string {
  return JSON.stringify(brief(text));
}

function diagnosticBlock({ file, line, failures }: CaseResult): string[] {
  const found = failures.flatMap(({ of, what, expected, actual, trace }) => [
    `    - of: ${quotedScalar(of)}`,
    `      what: ${quotedScalar(what)}`,
    `      expected: ${quotedScalar(expected)}`,
    `      actual: ${quotedScalar(actual)}`,
    ...(trace.length === 0 ? ['      trace: []'] : ['      trace:']),
    ...printTrace(trace, noPaint)
      .filter((step) => step !== '')
      .map((step) => `        - ${JSON.stringify(step)}`),
  ]);
  return [
    '  ---',
    '  at:',
    `    file: ${quotedScalar(file)}`,
    `    line: ${line}`,
    '  failures:',
    ...found,
    '  ...',
  ];
}

export function printTap(run: CasesRun, requireAll: boolean, withBuiltIn: boolean): string[] {
  const { results } = run;
  const points = results.flatMap((result, index) => {
    const head = `ok ${index + 1} - ${description(result.name)}`;
    return result.failures.length === 0 ? [head] : [`not ${head}`, ...diagnosticBlock(result)];
  });
  const untouched = untouchedOf(run.coverage, withBuiltIn);
  const last = results.length + 1;
  return [
    'TAP version 14',
    `1..${requireAll ? last : results.length}`,
    ...points,
    ...untouched.map(({ place, text }) => `# untouched: ${visible(place)}  ${brief(text)}`),
    ...(requireAll ? [`${untouched.length === 0 ? '' : 'not '}ok ${last} - ${untouchedTest}`] : []),
  ];
}
