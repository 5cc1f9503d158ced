/*
 * Cases that cannot be written as text: bad bytes, folders and other things in place of files, sizes.
 */
import { chmodSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { DiagnosticCode } from '../../lib/text/codes.js';
import { longestLine as longestConfigurationLine } from '../../lib/text/logical-lines.js';
import { longestLine } from '../../runtime/databases/database-line.js';
import { largestSource } from '../../runtime/files/read-sources.js';
import { projectRoot } from '../support/project-root.js';
import { baseline, parseCases } from './parse-cases.js';

/** Prepares a folder config/pmdf, which already contains a pmdf.cnf without findings. */
export type Prepare = (folder: string) => void;

function writeEntry(folder: string, entry: string): void {
  writeFileSync(join(folder, 'mappings'), `SEND_ACCESS\n\n  ${entry}\n`);
}

/** The pair of a written case. */
function writeCertificate(folder: string): void {
  const written = parseCases(readFileSync(join(projectRoot, 'test/diagnostics/cases/tls.txt'), 'utf8'));
  const files = written.find(({ code }) => code === 'tls/expired')?.files ?? [];
  for (const [name, text] of files) if (name.endsWith('.pem')) writeFileSync(join(folder, name), text);
}

const strictTable = 'ORIG_SEND_ACCESS\n\n  tcp_local|*|tcp_local|*   $NRelaying$ not$ permitted\n';

/** Cases of findings when a running configuration is changed: the initial state, and the change. */
export const changes: ReadonlyMap<DiagnosticCode, readonly [Prepare, Prepare]> = new Map<
  DiagnosticCode,
  readonly [Prepare, Prepare]
>([
  [
    'file/cut',
    [
      (folder) => writeFileSync(join(folder, 'mappings'), strictTable),
      (folder) => writeFileSync(join(folder, 'mappings'), strictTable.slice(0, -20)),
    ],
  ],
  [
    'policy/opens-relay',
    [
      (folder) => writeFileSync(join(folder, 'mappings'), strictTable),
      (folder) => writeFileSync(join(folder, 'pmdf.yaml'), 'built_in_source_routes: off\n'),
    ],
  ],
  [
    'database/looks-cut',
    [
      (folder) => writeFileSync(join(folder, 'general.txt'), 'jane.doe   jdoe%other.com@PROCESS-DAEMON\n'),
      (folder) => writeFileSync(join(folder, 'general.txt'), ''),
    ],
  ],
]);

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
    'file/long-line',
    (folder) => writeFileSync(join(folder, 'mappings'), `! ${'x'.repeat(longestConfigurationLine)}\n`),
  ],
  [
    'database/long-line',
    (folder) => writeFileSync(join(folder, 'general.txt'), `jane.doe   ${'x'.repeat(longestLine)}\n`),
  ],
  [
    'tls/no-plugin',
    (folder) => {
      writeFileSync(join(dirname(folder), 'plugins'), 'pmdf/switchchannel\npmdf/maytls\npmdf/access\n');
      writeFileSync(
        join(folder, 'pmdf.cnf'),
        baseline('', 'tcp_partner smtp mx maytlsserver\nPARTNER-DAEMON\n'),
      );
    },
  ],
  [
    'tls/key-readable',
    (folder) => {
      writeCertificate(folder);
      chmodSync(join(folder, 'server-priv.pem'), 0o644);
    },
  ],
  [
    'auth/password-mode',
    (folder) => {
      const file = join(folder, 'passwords');
      writeFileSync(file, 'pmdf-passwords 1\n');
      chmodSync(file, 0o644);
    },
  ],
  [
    'lint/entries-left-out',
    (folder) => {
      // Whether the first two match the others depends on the last fifteen characters, so on all the text before.
      const any = '$@%'.repeat(14);
      const entries = Array.from({ length: 60 }, (_, at) => `$@[ab]*${'$@[ab]%'.repeat(15 + at)}`);
      const lines = [`$@*a${any}`, `$@*b${any}`, ...entries].map((pattern) => `  ${pattern}   x`);
      writeFileSync(join(folder, 'mappings'), `FORWARD\n\n${lines.join('\n')}\n`);
    },
  ],
  [
    'security/readable',
    (folder) => {
      const file = join(folder, 'security.cnf');
      writeFileSync(file, '[CLIENT_AUTH=DEFAULT]\nUSER=gateway\nPASSWORD=sesame\n');
      chmodSync(file, 0o644);
    },
  ],
  ['mapping/long', (folder) => writeEntry(folder, `*|${'x'.repeat(253)}@*   $Y`)],
  ['mapping/too-long', (folder) => writeEntry(folder, `*|${'x'.repeat(4097)}@*   $Y`)],
  ['mapping/line-end', (folder) => writeEntry(folder, '*|a\rb|*   $Y')],
]);
