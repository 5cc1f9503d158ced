/*
 * Cases that cannot be written as text: invalid bytes, paths that are not files, sizes.
 */
import { chmodSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { StoreServer } from '../../lib/config/settings/stores/store-server.js';
import type { SettingsFile } from '../../lib/config/settings.js';
import type { FindingCode } from '../../lib/lint/codes.js';
import type { Diagnostic } from '../../lib/text/diagnostic.js';
import { longestLine as longestConfigurationLine } from '../../lib/text/logical-lines.js';
import { longestLine } from '../../runtime/databases/database-line.js';
import { largestSource } from '../../runtime/files/read-sources.js';
import { lacksFinding, placeOfStore, questionFinding, serverFinding } from '../../runtime/store-findings.js';
import { StoreLacks } from '../../runtime/stores/contents/store-contents.js';
import { ServerTrouble } from '../../runtime/stores/reach-servers.js';
import { QuestionRefused } from '../../runtime/stores/store-connection.js';
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
export const changes: ReadonlyMap<FindingCode, readonly [Prepare, Prepare]> = new Map<
  FindingCode,
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

const redisStore = `databases:
  alias: { store: people, key: '%s' }
stores:
  people: { kind: redis, hosts: [127.0.0.1] }
`;

const alias = { path: 'databases.alias', title: 'the alias database' };

const people: StoreServer = { kind: 'host', host: '127.0.0.1', port: 6379, tls: 'off' };

function refusedConnection(): Error {
  return Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:6379'), { code: 'ECONNREFUSED' });
}

/** Cases of findings that need the servers of stores: the settings, and the finding about what a server did. */
export const liveCases: ReadonlyMap<
  FindingCode,
  { readonly yaml: string; readonly finding: (settings: SettingsFile) => Diagnostic }
> = new Map([
  [
    'store/server',
    {
      yaml: redisStore,
      finding: (settings) =>
        serverFinding(
          placeOfStore(settings, 'people'),
          'the store `people`',
          new ServerTrouble(people, refusedConnection()),
        ),
    },
  ],
  [
    'store/question',
    {
      yaml: redisStore,
      finding: (settings) => {
        const refused = new QuestionRefused('NOPERM this user has no permissions to access the key');
        return questionFinding(settings, alias, new ServerTrouble(people, refused));
      },
    },
  ],
  [
    'store/lacks',
    {
      yaml: redisStore,
      finding: (settings) =>
        lacksFinding(settings, alias, new StoreLacks('its entries are all strings of the server')),
    },
  ],
]);

export const specialCases: ReadonlyMap<FindingCode, Prepare> = new Map<FindingCode, Prepare>([
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
