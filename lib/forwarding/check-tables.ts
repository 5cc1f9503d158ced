/*
 * The static check of FORWARD and REVERSE: flags that the table does not know, and flags that can do nothing.
 * Sub-tables are not checked: their flags do not reach the table that calls them.
 * Ref: PMDF 3.3.2, 3.4; Messaging Server 10.9
 */
import { type MappingTable, type MappingTemplate, tableKey } from '../mapping/index.js';
import { type Diagnostic, errorAt, warningAt } from '../text/index.js';
import { forwardTable } from './forward-mapping.js';
import { reverseTable } from './reverse.js';

/** What a table knows: flags that it obeys, flags that only PMDF does, flags that templates can test. */
interface FlagSet {
  readonly known: string;
  readonly notProvided: string;
  readonly needYes: string;
  readonly needDatabase: string;
  readonly tested: string;
}

const flagSets: ReadonlyMap<string, FlagSet> = new Map([
  [forwardTable, { known: 'YNDGHI', notProvided: '', needYes: 'DGH', needDatabase: 'G', tested: 'ATELDFS' }],
  [reverseTable, { known: 'YND', notProvided: 'AF', needYes: 'D', needDatabase: 'D', tested: 'ER' }],
]);

/** Which of the databases that these tables use exist. */
export interface AskedDatabases {
  readonly forward: boolean;
  readonly reverse: boolean;
}

function checkTemplate(name: string, flags: FlagSet, template: MappingTemplate, asks: boolean): Diagnostic[] {
  const set = template.filter((item) => item.kind === 'flag');
  const replaces = set.some(({ flag }) => flag === 'Y');
  return template.flatMap((item) => {
    if (item.kind === 'input-flag' && !flags.tested.includes(item.flag)) {
      const message = `the input flag \`${item.flag}\` is never set for ${name}`;
      const hint = `${name} can test ${[...flags.tested].join(', ')}`;
      return [errorAt(item.span, 'forwarding/unknown-input-flag', message, { hint })];
    }
    if (item.kind !== 'flag') return [];
    const { flag, span } = item;
    if (flags.notProvided.includes(flag)) {
      const message = `the flag \`$${flag}\`, which registers the address, is not provided`;
      const hint = 'take it out of the template';
      return [errorAt(span, 'forwarding/flag-not-provided', message, { hint })];
    }
    if (!flags.known.includes(flag)) {
      const message = `the flag \`$${flag}\` means nothing to ${name}`;
      const hint = 'a literal dollar sign is written `$$`';
      return [errorAt(span, 'forwarding/unknown-flag', message, { hint })];
    }
    if (flags.needYes.includes(flag) && !replaces) {
      const message = `the flag \`$${flag}\` does nothing without \`$Y\``;
      const hint = 'add `$Y`, so that the output becomes the new address';
      return [warningAt(span, 'forwarding/flag-without-effect', message, { hint })];
    }
    if (flags.needDatabase.includes(flag) && !asks) {
      const message = `the flag \`$${flag}\` does nothing, because there is no ${name.toLowerCase()} database`;
      const hint = `name one under \`databases\` in pmdf.yaml, or take the flag out`;
      return [warningAt(span, 'forwarding/flag-without-effect', message, { hint })];
    }
    return [];
  });
}

export function checkForwardTables(tables: readonly MappingTable[], databases: AskedDatabases): Diagnostic[] {
  return tables.flatMap(({ name, entries }) => {
    const key = tableKey(name);
    const flags = flagSets.get(key);
    if (flags === undefined) return [];
    const asks = key === forwardTable ? databases.forward : databases.reverse;
    return entries.flatMap(({ template }) => checkTemplate(key, flags, template, asks));
  });
}
