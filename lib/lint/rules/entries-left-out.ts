/*
 * Tables that are too large for all entries to be compared with those above them.
 */
import { counted } from '../../text/index.js';
import type { WrittenRule } from '../rule.js';

export const entriesLeftOut = {
  code: 'lint/entries-left-out',
  about:
    'A mapping table is too large for `pmdf check` to compare all of its entries, so some entries that never match may not be reported. The table works as written.',
  check({ neverMatching }) {
    return neverMatching.tables
      .filter(({ leftOut }) => leftOut > 0)
      .map(({ table, leftOut }) => ({
        span: table.written.span,
        message: `${counted(leftOut, 'entry', 'entries')} of the table \`${table.written.name}\` not compared with those above: the table is too large`,
        hint: 'entries that never match may not be reported; the table works as written',
      }));
  },
} as const satisfies WrittenRule;
