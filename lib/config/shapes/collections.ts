/*
 * Shapes of lists, and of mappings whose keys the site chooses. Without a value they are empty.
 */
import type { YamlEntry } from '../yaml/yaml-node.js';
import { below, type Field, isNothing, itemOf, type Shape, spanOfValue, wrongType } from './shape.js';

/** A list without the items that were wrong; `wanted` names it in messages. */
export function listOf<T>(item: Shape<T>, wanted: string): Shape<readonly T[]> {
  return {
    schema: { type: ['array', 'null'], items: item.schema },
    read: (node, field) => {
      if (isNothing(node)) return Object.freeze([]);
      if (node.kind !== 'sequence') return wrongType(node, field, wanted);
      const values: T[] = [];
      node.items.forEach((one, index) => {
        const value = item.read(one, itemOf(field, index, one));
        if (value !== undefined) values.push(value);
      });
      return Object.freeze(values);
    },
  };
}

/** Keys that the site chooses. */
export interface SiteKey<K> {
  /** Reads a key. Reports what is wrong and then returns undefined. */
  readonly read: (entry: YamlEntry, field: Field) => K | undefined;
  /** The same as a regular expression. */
  readonly pattern: string;
  /** Whether the place of an entry is its value in place of its key; null when it has none. */
  readonly place: 'key' | 'value' | null;
}

/** A mapping whose keys the site chooses, in their order; `wanted` names it in messages. */
export function mapOf<K, V>(
  key: SiteKey<K>,
  value: Shape<V>,
  wanted = 'a mapping',
): Shape<ReadonlyMap<K, V>> {
  const none: ReadonlyMap<K, V> = new Map();
  return {
    schema: {
      type: ['object', 'null'],
      additionalProperties: false,
      patternProperties: { [key.pattern]: value.schema },
    },
    read: (node, field) => {
      if (isNothing(node)) return none;
      if (node.kind !== 'mapping') return wrongType(node, field, wanted);
      const values = new Map<K, V>();
      for (const entry of node.entries) {
        const at = below(field, entry.key, entry.keySpan);
        const name = key.read(entry, at);
        if (name === undefined) continue;
        // Places are found by the name as it is used, such as a domain in lower case.
        const named = typeof name === 'string' ? below(field, name, entry.keySpan) : at;
        if (key.place !== null) {
          const place = key.place === 'key' ? entry.keySpan : spanOfValue(entry.value, named);
          named.findings.places.set(named.path, place);
        }
        const found = value.read(entry.value, named);
        if (found !== undefined) values.set(name, found);
      }
      return values;
    },
  };
}
