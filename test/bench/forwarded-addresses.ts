/*
 * A million forwarded addresses, `user0` to `user999999`, as a CDB file.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildDatabase } from '../../runtime/databases/build-database.js';

/** The number of addresses. */
export const forwarded = 1_000_000;

/** A CDB file of forwarded addresses; the caller removes the folder. */
export function makeDatabase(folder: string): string {
  const text = join(folder, 'general.txt');
  const lines = Array.from(
    { length: forwarded },
    (_, index) => `user${index} user${index}%other.com@PROCESS-DAEMON`,
  );
  writeFileSync(text, `${lines.join('\n')}\n`);
  const names = { name: text, shortName: 'general.txt' };
  const target = join(folder, 'general.cdb');
  const built = buildDatabase(text, names, target, 'reject');
  if (built.diagnostics.length > 0) throw new Error('the database could not be built');
  return target;
}
