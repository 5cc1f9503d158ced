/*
 * Messages a second of a Haraka with all our plugins, against the same Haraka with only `rcpt_to.in_host_list`, one process
 * each; and the CPU time that the server spends on a message. Both discard what they accept.
 */
import { startHaraka } from '../e2e/support/haraka-install.js';
import type { RunningHaraka } from '../e2e/support/haraka-process.js';
import { discard } from './discard.js';
import { atLeastTimes } from './goal.js';
import { figureOf, inTurns } from './measure.js';
import { cpuSeconds } from './process-figures.js';
import type { Row, Table } from './row.js';
import { connectionsText, generatorNote, sendLoad } from './smtp-load.js';

const bare = 'bare Haraka';
const loads = [
  { kept: true, messages: 4_000, goal: 0.8 },
  { kept: false, messages: 2_000, goal: 0.9 },
] as const;

/** A site whose clients from outside may not relay. */
export const relaySite = `domain.com $U@domain.com
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

export const mappings = `ORIG_SEND_ACCESS

  tcp_local|*|tcp_local|*   $NRelaying$ not$ permitted
`;

interface Round {
  readonly messagesPerSecond: number;
  readonly cpuMicroseconds: number;
  readonly generator: number;
}

function roundOf(haraka: RunningHaraka, load: { readonly kept: boolean; readonly messages: number }): Round {
  const before = cpuSeconds(haraka.pid);
  const { messagesPerSecond, generator } = sendLoad({ port: haraka.port, ...load });
  const cpuMicroseconds = ((cpuSeconds(haraka.pid) - before) * 1e6) / load.messages;
  return { messagesPerSecond, cpuMicroseconds, generator };
}

async function measureLoad(
  ours: RunningHaraka,
  plain: RunningHaraka,
  load: (typeof loads)[number],
): Promise<Pick<Table, 'rows'> & { readonly note: string }> {
  // The first messages find code that is not compiled yet.
  for (const haraka of [ours, plain]) roundOf(haraka, load);
  const [mine, theirs] = await inTurns([() => roundOf(ours, load), () => roundOf(plain, load)]);
  const what = connectionsText(load.kept);
  const rate = (round: Round): number => round.messagesPerSecond;
  const cpu = (round: Round): number => round.cpuMicroseconds;
  const note = generatorNote(
    what,
    figureOf(mine, 'cores', (round) => round.generator),
  );
  const rows: readonly Row[] = [
    {
      what,
      ours: figureOf(mine, 'msg/s', rate),
      peers: [{ name: bare, figure: figureOf(theirs, 'msg/s', rate) }],
      goals: [atLeastTimes(load.goal, bare)],
    },
    {
      what: `${what}, CPU time of the server for a message`,
      ours: figureOf(mine, 'us', cpu),
      peers: [{ name: bare, figure: figureOf(theirs, 'us', cpu) }],
      goals: [],
    },
  ];
  return { rows, note };
}

/** The table `throughput`. */
export async function throughputTable(): Promise<Table> {
  const common = { 'log.ini': '[main]\nlevel=notice\nformat=default\n', host_list: 'domain.com\n' };
  const plain = await startHaraka({
    plugins: ['rcpt_to.in_host_list', 'test_queue_discard'],
    ...discard(common),
  });
  const ours = await startHaraka({
    plugins: [
      ...['pmdf/switchchannel', 'pmdf/maytls', 'pmdf/auth', 'pmdf/access'],
      ...['test_queue_discard', 'pmdf/deliver'],
    ],
    ...discard({
      ...common,
      'pmdf/pmdf.cnf': relaySite,
      'pmdf/mappings': mappings,
      'pmdf/pmdf.yaml': 'delivery: { through_plugin: test_queue_discard }\nreverse_timeout: 0.5\n',
    }),
  });
  try {
    const rows: Row[] = [];
    const notes = [
      `${bare}: \`rcpt_to.in_host_list\` alone. Both look up the client's name: it is in the hosts file.`,
    ];
    for (const load of loads) {
      const measured = await measureLoad(ours, plain, load);
      rows.push(...measured.rows);
      notes.push(measured.note);
    }
    return { name: 'throughput', rows, notes };
  } finally {
    await Promise.all([plain.stop(), ours.stop()]);
  }
}
