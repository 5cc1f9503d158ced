/*
 * `pmdf show built-in`: the built-in source-route entries of this site, according to the setting `built_in_source_routes`:
 * PMDF's for every outside channel and every local domain, then our stricter ones.
 * Ref: PMDF 29
 */

import { builtInMappingTable, strictEntries } from '../../lib/access/index.js';
import { placeOf } from '../../lib/text/index.js';
import { brief, indent, printColumns } from '../support/index.js';
import { type Part, pick } from './part.js';
import { entryJson, entryLines } from './tables.js';

function listed(names: readonly string[]): string {
  return names.length === 0 ? 'none' : brief(names.join(', '));
}

/** The built-in entries; names are places such as `built-in:5`. */
export const builtInPart: Part = {
  name: 'built-in',
  key: 'builtIn',
  title: 'built-in entries',
  show: ({ policy }, names) => {
    const mode = policy.settings.builtInSourceRoutes;
    const channels = [...policy.outside.facing];
    const localDomains = [...policy.localDomains];
    const pmdfEntries = mode === 'off' ? [] : builtInMappingTable(channels, localDomains).value.entries;
    const all = [
      ...pmdfEntries.map((entry) => ({ place: placeOf(entry.span), entry })),
      ...(mode === 'strict' ? strictEntries : []).map((strict) => ({ place: strict.place, strict })),
    ];
    const picked = pick(all, (one) => one.place, names, 'built-in entry');
    const entries = picked.flatMap((one) => ('entry' in one ? [one.entry] : []));
    const strict = picked.flatMap((one) => ('strict' in one ? [one.strict] : []));
    return {
      json: { mode, channels, localDomains, entries: entries.map(entryJson), strict },
      text: (paint) => [
        ...printColumns(
          [
            ['mode', mode],
            ['source channels', listed(channels)],
            ['local domains', listed(localDomains)],
          ],
          [paint.dim],
        ),
        ...indent(entryLines(entries, paint)),
        ...indent(
          printColumns(
            strict.map((one) => [one.place, `refuses ${one.refuses}`]),
            [paint.dim],
          ),
        ),
      ],
    };
  },
};
