/*
 * A private Postfix as Debian installs it (kind "Internet with smarthost"): its own folders and port, nothing in a
 * chroot, its own log file. It trusts 127.0.0.0/8, which is Debian's `mynetworks`. Differences from the stock settings:
 * any local part exists, local mail is discarded, and sessions that end after RCPT do not slow later ones.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
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
import { setUpIn } from './mta-process.js';
import { makePostfixQueue } from './postfix-queue.js';
import { openPostfixResolver } from './postfix-resolver.js';
import { requireProgram, requireRoot, runProgram, runSuccessfully } from './program.js';

const POSTFIX = '/usr/sbin/postfix';
const STOCK = '/usr/share/postfix';
const QUEUES = ['maildrop', 'incoming', 'active', 'deferred', 'hold'];

function mainCf(folder: string, options: MtaOptions): string {
  const domains = options.localDomains ?? DEFAULT_LOCAL_DOMAINS;
  return `${readFileSync(path.join(STOCK, 'main.cf.debian'), 'utf8')}
smtpd_relay_restrictions = permit_mynetworks permit_sasl_authenticated defer_unauth_destination
myhostname = ${MTA_HOST_NAME}
mydestination = $myhostname, ${domains.join(', ')}, localhost
mynetworks = 127.0.0.0/8 [::ffff:127.0.0.0]/104 [::1]/128
mailbox_size_limit = 0
recipient_delimiter = +
inet_interfaces = loopback-only
inet_protocols = ipv4
relayhost = [127.0.0.1]:${options.sinkPort}
${options.smtputf8 === undefined ? '' : `smtputf8_enable = ${options.smtputf8 ? 'yes' : 'no'}\n`}
queue_directory = ${folder}/queue
data_directory = ${folder}/state
maillog_file = ${folder}/log/mail.log
maillog_file_prefixes = ${folder}
multi_instance_enable = no
alias_maps =
alias_database =
local_recipient_maps =
local_transport = discard:
in_flow_delay = 0
${options.mainCf ?? ''}`;
}

/** The stock services, the listener on a port of its own, each service outside a chroot. */
function masterCf(port: number): string {
  const stock = readFileSync(path.join(STOCK, 'master.cf.dist'), 'utf8');
  const ownPort = changed(stock, /^smtp(?= +inet )/m, `127.0.0.1:${port}`);
  return changed(ownPort, /^(\S+ +(?:inet|unix|unix-dgram) +\S +\S +)y /gm, '$1n ');
}

/** Starts a Postfix; resolves when it accepts connections. Needs root. */
export async function startPostfix(options: MtaOptions): Promise<Mta> {
  requireRoot();
  requireProgram(POSTFIX);
  return setUpIn('postfix', ['etc', 'queue', 'state', 'log'], async (folder) => {
    const port = await freePort();
    const inFolder = (...names: readonly string[]): string => path.join(folder, ...names);
    const log = (): string => readIfThere(inFolder('log/mail.log'));
    writeFileSync(inFolder('etc/main.cf'), mainCf(folder, options));
    writeFileSync(inFolder('etc/master.cf'), masterCf(port));
    await runSuccessfully('/bin/chown', ['postfix', inFolder('state')]);
    await makePostfixQueue(inFolder('queue'));
    const started = await runProgram(POSTFIX, ['-c', inFolder('etc'), 'start']);
    if (started.code !== 0) throw new Error(`postfix did not start:\n${started.stderr}${log()}`);
    const resolver = openPostfixResolver(inFolder('queue/private/rewrite'));
    return {
      port,
      log,
      idle: (timeoutMs) =>
        untilQueueEmpty(
          { name: 'postfix', log },
          () => filesBelow(QUEUES.map((queue) => inFolder('queue', queue))),
          timeoutMs,
        ),
      read: resolver.read,
    };
  });
}
