/*
 * A Postfix as the relaying firewall, with the lines of the sample. In addition it has its own folders, no chroot, and
 * instead of the DNS the only mail server of the test world.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { changed, filesBelow, type Mta, readIfThere, untilQueueEmpty } from '../../support/mta.js';
import { setUpIn } from '../../support/mta-process.js';
import { ground } from '../../support/network/ground.js';
import type { Network } from '../../support/network/network.js';
import { makePostfixQueue } from '../../support/postfix-queue.js';
import { openPostfixResolver } from '../../support/postfix-resolver.js';
import { requireProgram, requireRoot, runProgram, runSuccessfully } from '../../support/program.js';
import { OTHER_MX, sampleFile } from './layouts.js';

const QUEUES = ['maildrop', 'incoming', 'active', 'deferred', 'hold'];

/** Lines of main.cf for the test; lines of the sample override them. */
function ownLines(folder: string): string {
  return `compatibility_level = 3.6
myhostname = firewall.example
queue_directory = ${folder}/queue
data_directory = ${folder}/state
maillog_file = ${folder}/log/mail.log
maillog_file_prefixes = ${folder}
multi_instance_enable = no
inet_protocols = ipv4
alias_maps =
alias_database =
disable_dns_lookups = yes
smtpd_peername_lookup = no
relayhost = [${OTHER_MX}]
`;
}

/** The texts of main.cf and master.cf. */
function configuration(folder: string): { readonly main: string; readonly master: string } {
  const sample = sampleFile('behind-relay', 'firewall', 'main.cf');
  const stock = readFileSync('/usr/share/postfix/master.cf.dist', 'utf8');
  const master = changed(stock, /^(\S+ +(?:inet|unix|unix-dgram) +\S +\S +)y /gm, '$1n ');
  switch (ground) {
    case 'network namespaces':
      return { main: ownLines(folder) + sample, master };
    case 'loopback addresses': {
      // The only interface that Postfix knows is 127.0.0.1; the address to connect from has to be given.
      const listeners = /^inet_interfaces = (.*), (.*)$/m;
      const [, outer = '', inner = ''] = listeners.exec(sample) ?? [];
      const [, service = ''] = /^smtp( +inet .*)$/m.exec(master) ?? [];
      return {
        main: `${ownLines(folder)}smtp_bind_address = ${inner}\n${changed(sample, listeners, 'inet_interfaces = loopback-only')}`,
        master: changed(master, /^smtp +inet .*$/m, `${outer}:25${service}\n${inner}:25${service}`),
      };
    }
  }
}

/** Starts it on the host `firewall`; resolves when its ports are open. Needs root. */
export async function startRelayingFirewall(network: Network<string>): Promise<Mta> {
  requireRoot();
  const postfix = requireProgram('/usr/sbin/postfix');
  const { firewall } = network.hosts;
  if (firewall === undefined) throw new Error('a layout without a firewall');
  return setUpIn('postfix', ['etc', 'queue', 'state', 'log'], async (folder) => {
    const inFolder = (...names: readonly string[]): string => path.join(folder, ...names);
    const log = (): string => readIfThere(inFolder('log/mail.log'));
    const { main, master } = configuration(folder);
    writeFileSync(inFolder('etc/main.cf'), network.place(main));
    writeFileSync(inFolder('etc/master.cf'), network.place(master));
    await runSuccessfully('/bin/chown', ['postfix', inFolder('state')]);
    await makePostfixQueue(inFolder('queue'));
    const [program = postfix, ...args] = [...firewall.prefix, postfix, '-c', inFolder('etc'), 'start'];
    const started = await runProgram(program, args);
    if (started.code !== 0) throw new Error(`postfix did not start:\n${started.stderr}${log()}`);
    return {
      port: 25,
      log,
      idle: (timeoutMs) =>
        untilQueueEmpty(
          { name: 'postfix', log },
          () => filesBelow(QUEUES.map((queue) => inFolder('queue', queue))),
          timeoutMs,
        ),
      read: openPostfixResolver(inFolder('queue/private/rewrite')).read,
    };
  });
}
