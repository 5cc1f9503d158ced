/*
 * Entries of text databases: as they are written, and where.
 */
import type { DatabaseName } from '../engine/index.js';
import type { CompiledPolicy } from '../policy/index.js';
import { itemsOfRules } from '../rewrite/index.js';
import type { Span } from '../text/index.js';
import { tablesUseGeneral } from './written-texts.js';

export interface DatabaseEntry {
  readonly database: DatabaseName;
  readonly key: string;
  readonly value: string;
  readonly keySpan: Span;
  readonly valueSpan: Span;
}

/** Whether rules alone use the general database, so that its values are templates. */
export function generalHoldsTemplates(compiled: CompiledPolicy): boolean {
  return !tablesUseGeneral(compiled) && itemsOfRules(compiled.rules).some((item) => item.kind === 'general');
}

/** The host after the last separator `@` of a template and its offset; null when there is none or it is not plain text. */
export function lastHostOf(template: string): { readonly host: string; readonly offset: number } | null {
  const at = template.lastIndexOf('@');
  if (at <= 0 || template[at - 1] === '$') return null;
  const [host = ''] = template.slice(at + 1).split('$', 1);
  return host === '' || /[%\s"<>]/.test(host) ? null : { host, offset: at + 1 };
}

export function partOfValue({ valueSpan }: DatabaseEntry, offset: number, length: number): Span {
  return { ...valueSpan, offset: valueSpan.offset + offset, length };
}
