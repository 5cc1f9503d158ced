/*
 * Compiled values in parts that can be compared with those of another compilation.
 */
import { placeOf } from '../../lib/text/places.js';
import type { Span } from '../../lib/text/source.js';

function isSpan(value: object): value is Span {
  return 'source' in value && 'offset' in value && 'length' in value;
}

/** The value with functions by their names, and stretches of files by their places. */
export function comparable(value: unknown): unknown {
  if (typeof value === 'function') return value.name;
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  if (value instanceof Map) return [...value].map(([key, one]) => [key, comparable(one)]);
  if (value instanceof Set || Array.isArray(value)) return [...value].map(comparable);
  if (isSpan(value)) return [placeOf(value), value.offset, value.length];
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, comparable(one)]));
}
