/*
 * Room in maps that may not grow with a log: when one is full its older half goes. One by one would cost a walk over
 * everything that went before.
 */

/** The older half of the keys once the map holds `most`; none before. */
export function oldestOf<V>(map: ReadonlyMap<string, V>, most: number): readonly string[] {
  return map.size < most ? [] : [...map.keys()].slice(0, Math.ceil(most / 2));
}
