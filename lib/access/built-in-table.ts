/*
 * The built-in entries of all channels that strangers come in on, as one mapping table. A pattern matches its own channel only, so
 * the channels do not interfere. What a table cannot contain, such as a line end in a name, is reported.
 * Ref: PMDF 29
 */
import { type Entry, type MappingTable, parseEntry, type WrittenSide } from '../mapping/index.js';
import { DiagnosticList, type Parsed, type Span } from '../text/index.js';
import { builtInEntries, placeBuiltInEntries } from './built-in-entries.js';

/** The name of the table of built-in entries, in traces too. */
export const builtInTable = 'built-in';

function written(text: string, whole: Span): WrittenSide {
  return { text, at: (start, length) => ({ source: whole.source, offset: whole.offset + start, length }) };
}

/** Makes the table of built-in entries; a table for no channel is empty and matches nothing. */
export function builtInMappingTable(
  sourceChannels: readonly string[],
  localDomains: readonly string[],
): Parsed<MappingTable> {
  const entries: Entry[] = [];
  const diagnostics = new DiagnosticList();
  for (const sourceChannel of sourceChannels) {
    for (const entry of placeBuiltInEntries(builtInEntries(sourceChannel, localDomains))) {
      const sides = {
        pattern: written(entry.pattern, entry.patternSpan),
        template: written(entry.template, entry.templateSpan),
      };
      const parsed = parseEntry(sides, entry.span);
      entries.push(parsed.value);
      // Warnings about lengths that PMDF refuses do not matter here: PMDF never reads this table.
      diagnostics.append(parsed.diagnostics.filter((one) => one.severity === 'error'));
    }
  }
  const source = { name: builtInTable, shortName: builtInTable, text: '' };
  const span = { source, offset: 0, length: 0 };
  return {
    value: { kind: 'table', name: builtInTable, span, entries, comments: [] },
    diagnostics: diagnostics.all,
  };
}
