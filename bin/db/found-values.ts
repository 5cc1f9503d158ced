/*
 * What `pmdf db get` has found: one value, or in the database of a directory channel all values of the key.
 */
import type { LookupAnswer, ValuesAnswer } from '../../lib/engine/index.js';
import type { FoundDatabase } from './named-databases.js';

/** However many values a key has, a command shows them. */
export const allValues = Number.POSITIVE_INFINITY;

/** The answer of a database in which a key has one value. */
export function asValues(answer: LookupAnswer): ValuesAnswer {
  return answer.kind === 'found' ? { kind: 'values', values: [answer.value] } : answer;
}

/** The values in JSON: `value` is the first, and `values` are all where there can be several. */
export function valuesJson(
  { directory }: Pick<FoundDatabase, 'directory'>,
  values: readonly string[],
): object {
  const [value = null] = values;
  return { found: value !== null, value, ...(directory === null ? {} : { values }) };
}
