/*
 * Our plugins as a front with the common policy, in one worker or several.
 */
import { join } from 'node:path';
import { startHaraka } from '../../e2e/support/haraka-install.js';
import { discard } from '../discard.js';
import type { Front } from './front.js';
import { blockedDomains, forwardedRecipients, knownRecipients, networkPrefixes } from './policy.js';
import { writeCdb } from './write-cdb.js';

const channels = `
defaults noswitchchannel

l
domain.com

tcp_local smtp single_sys mx switchchannel remotehost
TCP-DAEMON

tcp_internal smtp single_sys mx allowswitchchannel
TCP-INTERNAL

process
PROCESS-DAEMON
`;

/** The rules; a recipient of domain.com that is in no database has no channel. */
const cnf = [
  'domain.com $($U)$E$F',
  'domain.com $U%domain.com@NO-SUCH-CHANNEL$E$F$?unknown user',
  'domain.com $U@domain.com',
  ...networkPrefixes.map((prefix) => `[${prefix}] $U%[${prefix}$L]@TCP-INTERNAL$E$R`),
  '. $U%$H@TCP-DAEMON',
  channels,
].join('\n');

const mappings = [
  'ORIG_SEND_ACCESS',
  '',
  ...blockedDomains.map((domain) => `  tcp_local|*@${domain}|*|*   $NMail$ blocked`),
  '  tcp_local|*|tcp_local|*   $NRelaying$ not$ permitted',
  '',
].join('\n');

/** Known recipients and forwarded ones. */
const general = [
  ...knownRecipients.map((user) => `${user} ${user}@domain.com`),
  ...forwardedRecipients.map((user) => `${user} ${user}%other.com@PROCESS-DAEMON`),
];

/** Starts Haraka with a number of workers; its database is in a folder that the caller removes. */
export async function startOurs(folder: string, workers: number): Promise<Front> {
  const database = writeCdb(join(folder, `general-${workers}`), general);
  const haraka = await startHaraka({
    rdns: new Map(),
    nodes: workers,
    plugins: ['pmdf/switchchannel', 'pmdf/access', 'test_queue_discard', 'pmdf/deliver'],
    ...discard({
      'log.ini': '[main]\nlevel=notice\nformat=default\n',
      'pmdf/pmdf.cnf': cnf,
      'pmdf/mappings': mappings,
      'pmdf/pmdf.yaml': `switch_lookup: literal
delivery: { through_plugin: test_queue_discard }
databases: { general: '${database}' }
`,
    }),
  });
  await haraka.waitForLog((log) => log.split('Listening on').length > workers, 20_000);
  return { port: haraka.port, settle: () => Promise.resolve(), stop: haraka.stop };
}
