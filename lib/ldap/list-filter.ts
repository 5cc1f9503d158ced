/*
 * The filter that finds every entry which a filter finds for some value, and the attributes that have the values. It can be made
 * where the value is compared with whole attributes only: `(mail=%s)`, several of them in `(|...)`, beside other conditions in
 * `(&...)`.
 */
import type { Filter, PlainFilter } from './filter.js';

/** A filter for all entries; each value of each of the attributes is one that its entry is found for. */
export interface ListFilter {
  readonly filter: PlainFilter;
  readonly attributes: readonly string[];
}

/** The attribute that a filter compares with `wanted` and nothing else; null if it does anything else. */
function comparison<V>(filter: Filter<V>, wanted: V): string | null {
  if (filter.kind !== 'compare' || filter.by !== '=' || filter.text.length !== 1) return null;
  const [part] = filter.text;
  return typeof part === 'object' && part.value === wanted ? filter.attribute : null;
}

/** The filter itself if it has no place for a value, else null. */
function withoutValues<V>(filter: Filter<V>): PlainFilter | null {
  const plain = (texts: readonly unknown[]): texts is readonly string[] =>
    texts.every((one) => typeof one === 'string');
  switch (filter.kind) {
    case 'present':
      return filter;
    case 'not': {
      const inner = withoutValues(filter.filter);
      return inner === null ? null : { kind: 'not', filter: inner };
    }
    case 'and':
    case 'or': {
      const filters = filter.filters.map(withoutValues).filter((one) => one !== null);
      return filters.length < filter.filters.length ? null : { kind: filter.kind, filters };
    }
    case 'compare':
    case 'extensible':
      return plain(filter.text) ? { ...filter, text: filter.text } : null;
    case 'substrings': {
      const texts = filter.texts.filter(plain);
      return texts.length < filter.texts.length ? null : { ...filter, texts };
    }
  }
}

/** Makes it of a filter that compares with the value `wanted`; null if that is not possible. */
export function listFilter<V>(filter: Filter<V>, wanted: V): ListFilter | null {
  const attribute = comparison(filter, wanted);
  if (attribute !== null) return { filter: { kind: 'present', attribute }, attributes: [attribute] };
  switch (filter.kind) {
    case 'or': {
      const attributes = filter.filters.map((one) => comparison(one, wanted)).filter((one) => one !== null);
      if (attributes.length < filter.filters.length) return null;
      const filters = attributes.map((one): PlainFilter => ({ kind: 'present', attribute: one }));
      return { filter: { kind: 'or', filters }, attributes };
    }
    case 'and': {
      const filters: PlainFilter[] = [];
      let attributes: readonly string[] | null = null;
      for (const one of filter.filters) {
        const fixed = withoutValues(one);
        const keyed = fixed === null ? listFilter(one, wanted) : null;
        if (fixed === null && (keyed === null || attributes !== null)) return null;
        attributes = keyed?.attributes ?? attributes;
        const part = fixed ?? keyed?.filter;
        if (part !== undefined) filters.push(part);
      }
      return attributes === null ? null : { filter: { kind: 'and', filters }, attributes };
    }
    case 'not':
    case 'present':
    case 'compare':
    case 'substrings':
    case 'extensible':
      return null;
  }
}
