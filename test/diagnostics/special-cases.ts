/*
 * Cases that cannot be written as text: bad bytes, things that are no files, sizes.
 */
import { chmodSync, mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DiagnosticCode } from '../../lib/diagnostics/codes.js';
import { longestLine } from '../../runtime/database-line.js';
import { largestSource } from '../../runtime/read-sources.js';
import { baseline } from './parse-cases.js';

/** Prepares a folder config/pmdf; a pmdf.cnf without findings is in it already. */
export type Prepare = (folder: string) => void;

function writeEntry(folder: string, entry: string): void {
  writeFileSync(join(folder, 'mappings'), `SEND_ACCESS\n\n  ${entry}\n`);
}

export const specialCases: ReadonlyMap<DiagnosticCode, Prepare> = new Map<DiagnosticCode, Prepare>([
  [
    'file/encoding',
    (folder) => {
      writeFileSync(join(folder, 'pmdf.cnf'), Buffer.from(`! M\xfcller\n${baseline()}`, 'latin1'));
    },
  ],
  ['file/not-a-file', (folder) => mkdirSync(join(folder, 'mappings'))],
  [
    'file/too-large',
    (folder) => {
      const file = join(folder, 'mappings');
      writeFileSync(file, '');
      truncateSync(file, largestSource + 1);
    },
  ],
  [
    'database/damaged',
    (folder) => {
      writeFileSync(join(folder, 'general.cdb'), 'no database');
      writeFileSync(join(folder, 'pmdf.yaml'), 'databases:\n  general: general.cdb\n');
    },
  ],
  [
    'database/long-line',
    (folder) => writeFileSync(join(folder, 'general.txt'), `jane.doe   ${'x'.repeat(longestLine)}\n`),
  ],
  [
    'auth/password-mode',
    (folder) => {
      const file = join(folder, 'passwords');
      writeFileSync(file, 'pmdf-passwords 1\n');
      chmodSync(file, 0o644);
    },
  ],
  ['mapping/long', (folder) => writeEntry(folder, `*|${'x'.repeat(253)}@*   $Y`)],
  ['mapping/too-long', (folder) => writeEntry(folder, `*|${'x'.repeat(4097)}@*   $Y`)],
  ['mapping/line-end', (folder) => writeEntry(folder, '*|a\rb|*   $Y')],
]);
