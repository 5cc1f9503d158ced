/*
 * `pmdf show built-in`: the built-in source-route entries for the channels and local domains of this site.
 */

import { placeOf } from '../../lib/text/index.js';
import { brief, indent, printColumns } from '../support/index.js';
import { builtInView } from './built-in-view.js';
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
    const view = builtInView(policy);
    const all = [
      ...view.entries.map((entry) => ({ place: placeOf(entry.span), entry })),
      ...view.strict.map((strict) => ({ place: strict.place, strict })),
    ];
    const picked = pick(all, (one) => one.place, names, 'built-in entry');
    const entries = picked.flatMap((one) => ('entry' in one ? [one.entry] : []));
    const strict = picked.flatMap((one) => ('strict' in one ? [one.strict] : []));
    return {
      json: {
        mode: view.mode,
        channels: view.channels,
        localDomains: view.localDomains,
        entries: entries.map(entryJson),
        strict,
      },
      text: (paint) => [
        ...printColumns(
          [
            ['mode', view.mode],
            ['source channels', listed(view.channels)],
            ['local domains', listed(view.localDomains)],
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
