/*
 * `pmdf show aliases`: the aliases, with the contents of list files.
 */

import { placeOf } from '../../lib/text/index.js';
import { brief, printColumns } from '../support/index.js';
import { type Part, pick } from './part.js';

export const aliasesPart: Part = {
  name: 'aliases',
  key: 'aliases',
  title: 'aliases',
  show: ({ policy }, names) => {
    const aliases = pick([...policy.aliases.values()], (alias) => alias.name, names, 'alias');
    return {
      json: aliases.map(({ name, addresses, span }) => ({ name, addresses, place: placeOf(span) })),
      text: (paint) =>
        printColumns(
          aliases.map(({ name, addresses, span }) => [
            brief(placeOf(span)),
            brief(name),
            brief(addresses.join(', ')),
          ]),
          [paint.dim, paint.bold],
        ),
    };
  },
};
