/*
 * Limits maps that must not grow with a log: a full map loses its older half at once, since removing one key at a time
 * walks over all removed ones before it.
 */

/** The older half of the keys once the map has `most`; none before. */
export function oldestOf<V>(map: ReadonlyMap<string, V>, most: number): readonly string[] {
  return map.size < most ? [] : [...map.keys()].slice(0, Math.ceil(most / 2));
}
