/*
 * Entries of databases that are text, as the lint looks at them: what was written, and where.
 */
import type { DatabaseName } from '../engine/index.js';
import { tablesOf } from '../mapping/index.js';
import type { CompiledPolicy } from '../policy/index.js';
import { itemsOfRules } from '../rewrite/index.js';
import type { Span } from '../text/index.js';

/** One entry; the spans are those of the key and of the value. */
export interface DatabaseEntry {
  readonly database: DatabaseName;
  readonly key: string;
  readonly value: string;
  readonly keySpan: Span;
  readonly valueSpan: Span;
}

/** Whether rules alone ask the general database: then its values are templates, and nothing else. */
export function generalHoldsTemplates({ rules, mappings }: CompiledPolicy): boolean {
  const entries = tablesOf(mappings).flatMap((table) => table.entries);
  const isAskedByTables = entries.some(({ template }) => template.some((item) => item.kind === 'database'));
  return !isAskedByTables && itemsOfRules(rules).some((item) => item.kind === 'general');
}

/** The host after the last separator `@` of a template, as plain text; null where there is none, or it is not plain. */
export function lastHostOf(template: string): { readonly host: string; readonly offset: number } | null {
  const at = template.lastIndexOf('@');
  if (at <= 0 || template[at - 1] === '$') return null;
  const [host = ''] = template.slice(at + 1).split('$', 1);
  return host === '' || /[%\s"<>]/.test(host) ? null : { host, offset: at + 1 };
}

/** A part of the value of an entry. */
export function partOfValue({ valueSpan }: DatabaseEntry, offset: number, length: number): Span {
  return { ...valueSpan, offset: valueSpan.offset + offset, length };
}
