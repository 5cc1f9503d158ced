/*
 * `pmdf show tables`: the mapping tables with their entries, as written.
 */

import { type MappingTable, tablesOf } from '../../lib/mapping/index.js';
import { placeOf } from '../../lib/text/index.js';
import { brief, indent, type Paint, printColumns, withGaps } from '../support/index.js';
import { type Part, pick } from './part.js';

/** Entries as aligned lines: place, pattern, template. */
export function entryLines(entries: MappingTable['entries'], paint: Paint): string[] {
  return printColumns(
    entries.map(({ span, patternText, templateText }) => [
      brief(placeOf(span)),
      brief(patternText),
      brief(templateText),
    ]),
    [paint.dim],
  );
}

export function entryJson({ span, patternText, templateText }: MappingTable['entries'][number]): object {
  return { place: placeOf(span), pattern: patternText, template: templateText };
}

function tableText({ name, span, entries }: MappingTable, paint: Paint): string[] {
  const lines = entries.length === 0 ? ['no entries'] : entryLines(entries, paint);
  return [`${paint.bold(brief(name))}  ${paint.dim(brief(placeOf(span)))}`, ...indent(lines)];
}

/** The mapping tables. */
export const tablesPart: Part = {
  name: 'tables',
  key: 'tables',
  title: 'mapping tables',
  show: ({ compiled }, names) => {
    const tables = pick(tablesOf(compiled.mappings), (table) => table.name, names, 'table');
    return {
      json: tables.map(({ name, span, entries }) => ({
        name,
        place: placeOf(span),
        entries: entries.map(entryJson),
      })),
      text: (paint) => withGaps(tables.map((one) => tableText(one, paint))),
    };
  },
};
