/*
 * A private Exim that delivers to Maildirs. Its access lists ask for files that the test makes how to answer.
 * Ref: Exim specification, chapters 26 (appendfile) and 44 (access control lists)
 */

import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { unpackedMtas } from '../../../support/programs.js';
import { freePort } from '../../support/free-port.js';
import { filesBelow, readIfThere, untilQueueEmpty } from '../../support/mta.js';
import { killAllIn, makeServerFolder, startForeground } from '../../support/mta-process.js';
import { requireProgram, requireRoot, runSuccessfully } from '../../support/program.js';
import {
  acceptedOnce,
  Mailboxes,
  type MailServer,
  type Misbehaviour,
  mountSmallDisk,
  type ServerOptions,
} from './mail-server.js';

const IDLE_LIMIT_MS = 30_000;
const DISK_MEGABYTES = 8;
const SIZE_LIMIT = 1_000_000;

function configuration(
  folder: string,
  program: string,
  port: number,
  { certificate, sizeLimit }: ServerOptions,
): string {
  const tls =
    certificate === undefined
      ? 'tls_advertise_hosts =\n'
      : `tls_advertise_hosts = *
tls_certificate = ${folder}/etc/cert.pem
tls_privatekey = ${folder}/etc/key.pem
`;
  const isThere = (name: string): string => `condition = \${if exists{${folder}/state/${name}}}`;
  return `exim_path = ${program}
primary_hostname = exim.example
spool_directory = ${folder}/spool
log_file_path = ${folder}/log/%slog
pid_file_path = ${folder}/exim.pid
daemon_smtp_ports = ${port}
local_interfaces = 127.0.0.1
deliver_drop_privilege = true
smtp_accept_max = 200
smtp_accept_max_per_connection = 0
smtp_accept_queue_per_connection = 0
check_spool_space = 0
check_spool_inodes = 0
check_log_space = 0
message_size_limit = ${sizeLimit ?? SIZE_LIMIT}
smtputf8_advertise_hosts = *
dsn_advertise_hosts = *
host_lookup =
acl_smtp_rcpt = check_recipient
acl_smtp_data = check_message
${tls}
begin acl

check_recipient:
  deny    local_parts = ^.*-over\\$
          message = 552 5.2.2 mailbox full
  require verify = recipient
  defer   ${isThere('unmended')}
          local_parts = ^.*-late\\$
          message = 451 4.7.1 greylisted
  defer   ${isThere('unmended')}
          local_parts = ^.*-full\\$
          message = 452 4.2.2 mailbox full
  accept

check_message:
  defer   ${isThere('message-451')}
          message = 451 4.7.1 not now
  deny    ${isThere('message-552')}
          message = 552 5.3.4 not this message
  accept

begin routers

mailbox:
  driver = accept
  local_parts = dsearch,filter=dir;${folder}/mail
  transport = mailbox

begin transports

mailbox:
  driver = appendfile
  directory = ${folder}/mail/$local_part_data
  maildir_format
  envelope_to_add
  return_path_add
  user = Debian-exim

begin retry

* * F,1h,1s
`;
}

/** Starts it; resolves when it greets. Needs root. */
export async function startEximServer(options: ServerOptions = {}): Promise<MailServer> {
  requireRoot();
  const program = requireProgram(path.join(unpackedMtas(), 'exim/usr/sbin/exim4'));
  const { folder, remove } = makeServerFolder('exim-hop', ['etc', 'spool', 'log', 'mail', 'state']);
  const disk = await mountSmallDisk(path.join(folder, 'spool'), DISK_MEGABYTES);
  const port = await freePort();
  const inFolder = (name: string): string => path.join(folder, name);
  const log = (): string => `${readIfThere(inFolder('log/mainlog'))}${readIfThere(inFolder('log/paniclog'))}`;
  const mailboxes = new Mailboxes(inFolder('mail'));
  const states = ['unmended', 'message-451', 'message-552'].map((name) => inFolder(`state/${name}`));
  let how: Misbehaviour = {};
  let isRunning = false;
  const start = async (): Promise<void> => {
    const args = ['-C', inFolder('etc/exim.conf'), '-bdf', '-q2s'];
    await startForeground({ folder, port, program, args });
    isRunning = true;
  };
  const stop = async (): Promise<void> => {
    await killAllIn(folder);
    await disk.unmount();
    await remove();
  };
  try {
    writeFileSync(inFolder('etc/exim.conf'), configuration(folder, program, port, options));
    const { certificate } = options;
    if (certificate !== undefined) {
      writeFileSync(inFolder('etc/cert.pem'), certificate.cert);
      writeFileSync(inFolder('etc/key.pem'), certificate.key, { mode: 0o640 });
      await runSuccessfully('/bin/chown', [':Debian-exim', inFolder('etc/key.pem')]);
    }
    await runSuccessfully('/bin/chown', ['Debian-exim:Debian-exim', inFolder('spool'), inFolder('log')]);
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
      writeFileSync(inFolder('state/unmended'), '');
      if (wanted.message !== undefined) writeFileSync(inFolder(`state/message-${wanted.message}`), '');
      if (wanted.isDiskFull === true) await disk.fill();
    },
    mend: async () => {
      if (how.isDiskFull === true) await disk.free();
      how = {};
      for (const state of states) rmSync(state, { force: true });
      if (!isRunning) await start();
    },
    kill: async () => {
      await killAllIn(folder);
      isRunning = false;
    },
    messagesOf: (address) => acceptedOnce(mailboxes.messagesOf(address)),
    settle: () =>
      // A message has a file of its header once it was accepted.
      untilQueueEmpty(
        { name: 'exim', log },
        () => filesBelow([inFolder('spool/input')]).filter((file) => file.endsWith('-H')),
        IDLE_LIMIT_MS,
      ),
    log,
    stop,
  };
}
