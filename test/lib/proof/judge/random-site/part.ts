/*
 * Random sites as parts that can be left out one by one.
 */
import type { DatabaseName } from '../../../../../lib/engine/lookup.js';

/** A part of a site: a line of a file, an entry of a table or of a database. */
export type Part =
  | { readonly kind: 'rule'; readonly line: string }
  | { readonly kind: 'alias'; readonly line: string }
  | { readonly kind: 'setting'; readonly line: string }
  | { readonly kind: 'keyword'; readonly channel: string; readonly keyword: string }
  /** A line below the official host name of a channel. */
  | { readonly kind: 'host'; readonly channel: string; readonly line: string }
  | { readonly kind: 'entry'; readonly table: string; readonly line: string; readonly comment?: string }
  | { readonly kind: 'value'; readonly database: DatabaseName; readonly key: string; readonly value: string };

export type Of<K extends Part['kind']> = Extract<Part, { kind: K }>;

export function ofKind<K extends Part['kind']>(parts: readonly Part[], kind: K): Of<K>[] {
  return parts.filter((part): part is Of<K> => part.kind === kind);
}
