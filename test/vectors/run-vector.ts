/*
 * Runs one vector: passed, failed with expected and actual values, or skipped with the reason. An exception is a
 * failure of that vector only.
 */
import { areas, laterAreas } from './areas.js';
import { compare, formatDifference } from './compare.js';
import { type BrokenVector, type Vector, VectorProblem } from './vector.js';
import { VectorInput } from './vector-input.js';

/** How a vector ended; `lines` say why, for people. */
export interface Outcome {
  readonly kind: 'passed' | 'failed' | 'skipped';
  readonly id: string;
  readonly area: string | null;
  readonly lines: readonly string[];
}

function describeError(error: unknown): string {
  if (error instanceof VectorProblem) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** Runs one vector, unless its area is one of `later`; never throws. */
export function runVector(vector: Vector | BrokenVector, later = laterAreas): Outcome {
  const { id } = vector;
  if (vector.kind === 'broken') return { kind: 'failed', id, area: null, lines: [`  ${vector.reason}`] };
  const { area: name, input, expected } = vector;
  const failed = (lines: readonly string[]): Outcome => ({ kind: 'failed', id, area: name, lines });
  const reason = later.get(name);
  if (reason !== undefined) return { kind: 'skipped', id, area: name, lines: [`  ${reason}`] };
  const area = areas.get(name);
  if (area === undefined) {
    const known = [...areas.keys(), ...later.keys()].sort().join(', ');
    return failed([`  the area \`${name}\` is not known; there are ${known}`]);
  }
  if (Object.keys(expected).every((key) => key === 'note')) return failed(['  the vector expects nothing']);
  try {
    const fields = new VectorInput(input);
    const answer = area(fields, expected);
    if (answer.kind === 'skipped') return { kind: 'skipped', id, area: name, lines: [`  ${answer.reason}`] };
    fields.requireAllRead();
    const differences = compare(expected, answer.actual, answer.comparisons);
    if (differences.length === 0) return { kind: 'passed', id, area: name, lines: [] };
    const remarks = (answer.remarks ?? []).map((remark) => remark.replaceAll(/^/gm, '  '));
    return failed([`  input: ${JSON.stringify(input)}`, ...differences.map(formatDifference), ...remarks]);
  } catch (error) {
    return failed([`  input: ${JSON.stringify(input)}`, `  ${describeError(error)}`]);
  }
}
