/*
 * A private Exim with the configuration that Debian's own `update-exim4.conf` makes for "mail sent by smarthost;
 * received via SMTP": it trusts 127.0.0.1, keeps Debian's refusal of local parts with routing characters, and sends
 * everything else to the sink. Differences from the stock settings: its own folders, minimal DNS (one of Debian's own
 * answers), and a router before the local ones by which any local part exists and its mail goes to /dev/null.
 */

import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { oncePerRun } from '../../support/once-per-run.js';
import { unpackedMtas } from '../../support/programs.js';
import { readEximRoutes } from './exim-routes.js';
import { freePort } from './free-port.js';
import {
  changed,
  DEFAULT_LOCAL_DOMAINS,
  filesBelow,
  MTA_HOST_NAME,
  type Mta,
  type MtaOptions,
  readIfThere,
  untilQueueEmpty,
} from './mta.js';
import { setUpIn, startForeground } from './mta-process.js';
import { requireProgram, requireRoot, runProgram, runSuccessfully } from './program.js';

function debconfAnswers(domains: readonly string[]): string {
  return `dc_eximconfig_configtype='smarthost'
dc_other_hostnames='${domains.join(' : ')}'
dc_local_interfaces='127.0.0.1.25'
dc_readhost=''
dc_relay_domains=''
dc_minimaldns='false'
dc_relay_nets=''
dc_smarthost='127.0.0.1::26'
CFILEMODE='644'
dc_use_split_config='false'
dc_hide_mailname='false'
dc_mailname_in_oh='true'
dc_localdelivery='mail_spool'
`;
}

/** Debian's configuration for these domains; making it takes longer than starting Exim, so it is made once in a run. */
async function stockConfiguration(tree: string, domains: readonly string[]): Promise<string> {
  const configure = requireProgram(path.join(tree, 'usr/sbin/update-exim4.conf'));
  const made = await oncePerRun(`exim-${domains.join('-')}`, async (folder) => {
    symlinkSync(path.join(tree, 'etc/exim4/exim4.conf.template'), path.join(folder, 'exim4.conf.template'));
    writeFileSync(path.join(folder, 'update-exim4.conf.conf'), debconfAnswers(domains));
    await runSuccessfully(configure, ['-d', folder, '-o', path.join(folder, 'stock.conf')]);
  });
  return readFileSync(path.join(made, 'stock.conf'), 'utf8');
}

function withPorts(stock: string, port: number, sinkPort: number): string {
  const listening = changed(
    stock,
    /^MAIN_LOCAL_INTERFACES=127\.0\.0\.1\.25$/m,
    `MAIN_LOCAL_INTERFACES=127.0.0.1.${port}`,
  );
  return changed(listening, /^DCsmarthost=127\.0\.0\.1::26$/m, `DCsmarthost=127.0.0.1::${sinkPort}`);
}

const DISCARD = 'lab_discard';

const DISCARDING_ROUTER = `${DISCARD}:
  driver = accept
  domains = +local_domains
  transport = ${DISCARD}

`;
const DISCARDING_TRANSPORT = `${DISCARD}:
  driver = appendfile
  file = /dev/null
  user = Debian-exim

`;

/** Debian's configuration in folders of our own, with the discarding router before the first local one. */
function privateConfiguration(stock: string, folder: string, program: string): string {
  const own = `ETC_MAILNAME = ${MTA_HOST_NAME}
MAIN_HARDCODE_PRIMARY_HOSTNAME = ${MTA_HOST_NAME}
DC_minimaldns = 1
CONFDIR = ${folder}/etc
SPOOLDIR = ${folder}/spool
log_file_path = ${folder}/log/%slog
pid_file_path = ${folder}/exim.pid
deliver_drop_privilege = true
smtp_accept_queue_per_connection = 0
`;
  const ownFolders = stock
    .replaceAll('/etc/email-addresses', `${folder}/etc/email-addresses`)
    .replaceAll('/etc/aliases', `${folder}/etc/aliases`);
  const ownProgram = changed(ownFolders, /^exim_path = .*$/m, `exim_path = ${program}`);
  // The sink has an address of this host, which the router would treat as local.
  const toSink = changed(ownProgram, /^smarthost:$/m, 'smarthost:\n  self = send');
  const discarding = changed(toSink, /^real_local:$/m, `${DISCARDING_ROUTER}real_local:`);
  return own + changed(discarding, /^begin transports$/m, `begin transports\n\n${DISCARDING_TRANSPORT}`);
}

/** Starts an Exim; resolves when it accepts connections. Needs root. */
export async function startExim(options: MtaOptions): Promise<Mta> {
  requireRoot();
  const tree = path.join(unpackedMtas(), 'exim');
  const program = requireProgram(path.join(tree, 'usr/sbin/exim4'));
  const stock = await stockConfiguration(tree, options.localDomains ?? DEFAULT_LOCAL_DOMAINS);
  return setUpIn('exim', ['etc', 'spool', 'log'], async (folder) => {
    const port = await freePort();
    const inFolder = (...names: readonly string[]): string => path.join(folder, ...names);
    for (const empty of ['email-addresses', 'aliases']) writeFileSync(inFolder('etc', empty), '');
    const ours = withPorts(stock, port, options.sinkPort);
    writeFileSync(inFolder('exim.conf'), privateConfiguration(ours, folder, program));
    await runSuccessfully('/bin/chown', ['Debian-exim:Debian-exim', inFolder('spool'), inFolder('log')]);

    const use = ['-C', inFolder('exim.conf')];
    await startForeground({ folder, port, program, args: [...use, '-bdf'] });
    const log = (): string => readIfThere(inFolder('log', 'mainlog'));
    return {
      port,
      log,
      idle: (timeoutMs) =>
        untilQueueEmpty({ name: 'exim', log }, () => filesBelow([inFolder('spool', 'input')]), timeoutMs),
      read: (addresses) =>
        readEximRoutes(addresses, DISCARD, async (input) => {
          const result = await runProgram(program, [...use, '-bt'], { input });
          return result.stdout;
        }),
    };
  });
}
