/*
 * A string through a mapping table that asks a directory.
 *   input     table, probe, answer (a value or null)
 *   expected  output, flags, filter (of the first search)
 */
import { bindMappings } from '../../support/language.js';
import { type Area, computed } from '../area.js';
import { directoryWith } from '../engine/directory-answers.js';
import { EngineRun, emptyWorld } from '../engine/engine-run.js';
import { MappingTables } from '../engine/mapping-tables.js';
import { VectorProblem } from '../vector.js';

export const ldapMapping: Area = (input) => {
  const asked: string[] = [];
  const run = new EngineRun({ ...emptyWorld, ldap: directoryWith(input.textOrNull('answer'), asked) });
  const tables = new MappingTables();
  tables.add('TABLE', input.pairs('table'));
  const result = run.drive(
    bindMappings(tables.compile(), run.environment)('TABLE', input.text('probe'), new Set()),
  );
  if (result === null) throw new VectorProblem('the table of the vector was not found');
  return computed(
    { output: result.output, flags: [...result.flags].sort(), filter: asked[0] },
    tables.remarks,
  );
};
