/*
 * Short ways to make tables, places and environments for the tests of the mapping language.
 */

import { type Environment, StepBudget } from '../../../lib/engine/environment.js';
import {
  absent,
  driveNow,
  found,
  type LookupAnswer,
  type LookupRequest,
} from '../../../lib/engine/lookup.js';
import { applyTable } from '../../../lib/mapping/apply-table.js';
import { createMappings } from '../../../lib/mapping/compile-tables.js';
import type { MappingResult } from '../../../lib/mapping/mapping.js';
import { compilePattern } from '../../../lib/mapping/match/compile-pattern.js';
import { matchPattern } from '../../../lib/mapping/match/match-pattern.js';
import type { Match } from '../../../lib/mapping/match/subject.js';
import { parseEntry } from '../../../lib/mapping/parse-entry.js';
import { parsePattern } from '../../../lib/mapping/parse-pattern.js';
import type { MappingFile, MappingPattern, MappingTable } from '../../../lib/mapping/syntax.js';
import { type Diagnostic, hasErrors, type Parsed } from '../../../lib/text/diagnostic.js';
import { readLogicalLines } from '../../../lib/text/logical-lines.js';
import { lineColumnAt } from '../../../lib/text/places.js';
import type { SpanAt } from '../../../lib/text/scanner.js';
import type { SourceFile } from '../../../lib/text/source.js';
import { parseMappings } from '../../support/language.js';

export type Pair = readonly [pattern: string, template: string];
export type Pairs = readonly Pair[];

export function sourceOf(text: string): SourceFile {
  return { name: 'config/pmdf/mappings', shortName: 'mappings', text };
}

export function spansIn(text: string, base = 0): SpanAt {
  const source = sourceOf(text);
  return (start, length) => ({ source, offset: base + start, length });
}

export function parseText(text: string): Parsed<MappingFile> {
  const lines = readLogicalLines(sourceOf(text), () => undefined);
  const file = parseMappings(lines.value);
  return { value: file.value, diagnostics: [...lines.diagnostics, ...file.diagnostics] };
}

/** `line:column code` of each diagnostic, in order. */
export function places(diagnostics: readonly Diagnostic[]): string[] {
  return diagnostics.map(({ span, code }) => {
    const { line, column } = lineColumnAt(span.source, span.offset);
    return `${line}:${column} ${code}`;
  });
}

/** Each pair is on its own line, so that `mappings:2` is the second. */
export function tableOf(name: string, pairs: Pairs): MappingTable {
  const text = pairs.map((pair) => pair.join(' ')).join('\n');
  let base = 0;
  const entries = pairs.map(([pattern, template]) => {
    const start = base;
    base += pattern.length + template.length + 2;
    const at = spansIn(text, start);
    const span = at(0, pattern.length + template.length + 1);
    return parseEntry({ pattern: { text: pattern, at }, template: { text: template, at } }, span).value;
  });
  return { kind: 'table', name, span: spansIn(text)(0, 1), entries, comments: [] };
}

export function patternOf(text: string): MappingPattern {
  const { value, diagnostics } = parsePattern(text, spansIn(text));
  if (hasErrors(diagnostics)) throw new Error(diagnostics.map((one) => one.message).join());
  return value;
}

export function matchText(pattern: string, probe: string, limit = 1_000_000): Match | null {
  return matchPattern(compilePattern(patternOf(pattern)), probe, new StepBudget(limit));
}

export function environmentOf(extra: Partial<Environment> = {}): Environment {
  return { random: () => 0.5, uniqueString: () => 'u1', budget: new StepBudget(1_000_000), ...extra };
}

/** A general database as a plain list that ignores case. */
export function answersFrom(
  general: Readonly<Record<string, string>>,
): (request: LookupRequest) => LookupAnswer {
  const entries = new Map(Object.entries(general).map(([key, value]) => [key.toLowerCase(), value]));
  return (request) => {
    const value = request.kind === 'database' ? entries.get(request.key.toLowerCase()) : undefined;
    return value === undefined ? absent : found(value);
  };
}

export interface ApplyOptions {
  readonly inputFlags?: readonly string[];
  readonly general?: Readonly<Record<string, string>>;
  readonly answer?: (request: LookupRequest) => LookupAnswer;
  readonly environment?: Partial<Environment>;
}

/** Runs a probe through the table `T`, which can consult the others. */
export function applyPairs(
  tables: Readonly<Record<string, Pairs>>,
  probe: string,
  options: ApplyOptions = {},
): MappingResult {
  const mappings = createMappings(Object.entries(tables).map(([name, pairs]) => tableOf(name, pairs)));
  const context = {
    inputFlags: new Set(options.inputFlags ?? []),
    environment: environmentOf(options.environment),
  };
  const answer = options.answer ?? answersFrom(options.general ?? {});
  const result = driveNow(applyTable(mappings, 'T', probe, context), answer);
  if (result === null) throw new Error('there is a table T');
  return result;
}

/** A copy of a tree without its places. */
export function withoutSpans(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSpans);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !['span', 'patternText', 'templateText'].includes(key))
      .map(([key, inner]) => [key, withoutSpans(inner)]),
  );
}
