/*
 * The effect of the template of an access table's entry once the entry has matched.
 *   input     template, table, probe, pattern, inputFlags, address, generalDatabase; every further list is a table
 *   expected  verdict, text, delayHundredths, syslogOnMatch, and everything else that describeAccess names
 * Without `table` the first table that knows all flags of the answer is meant, recipient tables before others.
 */
import { decideTable } from '../../../lib/access/decide-access.js';
import { flagsOf } from '../../../lib/access/flags.js';
import { type AccessTable, accessTables } from '../../../lib/access/tables.js';
import { type Area, computed } from '../area.js';
import { accessTableNamed, describeAccess } from '../engine/access-answer.js';
import { EngineRun, readOutsideWorld } from '../engine/engine-run.js';
import { MappingTables } from '../engine/mapping-tables.js';
import { readFlags } from './mapping-table.js';

const asked = 'ACCESS-TEMPLATE';

function tableFor(flags: ReadonlySet<string>): AccessTable {
  const knows = (table: AccessTable): boolean => {
    const letters = flagsOf(table).map(({ letter }) => letter);
    return [...flags].every((flag) => letters.includes(flag));
  };
  const ordered: readonly AccessTable[] = ['SEND_ACCESS', ...accessTables.map(({ table }) => table)];
  return ordered.find(knows) ?? 'SEND_ACCESS';
}

export const accessFlags: Area = (input) => {
  const probe = input.textOr('probe', 'tcp_local|sender@other.com|l|user@domain.com');
  const inputFlags = readFlags(input, 'inputFlags');
  const run = new EngineRun(readOutsideWorld(input));
  const tables = new MappingTables();
  tables.add(asked, [[input.textOr('pattern', '*'), input.text('template')]]);
  const named = input.textOrNull('table');
  const address = input.textOr('address', 'user@domain.com');
  for (const further of input.unread()) tables.add(further, input.pairs(further));
  const applyMapping = tables.bind(run);
  const result = run.drive(applyMapping(asked, probe, inputFlags));
  const table = named === null ? tableFor(result?.flags ?? new Set()) : accessTableNamed(named);
  const decision = run.drive(
    decideTable(applyMapping, { table, askedAs: asked, probe, inputFlags, address }),
  );
  const flags = [...(result?.flags ?? [])].sort();
  return computed({ ...describeAccess(decision), flags, table }, tables.remarks);
};
