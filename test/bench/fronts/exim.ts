/*
 * Exim as a front with the common policy: the internal networks as a host list, recipients and aliases in cdb files, blocked
 * senders as an address list in the ACL of RCPT. What it accepts goes through its spool to the router that discards.
 * Ref: Exim specification, chapters 22 (redirect router) and 44 (access control lists)
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { freePort } from '../../e2e/support/free-port.js';
import { filesBelow, readIfThere, untilQueueEmpty } from '../../e2e/support/mta.js';
import { setUpIn, startForeground } from '../../e2e/support/mta-process.js';
import { runSuccessfully } from '../../e2e/support/program.js';
import { missing, unpackedMtas } from '../../support/programs.js';
import { MissingPeer } from '../measure.js';
import type { Front } from './front.js';
import { blockedDomains, forwardedRecipients, knownRecipients, networkPrefixes } from './policy.js';
import { writeCdb } from './write-cdb.js';

function configuration(folder: string, port: number): string {
  return `exim_path = ${path.join(unpackedMtas(), 'exim/usr/sbin/exim4')}
primary_hostname = mail.domain.com
spool_directory = ${folder}/spool
log_file_path = ${folder}/log/%slog
pid_file_path = ${folder}/exim.pid
daemon_smtp_ports = ${port}
local_interfaces = 127.0.0.1
deliver_drop_privilege = true
smtp_accept_max = 200
smtp_accept_max_per_connection = 0
smtp_accept_queue_per_connection = 0
domainlist local_domains = domain.com
hostlist inside = ${networkPrefixes.map((prefix) => `${prefix}0/24`).join(' : ')}
acl_smtp_rcpt = acl_check_rcpt
acl_smtp_data = acl_check_data

begin acl

acl_check_rcpt:
  deny    !hosts = +inside
          senders = ${blockedDomains.map((domain) => `*@${domain}`).join(' : ')}
  accept  hosts = +inside
          verify = recipient
  require message = relay not permitted
          domains = +local_domains
  deny    local_parts = ^[.] : ^.*[@%!/|]
  require verify = recipient
  accept

acl_check_data:
  accept

begin routers

aliases:
  driver = redirect
  domains = +local_domains
  data = \${lookup{$local_part}cdb{${folder}/etc/aliases.cdb}}

known:
  driver = redirect
  domains = +local_domains
  local_parts = cdb;${folder}/etc/recipients.cdb
  data = :blackhole:

elsewhere:
  driver = redirect
  domains = !+local_domains
  data = :blackhole:
`;
}

/** Starts Exim. Needs root. */
export async function startExim(): Promise<Front> {
  const lacking = missing(['exim']);
  if (lacking !== undefined) throw new MissingPeer(`${lacking} (unpacked by .ci/packages)`);
  const program = path.join(unpackedMtas(), 'exim/usr/sbin/exim4');
  const mta = await setUpIn('exim', ['etc', 'spool', 'log'], async (folder) => {
    const port = await freePort();
    const etc = (name: string): string => path.join(folder, 'etc', name);
    writeCdb(
      etc('aliases'),
      forwardedRecipients.map((user) => `${user} ${user}@other.com`),
    );
    writeCdb(
      etc('recipients'),
      knownRecipients.map((user) => `${user} x`),
    );
    writeFileSync(etc('exim.conf'), configuration(folder, port));
    await runSuccessfully('/bin/chown', [
      'Debian-exim:Debian-exim',
      path.join(folder, 'spool'),
      path.join(folder, 'log'),
    ]);
    await startForeground({ folder, port, program, args: ['-C', etc('exim.conf'), '-bdf'] });
    const log = (): string => readIfThere(path.join(folder, 'log', 'mainlog'));
    const queued = (): readonly string[] => filesBelow([path.join(folder, 'spool', 'input')]);
    return {
      port,
      log,
      idle: (timeoutMs) => untilQueueEmpty({ name: 'exim', log }, queued, timeoutMs),
      read: () => Promise.reject(new Error('this Exim is only a front')),
    };
  });
  return { port: mta.port, settle: () => mta.idle(60_000), stop: mta.stop };
}
