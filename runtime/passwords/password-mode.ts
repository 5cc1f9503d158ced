/*
 * Who may read the password database: not everybody. Group rights are the administrator's choice.
 */

import { statSync } from 'node:fs';
import { type Diagnostic, warningAt } from '../../lib/text/index.js';
import { errorName, type FileNames } from '../files/index.js';

/** The rights of everybody. */
export const rightsOfOthers = 0o007;

/** Warns of a database that everybody may read; nothing when there is none. Throws what the system throws. */
export function checkPasswordMode(path: string, names: FileNames): Diagnostic[] {
  try {
    if ((statSync(path).mode & rightsOfOthers) === 0) return [];
  } catch (error) {
    if (errorName(error) === 'ENOENT') return [];
    throw error;
  }
  const span = { source: { ...names, text: '' }, offset: 0, length: 0 };
  const message = `everybody on this host may read \`${names.name}\``;
  const hint = 'chmod 600, and chown it to the account of the server';
  return [warningAt(span, 'auth/password-mode', message, { hint })];
}
