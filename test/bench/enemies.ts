/*
 * Attacks on a gateway with an honest client beside them: its time for a message against that without an attack, whether the rate of
 * an address is exact, and how much memory grows. With one worker, with two, and with two gateways that count in one Redis.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startHaraka } from '../e2e/support/haraka-install.js';
import type { RunningHaraka } from '../e2e/support/haraka-process.js';
import { startRedis } from '../e2e/support/redis-server.js';
import { connect } from '../e2e/support/smtp-client.js';
import { projectRoot } from '../support/project-root.js';
import { discard } from './discard.js';
import { type EnemyKind, enemyKinds } from './enemies/kinds.js';
import { atLeast, atMost, atMostTimes } from './goal.js';
import { exactly, sampleOf } from './measure.js';
import { childrenOf, megabytesOf } from './process-figures.js';
import type { Row, Table } from './row.js';
import type { TellRow } from './run-tables.js';
import { relaySite } from './throughput.js';

const quiet = 'without an attack';
const rate = 60;
const messages = 60;
const everyMs = 50;
const mostGrowth = 50;
/** How long each attack of the second round takes. */
const againMs = 5_000;

/** The honest client is exempt, and so are the attacks that do not test the rate. */
function mappings(isCounted: boolean): string {
  return `PORT_ACCESS

  TCP|*|*|127.0.0.1|*  $YEXTERNAL
  TCP|*|*|*|*  $C$[conn_throttle,throttle,$2,${isCounted ? rate : 1_000_000}]$N421$ Too$ many$ connections$E
  *  $YEXTERNAL

ORIG_SEND_ACCESS

  tcp_local|*|tcp_local|*  $NRelaying$ not$ permitted
`;
}

interface Site {
  readonly name: string;
  readonly gateways: number;
  readonly nodes: number;
}

const sites: readonly Site[] = [
  { name: 'one worker', gateways: 1, nodes: 0 },
  { name: 'two workers', gateways: 1, nodes: 2 },
  { name: 'two gateways on one Redis', gateways: 2, nodes: 0 },
];

function start(nodes: number, isCounted: boolean, redisPort: number | null): Promise<RunningHaraka> {
  const shared =
    redisPort === null
      ? ''
      : `counters: { store: shared }\nstores: { shared: { kind: redis, hosts: ['127.0.0.1:${redisPort}'] } }\n`;
  return startHaraka({
    plugins: ['pmdf/switchchannel', 'pmdf/auth', 'pmdf/access', 'test_queue_discard', 'pmdf/deliver'],
    nodes,
    rdns: new Map(),
    ...discard({
      'log.ini': '[main]\nlevel=notice\nformat=default\n',
      'pmdf/pmdf.cnf': relaySite,
      'pmdf/mappings': mappings(isCounted),
      'pmdf/pmdf.yaml': `delivery: { through_plugin: test_queue_discard }\nreverse_timeout: 0.5\n${shared}`,
    }),
  });
}

/** The times of messages of the honest client, each on a connection of its own, in microseconds. */
async function honestTimes({ port }: RunningHaraka): Promise<readonly number[]> {
  const times: number[] = [];
  for (let count = 0; count < messages; count += 1) {
    const begun = performance.now();
    const client = await connect({ port, localAddress: '127.0.0.1', timeoutMs: 30_000 });
    await client.ehlo('client.example');
    await client.mail('ann@client.example');
    const { code } = await client.rcpt('bob@domain.com');
    if (code !== 250) throw new Error(`honest mail was answered ${code}`);
    await client.send('DATA');
    await client.send('Subject: x\r\n\r\nx\r\n.');
    await client.quit();
    times.push((performance.now() - begun) * 1_000);
    await pause(everyMs);
  }
  return times;
}

interface Attack {
  readonly child: ChildProcess;
  readonly greeted: () => number;
}

function begin(kind: EnemyKind, ports: readonly number[]): Attack {
  const program = join(projectRoot, 'dist/test/bench/enemies/enemy.js');
  const child = spawn(process.execPath, [program, kind, ports.join(',')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let lines = 0;
  child.stdout?.on('data', (octets: Buffer) => {
    lines += octets.toString('latin1').split('\n').length - 1;
  });
  return { child, greeted: () => lines };
}

async function end({ child }: Attack): Promise<void> {
  child.kill();
  await once(child, 'exit');
}

async function rowsOf({ name, gateways, nodes }: Site, redisPort: number | null): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const isCounted of [true, false]) {
    const running: RunningHaraka[] = [];
    try {
      for (let one = 0; one < gateways; one += 1) running.push(await start(nodes, isCounted, redisPort));
      const [first] = running;
      if (first === undefined) continue;
      const ports = running.map(({ port }) => port);
      const enemies = enemyKinds.filter((one) => one.isCounted === isCounted);
      await honestTimes(first);
      const processes = running.flatMap(({ pid }) => [pid, ...childrenOf(pid)]);
      const memory = (): number => processes.reduce((sum, pid) => sum + megabytesOf(pid), 0);
      for (const { kind } of enemies) {
        const calm = sampleOf(await honestTimes(first), 'us');
        const attack = begin(kind, ports);
        const attacked = sampleOf(await honestTimes(first), 'us');
        await end(attack);
        const { greeted } = attack;
        rows.push({
          what: `${name}, ${kind}: a message of an honest client`,
          ours: attacked,
          peers: [{ name: quiet, figure: calm }],
          goals: [atMostTimes(2, quiet)],
        });
        if (!isCounted) continue;
        rows.push({
          what: `${name}, ${kind}: connections of ${rate} a minute that were let in`,
          ours: exactly(greeted(), 'connections'),
          peers: [],
          goals: [atLeast(rate - 1), atMost(rate + 1)],
        });
      }
      if (isCounted) continue;
      // What one round of attacks takes once is not a leak.
      const before = memory();
      for (const { kind } of enemies) {
        const attack = begin(kind, ports);
        await pause(againMs);
        await end(attack);
      }
      rows.push({
        what: `${name}: memory that a second round of attacks takes`,
        ours: exactly(memory() - before, 'MB'),
        peers: [],
        goals: [atMost(mostGrowth)],
      });
    } finally {
      await Promise.all(running.map((one) => one.stop()));
    }
  }
  return rows;
}

/** The table `enemies`. */
export async function enemiesTable(tellRow: TellRow): Promise<Table> {
  const rows: Row[] = [];
  for (const site of sites) {
    const redis = site.gateways > 1 ? await startRedis() : null;
    try {
      for (const row of await rowsOf(site, redis?.port ?? null)) {
        rows.push(row);
        tellRow(row);
      }
    } finally {
      await redis?.stop();
    }
  }
  const notes = [
    'Each attack opens a hundred connections a second from a process of its own and keeps up to 400; memory is that of all processes of Haraka.',
  ];
  return { name: 'enemies', rows, notes };
}
