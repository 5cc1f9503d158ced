/*
 * The JSON form of a run of cases.
 */
import type { Covered } from './coverage.js';
import { totals } from './coverage.js';
import { type CasesRun, failed } from './run-cases.js';

function coveredJson({ of, count, untouched }: Covered) {
  return { of, count, touched: count - untouched.length, untouched };
}

/** Makes the JSON form. */
export function casesJson({ results, coverage }: CasesRun) {
  const failures = failed(results).length;
  return {
    passed: results.length - failures,
    failed: failures,
    cases: results.map(({ name, file, line, failures: found }) => ({
      name,
      file,
      line,
      passed: found.length === 0,
      failures: found,
    })),
    coverage: {
      ...totals(coverage),
      parts: coverage.site.map(coveredJson),
      builtIn: coveredJson(coverage.builtIn),
    },
  };
}
