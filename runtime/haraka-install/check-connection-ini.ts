/*
 * Whether connection.ini has every section that Haraka 3.3 uses without looking for it: what it has no default for ends
 * each connection with an error of its own.
 */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Diagnostic, errorAt } from '../../lib/text/index.js';
import { fileNames } from '../files/index.js';
import { readIniFile } from './ini-file.js';

const needed = ['headers', 'max', 'message', 'uuid'];

/** Finds the sections that are missing; nothing is said of a folder that is not that of an install. */
export function checkConnectionIni(configFolder: string): Diagnostic[] {
  const { source, sections } = readIniFile(configFolder, 'connection.ini');
  if (source === null && !existsSync(join(configFolder, 'smtp.ini'))) return [];
  const missing = needed.filter((section) => !sections.has(section));
  if (missing.length === 0) return [];
  const path = join(configFolder, 'connection.ini');
  const there = source ?? { ...fileNames(join(configFolder, 'pmdf'), path), text: '' };
  const names = missing.map((section) => `\`[${section}]\``).join(', ');
  const what = source === null ? 'the file is missing' : `the file has no ${names}`;
  return [
    errorAt(
      { source: there, offset: 0, length: 0 },
      'install/connection-ini',
      `${what}, so Haraka fails at the first connection`,
      {
        hint: 'start from config/haraka/connection.ini of this bundle, which has every section',
      },
    ),
  ];
}
