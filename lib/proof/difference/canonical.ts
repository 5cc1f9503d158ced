/*
 * Values as texts in one form, so that equal values have equal texts: without the places in files, the members of objects, maps
 * and sets in order.
 */

function ordered(entries: readonly (readonly [string, unknown])[]): string {
  const parts = entries.map(([key, value]) => `${JSON.stringify(key)}:${canonicalText(value)}`);
  return `{${parts.sort().join()}}`;
}

const ofPlaces = new Set(['span', 'places']);

/** Makes the text of a value; functions, and members that say where something is written, do not count. */
export function canonicalText(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return `[${value.map(canonicalText).join()}]`;
  if (value instanceof Map) {
    return ordered(
      [...value].map(([key, one]): [string, unknown] => [
        typeof key === 'string' ? key : canonicalText(key),
        one,
      ]),
    );
  }
  if (value instanceof Set) return `{${[...value].map(canonicalText).sort().join()}}`;
  if (typeof value === 'object') {
    return ordered(
      Object.entries(value).filter(([key, one]) => !ofPlaces.has(key) && typeof one !== 'function'),
    );
  }
  return typeof value === 'function' ? 'null' : (JSON.stringify(value) ?? String(value));
}
