/*
 * A CDB file from keys and values.
 */
import { writeFileSync } from 'node:fs';
import { buildDatabase } from '../../../runtime/databases/build-database.js';

/** Writes `name` with the lines and `name.cdb`; returns the name of the latter. Throws if a line is wrong. */
export function writeCdb(name: string, lines: readonly string[]): string {
  writeFileSync(name, `${lines.join('\n')}\n`);
  const target = `${name}.cdb`;
  const { diagnostics } = buildDatabase({ path: name, names: { name, shortName: name } }, target);
  if (diagnostics.length > 0) throw new Error(`${target} could not be built`);
  return target;
}
