/*
 * Postfix as a front with the common policy: internal networks in a cidr table, recipients, aliases and blocked senders in cdb
 * files. What it accepts goes through its queue to the transport `discard`, or is discarded by cleanup without a queue.
 * Ref: postconf(5)
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../e2e/support/free-port.js';
import { filesBelow, readIfThere, untilQueueEmpty } from '../../e2e/support/mta.js';
import { setUpIn } from '../../e2e/support/mta-process.js';
import { runSuccessfully } from '../../e2e/support/program.js';
import { missing } from '../../support/programs.js';
import { MissingPeer } from '../measure.js';
import { postmap } from '../programs.js';
import type { Front } from './front.js';
import { blockedDomains, forwardedRecipients, knownRecipients, networkPrefixes } from './policy.js';

const queues = ['maildrop', 'incoming', 'active', 'deferred'];

function mainCf(folder: string, queued: boolean): string {
  return `compatibility_level = 3.6
myhostname = mail.domain.com
mydestination =
relay_domains = domain.com
mynetworks = cidr:${folder}/etc/networks
relay_recipient_maps = cdb:${folder}/etc/recipients
virtual_alias_maps = cdb:${folder}/etc/aliases
smtpd_relay_restrictions =
smtpd_recipient_restrictions =
    check_client_access cidr:${folder}/etc/clients
    check_sender_access cdb:${folder}/etc/senders
    reject_unauth_destination
    reject_unlisted_recipient
    ${queued ? '' : 'static:DISCARD'}
default_transport = discard:
relay_transport = discard:
smtpd_peername_lookup = no
inet_interfaces = loopback-only
inet_protocols = ipv4
smtpd_client_connection_count_limit = 0
in_flow_delay = 0
alias_maps =
alias_database =
queue_directory = ${folder}/queue
data_directory = ${folder}/state
maillog_file = ${folder}/log/mail.log
maillog_file_prefixes = ${folder}
`;
}

function masterCf(port: number): string {
  return `127.0.0.1:${port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
proxywrite unix - - n - 1 proxymap
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
local unix - n n - - local
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
`;
}

/** Starts Postfix. `queued`: with the transport `discard`, as a server that delivers. Needs root. */
export async function startPostfix({ queued }: { readonly queued: boolean }): Promise<Front> {
  const lacking = missing(['postfix', 'postmap']);
  if (lacking !== undefined)
    throw new MissingPeer(`${lacking} (the Debian packages postfix and postfix-cdb)`);
  const folders = ['etc', 'queue', 'state', 'log'];
  const mta = await setUpIn('postfix', folders, async (folder) => {
    const port = await freePort();
    const etc = (name: string): string => join(folder, 'etc', name);
    const table = (name: string, lines: readonly string[]): void => {
      writeFileSync(etc(name), `${lines.join('\n')}\n`);
      postmap(['-c', join(folder, 'etc'), `cdb:${etc(name)}`]);
    };
    writeFileSync(etc('main.cf'), mainCf(folder, queued));
    writeFileSync(etc('master.cf'), masterCf(port));
    writeFileSync(etc('networks'), networkPrefixes.map((prefix) => `${prefix}0/24 OK\n`).join(''));
    writeFileSync(etc('clients'), networkPrefixes.map((prefix) => `${prefix}0/24 OK\n`).join(''));
    table(
      'recipients',
      knownRecipients.map((user) => `${user}@domain.com x`),
    );
    table(
      'aliases',
      forwardedRecipients.map((user) => `${user}@domain.com ${user}@other.com`),
    );
    table(
      'senders',
      blockedDomains.map((domain) => `${domain} REJECT`),
    );
    await runSuccessfully('/bin/chown', ['postfix', join(folder, 'state')]);
    await runSuccessfully('postfix', ['-c', join(folder, 'etc'), 'start']);
    const log = (): string => readIfThere(join(folder, 'log/mail.log'));
    const queued_ = (): readonly string[] => filesBelow(queues.map((queue) => join(folder, 'queue', queue)));
    return {
      port,
      log,
      idle: (timeoutMs) => untilQueueEmpty({ name: 'postfix', log }, queued_, timeoutMs),
      read: () => Promise.reject(new Error('this Postfix is only a front')),
    };
  });
  return { port: mta.port, settle: () => mta.idle(60_000), stop: mta.stop };
}
