/*
 * A private Postfix that delivers to Maildirs. It asks the test by the protocol of policy servers how to answer a recipient and a
 * message, as it would ask a greylist.
 * Ref: SMTPD_POLICY_README of Postfix; pipe(8)
 */

import { readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { freePort } from '../../support/free-port.js';
import { changed, filesBelow, readIfThere, untilQueueEmpty } from '../../support/mta.js';
import { isGreeting, killAllIn, makeServerFolder } from '../../support/mta-process.js';
import { makePostfixQueue } from '../../support/postfix-queue.js';
import { requireProgram, requireRoot, runProgram, runSuccessfully } from '../../support/program.js';
import { until } from '../../support/until.js';
import {
  acceptedOnce,
  Mailboxes,
  type MailServer,
  type Misbehaviour,
  mountSmallDisk,
  type ServerOptions,
  wordOf,
} from './mail-server.js';
import { startPolicyServer } from './policy-server.js';

const POSTFIX = '/usr/sbin/postfix';
const STOCK = '/usr/share/postfix';
const QUEUES = ['maildrop', 'incoming', 'active', 'deferred'];
const START_LIMIT_MS = 30_000;
const IDLE_LIMIT_MS = 30_000;
const DISK_MEGABYTES = 8;
const SIZE_LIMIT = 1_000_000;

function mainCf(
  folder: string,
  policyPort: number,
  { certificate, sizeLimit, hidesSize }: ServerOptions,
): string {
  const policy = `check_policy_service inet:127.0.0.1:${policyPort}`;
  const tls =
    certificate === undefined
      ? 'smtpd_tls_security_level = none\n'
      : `smtpd_tls_security_level = may
smtpd_tls_chain_files = ${folder}/etc/tls.pem
smtpd_tls_received_header = yes
smtpd_tls_loglevel = 1
`;
  return `compatibility_level = 3.6
myhostname = postfix.example
mydestination =
relay_domains = pcre:${folder}/etc/domains
relay_recipient_maps = pcre:${folder}/etc/recipients
relay_transport = mailbox
mailbox_destination_recipient_limit = 1
default_transport = error:no other mail
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_recipient_restrictions = reject_unlisted_recipient, ${policy}
smtpd_end_of_data_restrictions = ${policy}
smtpd_error_sleep_time = 0
smtpd_soft_error_limit = 1000
smtpd_hard_error_limit = 2000
smtpd_client_connection_count_limit = 0
in_flow_delay = 0
message_size_limit = ${sizeLimit ?? SIZE_LIMIT}
smtpd_discard_ehlo_keywords = ${hidesSize === true ? 'size' : ''}
smtpd_peername_lookup = no
inet_interfaces = loopback-only
inet_protocols = ipv4
alias_maps =
alias_database =
${tls}queue_directory = ${folder}/queue
data_directory = ${folder}/state
maillog_file = ${folder}/log/mail.log
maillog_file_prefixes = ${folder}
multi_instance_enable = no
`;
}

/** The stock services, the listener on its own port, nothing in a chroot, and the delivery to Maildirs. */
function masterCf(folder: string, port: number): string {
  const stock = readFileSync(path.join(STOCK, 'master.cf.dist'), 'utf8');
  const ownPort = changed(stock, /^smtp(?= +inet )/m, `127.0.0.1:${port}`);
  const open = changed(ownPort, /^(\S+ +(?:inet|unix|unix-dgram) +\S +\S +)y /gm, '$1n ');
  return `${open}
mailbox unix - n n - 20 pipe
  flags=DX user=nobody argv=/bin/sh ${folder}/etc/store ${folder}/mail/\${user}
`;
}

/** Whether a queue file holds a message that was accepted: only then may it be executed. */
function isAccepted(file: string): boolean {
  const found = statSync(file, { throwIfNoEntry: false });
  return found !== undefined && (found.mode & 0o100) !== 0;
}

/** A message is complete in `new`, or not there. */
const STORE = `set -e
name=$(date +%s%N).$$
cat > "$1/tmp/$name"
mv "$1/tmp/$name" "$1/new/$name"
`;

/** How Postfix is told to answer. */
function actionFor(asked: ReadonlyMap<string, string>, isMended: boolean, how: Misbehaviour): string {
  if (asked.get('protocol_state') === 'END-OF-MESSAGE') {
    if (how.message === undefined) return 'DUNNO';
    return how.message === 451 ? '451 4.7.1 not now' : '552 5.3.4 not this message';
  }
  const word = wordOf(asked.get('recipient') ?? '');
  if (word === 'over') return '552 5.2.2 mailbox full';
  if (isMended) return 'DUNNO';
  if (word === 'late') return '451 4.7.1 greylisted';
  return word === 'full' ? '452 4.2.2 mailbox full' : 'DUNNO';
}

/** Starts it; resolves when it greets. Needs root. */
export async function startPostfixServer(options: ServerOptions = {}): Promise<MailServer> {
  requireRoot();
  requireProgram(POSTFIX);
  const { folder, remove } = makeServerFolder('postfix-hop', ['etc', 'queue', 'state', 'log', 'mail']);
  const disk = await mountSmallDisk(path.join(folder, 'queue'), DISK_MEGABYTES);
  let how: Misbehaviour = {};
  let isMended = true;
  const policy = await startPolicyServer((asked) => actionFor(asked, isMended, how));
  const port = await freePort();
  const inFolder = (name: string): string => path.join(folder, name);
  const log = (): string => readIfThere(inFolder('log/mail.log'));
  const mailboxes = new Mailboxes(inFolder('mail'));
  let isRunning = false;
  const kill = async (): Promise<void> => {
    await killAllIn(folder);
    isRunning = false;
  };
  const start = async (): Promise<void> => {
    const started = await runProgram(POSTFIX, ['-c', inFolder('etc'), 'start']);
    if (started.code !== 0) throw new Error(`postfix did not start:\n${started.stderr}${log()}`);
    await until(
      () => isGreeting(port),
      START_LIMIT_MS,
      () => `a greeting of Postfix:\n${log()}`,
    );
    isRunning = true;
  };
  const stop = async (): Promise<void> => {
    await killAllIn(folder);
    await disk.unmount();
    await policy.stop();
    await remove();
  };
  try {
    writeFileSync(inFolder('etc/main.cf'), mainCf(folder, policy.port, options));
    writeFileSync(inFolder('etc/master.cf'), masterCf(folder, port));
    writeFileSync(inFolder('etc/domains'), '/(^|\\.)domain\\.com$/ yes\n/\\.example$/ yes\n');
    writeFileSync(inFolder('etc/recipients'), '!/-none@/ yes\n');
    writeFileSync(inFolder('etc/store'), STORE);
    if (options.certificate !== undefined)
      writeFileSync(inFolder('etc/tls.pem'), options.certificate.key + options.certificate.cert, {
        mode: 0o600,
      });
    await runSuccessfully('/bin/chown', ['postfix', inFolder('state')]);
    await makePostfixQueue(inFolder('queue'));
    await start();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    port,
    expect: (addresses) => mailboxes.make(addresses),
    misbehave: async (wanted) => {
      how = wanted;
      isMended = false;
      if (wanted.isDiskFull === true) await disk.fill();
    },
    mend: async () => {
      if (how.isDiskFull === true) await disk.free();
      how = {};
      isMended = true;
      if (!isRunning) await start();
    },
    kill,
    messagesOf: (address) => acceptedOnce(mailboxes.messagesOf(address)),
    settle: () =>
      untilQueueEmpty(
        { name: 'postfix', log },
        () => filesBelow(QUEUES.map((queue) => inFolder(`queue/${queue}`))).filter(isAccepted),
        IDLE_LIMIT_MS,
      ),
    log,
    stop,
  };
}
