/*
 * A string matched against one mapping pattern.
 *   input     pattern, input
 *   expected  match, captures (null without a match)
 */

import { compilePattern } from '../../../lib/mapping/match/compile-pattern.js';
import { matchPattern } from '../../../lib/mapping/match/match-pattern.js';
import { parsePattern } from '../../../lib/mapping/parse-pattern.js';
import { formatDiagnostic } from '../../../lib/text/diagnostic.js';
import { type Area, computed } from '../area.js';
import { EngineRun } from '../engine/engine-run.js';
import { writtenSide } from '../engine/mapping-tables.js';

export const mappingMatch: Area = (input) => {
  const { text, at } = writtenSide(input.text('pattern'), 'pattern');
  const pattern = parsePattern(text, at);
  const { budget } = new EngineRun().environment;
  const found = matchPattern(compilePattern(pattern.value), input.text('input'), budget);
  const errors = pattern.diagnostics.filter((one) => one.severity === 'error');
  return computed(
    {
      // A pattern with errors never matches, whatever is left of it.
      match: errors.length === 0 && found !== null,
      captures: errors.length === 0 ? (found?.captures ?? null) : null,
      error: errors[0]?.message ?? null,
      terminates: true,
    },
    pattern.diagnostics.map(formatDiagnostic),
  );
};
