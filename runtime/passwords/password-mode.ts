/*
 * Whether every account can read the password database. Group rights are the administrator's choice.
 */

import { statSync } from 'node:fs';
import { type Diagnostic, placeOfFile, warningAt } from '../../lib/text/index.js';
import { errorName, type FileNames } from '../files/index.js';

/** The rights of all accounts, in a file mode. */
export const rightsOfOthers = 0o007;

/** Warns of a database that every account can read. Throws errors of the file system. */
export function checkPasswordMode(path: string, names: FileNames): Diagnostic[] {
  try {
    if ((statSync(path).mode & rightsOfOthers) === 0) return [];
  } catch (error) {
    if (errorName(error) === 'ENOENT') return [];
    throw error;
  }
  const span = placeOfFile(names);
  const message = `every account on this host can read \`${names.name}\``;
  const hint = 'chmod 600, and chown it to the account that Haraka runs as';
  return [warningAt(span, 'auth/password-mode', message, { hint })];
}
