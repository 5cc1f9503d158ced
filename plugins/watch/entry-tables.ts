/*
 * The mapping table that an entry is in, by the place of the entry. Of a table only the ends of its stretches in files are kept: a
 * policy may have a hundred thousand entries, and mail waits while they are looked through.
 */
import type { Policy } from '../../lib/policy/index.js';
import { lineColumnAt, type Span } from '../../lib/text/index.js';

/** A table's entries in a row in one file, by their lines. */
interface Stretch {
  readonly table: string;
  readonly file: string;
  readonly first: number;
  readonly last: number;
}

function lineOf({ source, offset }: Span): number {
  return lineColumnAt(source, offset).line;
}

function stretch(table: string, first: Span, last: Span): Stretch {
  return { table, file: first.source.shortName, first: lineOf(first), last: lineOf(last) };
}

function stretchesOf(table: string, entries: Iterable<{ readonly span: Span }>): readonly Stretch[] {
  const found: Stretch[] = [];
  let first: Span | null = null;
  let last: Span | null = null;
  for (const { span } of entries) {
    if (first !== null && last !== null && span.source !== last.source) {
      found.push(stretch(table, first, last));
      first = null;
    }
    first ??= span;
    last = span;
  }
  return first === null || last === null ? found : [...found, stretch(table, first, last)];
}

const known = new WeakMap<Policy, readonly Stretch[]>();

/** Finds the table of the entry at a place such as `mappings:14`; undefined for a built-in entry. */
export function tableOfEntry(policy: Policy, place: string): string | undefined {
  let stretches = known.get(policy);
  if (stretches === undefined) {
    const tables = [...policy.mappings.values()];
    stretches = tables.flatMap(({ name, entries }) => stretchesOf(name, entries));
    known.set(policy, stretches);
  }
  const end = place.lastIndexOf(':');
  const file = place.slice(0, end);
  const line = Number(place.slice(end + 1));
  return stretches.find((one) => one.file === file && one.first <= line && line <= one.last)?.table;
}
