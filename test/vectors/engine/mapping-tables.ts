/*
 * Mapping tables from lists of [pattern, template], run by the mapping engine. Every entry knows its number.
 */

import { createMappings, type Mappings } from '../../../lib/mapping/compile-tables.js';
import type { ApplyMapping } from '../../../lib/mapping/mapping.js';
import { parseEntry, type WrittenSide } from '../../../lib/mapping/parse-entry.js';
import type { Entry, MappingTable } from '../../../lib/mapping/syntax.js';
import { formatDiagnostic } from '../../../lib/text/diagnostic.js';
import type { SourceFile, Span } from '../../../lib/text/source.js';
import { bindMappings } from '../../support/language.js';
import type { Pair } from '../vector-input.js';
import type { EngineRun } from './engine-run.js';

/** The place of a text that is not in a file. */
export function wholeSpan(text: string, name: string): Span {
  const source: SourceFile = { name, shortName: name, text };
  return { source, offset: 0, length: text.length };
}

/** One side of an entry, with its own places. */
export function writtenSide(text: string, name: string): WrittenSide {
  const { source } = wholeSpan(text, name);
  return { text, at: (offset, length) => ({ source, offset, length }) };
}

export class MappingTables {
  readonly #tables = new Map<string, MappingTable>();
  readonly #numbers = new Map<Span, number>();
  readonly #remarks: string[] = [];

  /** Adds a table; errors in its entries become remarks. */
  add(name: string, pairs: readonly Pair[]): void {
    const entries: Entry[] = [];
    for (const [pattern, template] of pairs) {
      const number = entries.length + 1;
      const place = `${name}, entry ${number}`;
      const span = wholeSpan(`${pattern} ${template}`, place);
      const sides = { pattern: writtenSide(pattern, place), template: writtenSide(template, place) };
      const { value, diagnostics } = parseEntry(sides, span);
      entries.push(value);
      this.#numbers.set(span, number);
      this.#remarks.push(...diagnostics.map(formatDiagnostic));
    }
    this.#tables.set(name, { kind: 'table', name, span: wholeSpan(name, name), entries, comments: [] });
  }

  has(name: string): boolean {
    return this.#tables.has(name);
  }

  compile(): Mappings {
    return createMappings([...this.#tables.values()]);
  }

  bind(run: EngineRun): ApplyMapping {
    return bindMappings(this.compile(), run.environment);
  }

  /** The numbers of entries, from 1, as a result names them. */
  numbersOf(entries: readonly Span[]): readonly number[] {
    return entries.map((span) => this.#numbers.get(span) ?? 0);
  }

  get remarks(): readonly string[] {
    return this.#remarks;
  }
}
