/*
 * Messages a second of a Haraka with all our plugins, against the same Haraka with only `rcpt_to.in_host_list`; both
 * discard what they accept. Load by Postfix's smtp-source: twenty sessions, a message of 1 kB in each transaction.
 */
import { startHaraka } from '../e2e/support/haraka-install.js';
import type { RunningHaraka } from '../e2e/support/haraka-process.js';
import { discard } from './discard.js';
import { atLeastTimes } from './goal.js';
import { compare } from './measure.js';
import { runToEnd } from './programs.js';
import type { Table } from './row.js';

const messages = 4_000;
const sessions = 20;

const cnf = `domain.com $U@domain.com
.domain.com $U%$H$D@TCP-INTERNAL
[10.] $U%[10.$L]@TCP-INTERNAL$E$R
. $U%$H@TCP-DAEMON

defaults noswitchchannel

l
domain.com

tcp_local smtp single_sys mx switchchannel remotehost
TCP-DAEMON

tcp_internal smtp single_sys mx allowswitchchannel
TCP-INTERNAL
`;

const mappings = `ORIG_SEND_ACCESS

  tcp_local|*|tcp_local|*   $NRelaying$ not$ permitted
`;

function messagesPerSecond(haraka: RunningHaraka): number {
  const start = process.hrtime.bigint();
  runToEnd({
    program: 'smtp-source',
    args: [
      ...['-d', '-m', String(messages), '-s', String(sessions), '-l', '1024'],
      ...['-f', 'somebody@example.net', '-t', 'bob@domain.com', `inet:127.0.0.1:${haraka.port}`],
    ],
    install: 'the Debian package postfix',
  });
  return messages / (Number(process.hrtime.bigint() - start) / 1e9);
}

/** The table `throughput`. */
export async function throughputTable(): Promise<Table> {
  const common = { 'log.ini': '[main]\nlevel=notice\nformat=default\n', host_list: 'domain.com\n' };
  const plain = await startHaraka({
    plugins: ['rcpt_to.in_host_list', 'test_queue_discard'],
    ...discard(common),
  });
  const ours = await startHaraka({
    plugins: ['pmdf/switchchannel', 'pmdf/access', 'test_queue_discard', 'pmdf/deliver'],
    ...discard({
      ...common,
      'pmdf/pmdf.cnf': cnf,
      'pmdf/mappings': mappings,
      'pmdf/pmdf.yaml': 'delivery: { through_plugin: test_queue_discard }\nreverse_timeout: 0.5\n',
    }),
  });
  try {
    const row = await compare({
      what: 'all our plugins',
      unit: 'msg/s',
      ours: () => messagesPerSecond(ours),
      peers: [{ name: 'rcpt_to.in_host_list alone', run: () => messagesPerSecond(plain) }],
      goals: [atLeastTimes(0.95, 'rcpt_to.in_host_list alone')],
    });
    return { name: 'throughput', rows: [row] };
  } finally {
    await Promise.all([plain.stop(), ours.stop()]);
  }
}
