/*
 * Compares a result with what a vector expects: every key of `expected` but `note`, strictly, case included.
 * `flags` are compared as sets. An area may name keys of its own that the language compares as sets or without case.
 */
import { isList, isObject, type Json, type JsonObject } from './json.js';

/** How the values of a key are compared. */
export type Comparison = 'exact' | 'set' | 'case-blind';

/** What an area computed; keys that are not expected do no harm. */
export interface Actual {
  readonly [key: string]: Json | undefined;
}

/** One key that is not as expected; `came` is undefined if the area has no such key. */
export interface Difference {
  readonly key: string;
  readonly expected: Json;
  readonly came: Json | undefined;
}

/** Writes a value with the keys of objects in order, so that equal values give equal texts. */
function canonical(value: Json): string {
  if (isList(value)) return `[${value.map(canonical).join(',')}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const members = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonical(value[key] ?? null)}`);
  return `{${members.join(',')}}`;
}

function keyFor(value: Json, comparison: Comparison): string {
  switch (comparison) {
    case 'exact':
      return canonical(value);
    case 'case-blind':
      return canonical(value).toLowerCase();
    case 'set':
      return isList(value) ? [...new Set(value.map(canonical))].sort().join(',') : canonical(value);
  }
}

/** Finds every key that is not as expected. */
export function compare(
  expected: JsonObject,
  actual: Actual,
  comparisons: { readonly [key: string]: Comparison } = {},
): readonly Difference[] {
  const differences: Difference[] = [];
  for (const [key, wanted] of Object.entries(expected)) {
    if (key === 'note') continue;
    const came = Object.hasOwn(actual, key) ? actual[key] : undefined;
    const comparison = key === 'flags' ? 'set' : (comparisons[key] ?? 'exact');
    const isSame = came !== undefined && keyFor(wanted, comparison) === keyFor(came, comparison);
    if (!isSame) differences.push({ key, expected: wanted, came });
  }
  return differences;
}

/** Formats a difference for people, two lines. */
export function formatDifference({ key, expected, came }: Difference): string {
  const found = came === undefined ? 'nothing: this area has no such answer' : JSON.stringify(came);
  return `  ${key}: expected ${JSON.stringify(expected)}\n  ${' '.repeat(key.length)}      came ${found}`;
}
