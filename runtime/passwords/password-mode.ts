/*
 * Whether every account can read the password database. Group rights are the administrator's choice.
 */
import { type Diagnostic, spanOfFile, warningAt } from '../../lib/text/index.js';
import { type FileNames, isOpenToAll } from '../files/index.js';

/** The rights of all accounts, in a file mode. */
export const rightsOfOthers = 0o007;

/** Warns of a database that every account can read. */
export function checkPasswordMode(path: string, names: FileNames): Diagnostic[] {
  if (!isOpenToAll(path, rightsOfOthers)) return [];
  const message = `every account on this host can read \`${names.name}\``;
  const hint = 'chmod 600, and chown it to the account that Haraka runs as';
  return [warningAt(spanOfFile(names), 'auth/password-mode', message, { hint })];
}
