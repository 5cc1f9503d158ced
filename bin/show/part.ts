/*
 * A part of the configuration that can be shown, and how its items are found by name.
 */

import type { Configuration } from '../../runtime/index.js';
import { nearestHint, type Paint, quoted, UnknownName } from '../support/index.js';

/** What is shown, as JSON and as text. */
export interface Shown {
  readonly json: unknown;
  readonly text: (paint: Paint) => readonly string[];
}

/** A part; without names it shows everything. Throws UnknownName for an unknown name. */
export interface Part {
  readonly name: string;
  /** The key of the JSON object. */
  readonly key: string;
  readonly title: string;
  readonly show: (configuration: Configuration, names: readonly string[]) => Shown;
}

/** The named items in the order of the names, ignoring case; all items when no name is given. */
export function pick<T>(
  items: readonly T[],
  nameOf: (item: T) => string,
  names: readonly string[],
  what: string,
): readonly T[] {
  if (names.length === 0) return items;
  return names.flatMap((name) => {
    const found = items.filter((item) => nameOf(item).toLowerCase() === name.toLowerCase());
    if (found.length > 0) return found;
    const known = items.map(nameOf);
    const all = known.length === 0 ? null : `there are ${known.slice(0, 20).map(quoted).join(', ')}`;
    throw new UnknownName(`there is no ${what} ${quoted(name)}`, nearestHint(name, known, all));
  });
}
