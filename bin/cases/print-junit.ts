/*
 * A run of cases as JUnit XML: a suite for each file, a test case for each case. Characters that XML does not allow are
 * escaped.
 * Ref: XML 1.0 2.2
 */
import { brief, noPaint, printTrace, visible } from '../support/index.js';
import { untouchedOf, untouchedTest } from './coverage.js';
import { type CaseResult, type CasesRun, failed, grouped } from './run-cases.js';

const entities = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
]);

/** Text on one line, for an element or an attribute. */
function xml(text: string): string {
  return visible(text)
    .replace(/[\ufffe\uffff]/g, (one) => `\\u{${one.charCodeAt(0).toString(16)}}`)
    .replace(/[&<>"]/g, (one) => entities.get(one) ?? one);
}

function failureLines({ failures }: CaseResult): string[] {
  const head = failures.map(({ of, what, expected, actual }) =>
    brief(`${of}: ${what}: expected ${expected}, got ${actual}`),
  );
  const traces = new Map(failures.map(({ of, trace }) => [of, trace]));
  const steps = [...traces].flatMap(([of, trace]) => ['', of, ...printTrace(trace, noPaint)]);
  const [message = ''] = head;
  return [
    `      <failure type="expectation" message="${xml(message)}">${[...head, ...steps].map(xml).join('\n')}</failure>`,
  ];
}

function testCase(suite: string, result: CaseResult): string[] {
  const head = `    <testcase name="${xml(brief(result.name))}" classname="${xml(suite)}" file="${xml(result.file)}" line="${result.line}" time="0"`;
  return result.failures.length === 0
    ? [`${head}/>`]
    : [`${head}>`, ...failureLines(result), '    </testcase>'];
}

function suite(name: string, tests: number, failures: number, lines: readonly string[]): string[] {
  const counts = `tests="${tests}" failures="${failures}" errors="0" skipped="0" time="0"`;
  return [`  <testsuite name="${xml(name)}" ${counts}>`, ...lines, '  </testsuite>'];
}

function untouchedSuite(run: CasesRun, withBuiltIn: boolean): string[] {
  const untouched = untouchedOf(run.coverage, withBuiltIn);
  const head = `    <testcase name="${untouchedTest}" classname="coverage" time="0"`;
  if (untouched.length === 0) return suite('coverage', 1, 0, [`${head}/>`]);
  const text = untouched.map(({ place, text: line }) => xml(`${place}  ${brief(line)}`)).join('\n');
  return suite('coverage', 1, 1, [
    `${head}>`,
    `      <failure type="untouched" message="no case touches ${untouched.length}">${text}</failure>`,
    '    </testcase>',
  ]);
}

/** The lines of the document. */
export function printJunit(run: CasesRun, requireAll: boolean, withBuiltIn: boolean): string[] {
  const { results } = run;
  const files = grouped(results, ({ file }) => file);
  const isAllTouched = untouchedOf(run.coverage, withBuiltIn).length === 0;
  const tests = results.length + (requireAll ? 1 : 0);
  const failures = failed(results).length + (requireAll && !isAllTouched ? 1 : 0);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="pmdf cases" tests="${tests}" failures="${failures}" errors="0" time="0">`,
    ...[...files].flatMap(([file, ofFile]) =>
      suite(
        file,
        ofFile.length,
        failed(ofFile).length,
        ofFile.flatMap((one) => testCase(file, one)),
      ),
    ),
    ...(requireAll ? untouchedSuite(run, withBuiltIn) : []),
    '</testsuites>',
  ];
}
