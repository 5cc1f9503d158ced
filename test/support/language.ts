/*
 * Whole texts of the configuration languages, parsed and printed at once: what tests need and the gateway does in slices.
 */
import type { Environment } from '../../lib/engine/environment.js';
import { applyTable } from '../../lib/mapping/apply-table.js';
import type { Mappings } from '../../lib/mapping/compile-tables.js';
import type { ApplyMapping } from '../../lib/mapping/mapping.js';
import type { CompiledPattern } from '../../lib/mapping/match/compile-pattern.js';
import { type EntryIndex, indexInSlices } from '../../lib/mapping/match/entry-index.js';
import { parseMappingsInSlices } from '../../lib/mapping/parse-file.js';
import { printMappingsAsWritten, printPattern, printTemplate } from '../../lib/mapping/print.js';
import type { MappingFile } from '../../lib/mapping/syntax.js';
import { parseRulesInSlices } from '../../lib/rewrite/parse-rules.js';
import { printRule } from '../../lib/rewrite/print-rules.js';
import { eachProbe, type Probe } from '../../lib/rewrite/probe-order.js';
import type { RuleFile } from '../../lib/rewrite/rule.js';
import type { Parsed } from '../../lib/text/diagnostic.js';
import type { LogicalLine } from '../../lib/text/logical-lines.js';
import { atOnce } from '../../lib/text/slices.js';

export function parseMappings(lines: readonly LogicalLine[]): Parsed<MappingFile> {
  return atOnce(parseMappingsInSlices(lines));
}

/** Prints a mapping file with patterns and templates in their canonical form. */
export function printMappings(file: MappingFile): string {
  const items = file.items.map((item) => {
    if (item.kind === 'comment') return item;
    const entries = item.entries.map((entry) => ({
      ...entry,
      patternText: printPattern(entry.pattern),
      templateText: printTemplate(entry.template),
    }));
    return { ...item, entries };
  });
  return printMappingsAsWritten({ items });
}

/** Binds mapping tables to one environment. */
export function bindMappings(mappings: Mappings, environment: Environment): ApplyMapping {
  return (table, probe, inputFlags) => applyTable(mappings, table, probe, { inputFlags, environment });
}

export function indexEntries(
  patterns: readonly CompiledPattern[],
  owners: readonly number[] | null = null,
): EntryIndex {
  return atOnce(indexInSlices(patterns, owners));
}

export function parseRules(lines: readonly LogicalLine[]): Parsed<RuleFile> {
  return atOnce(parseRulesInSlices(lines));
}

export function printRules(file: RuleFile): string {
  return file.lines.map((line) => `${line.kind === 'rule' ? printRule(line.rule) : line.text}\n`).join('');
}

/** All probes for a host in the order in which they are tried. */
export function probesFor(host: string): readonly Probe[] {
  return [...eachProbe(host)];
}

/** The most rounds for one address in tests. */
export const defaultCeiling = 32;
