/*
 * Whether connection.ini has every section that Haraka 3.3 relies on. Without one of them each connection ends
 * with an internal error of Haraka.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Diagnostic, errorAt, spanOfFile } from '../../lib/text/index.js';
import { configFileNames } from './config-file.js';
import { readIniFile } from './ini-file.js';

const needed = ['headers', 'max', 'message', 'uuid'];

/** Reports missing sections, unless the folder is not that of an install. */
export function checkConnectionIni(configFolder: string): Diagnostic[] {
  const { source, sections } = readIniFile(configFolder, 'connection.ini');
  if (source === null && !existsSync(join(configFolder, 'smtp.ini'))) return [];
  const missing = needed.filter((section) => !sections.has(section));
  if (missing.length === 0) return [];
  const names = missing.map((section) => `\`[${section}]\``).join(', ');
  const what = source === null ? 'the file is missing' : `the file has no ${names}`;
  const place =
    source === null
      ? spanOfFile(configFileNames(configFolder, 'connection.ini'))
      : { source, offset: 0, length: 0 };
  const message = `${what}, so Haraka fails at the first connection`;
  const hint = 'start from config/haraka/connection.ini of this bundle, which has every section';
  return [errorAt(place, 'install/connection-ini', message, { hint })];
}
