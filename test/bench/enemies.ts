/*
 * Attacks on a gateway with an honest client beside them: its time for a message against that without an attack, whether the rate of
 * an address is exact, and how much memory grows. With one worker, with two, and with two gateways that count in one Redis.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { RunningHaraka } from '../e2e/support/haraka-process.js';
import { startRedis } from '../e2e/support/redis-server.js';
import { connect, type Reply } from '../e2e/support/smtp-client.js';
import { type Attacked, beginAttack } from './enemies/attack.js';
import { rate, startAttacked } from './enemies/gateways.js';
import { type EnemyKind, enemyKinds } from './enemies/kinds.js';
import { atLeast, atMost, atMostTimes } from './goal.js';
import { exactly, percentile, sampleOf } from './measure.js';
import { childrenOf, cpuSeconds, megabytesOf } from './process-figures.js';
import { digits } from './quantity.js';
import type { Row, Table } from './row.js';
import type { TellRow } from './run-tables.js';
import { need } from './stores/filled-store.js';

const quiet = 'without an attack';
const messages = 80;
const everyMs = 50;
/** How long each attack takes in a round after which memory is read. */
const againMs = 1_500;
/** Rounds after the one that is compared with. */
const furtherRounds = 3;
/** Processes are at rest when they take less CPU time than `restSeconds` in `restMs`. */
const restMs = 1_000;
const restSeconds = 0.1;
const longestRestMs = 60_000;
const mostGrowth = 50;

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

function expectCode(code: number, reply: Reply): void {
  if (reply.code !== code) throw new Error(`honest mail was answered ${reply.lines.join(' ')}`);
}

/** The times of messages of the honest client, each on a connection of its own, in microseconds. */
async function honestTimes({ port }: RunningHaraka): Promise<readonly number[]> {
  const times: number[] = [];
  for (let count = 0; count < messages; count += 1) {
    const begun = performance.now();
    const client = await connect({ port, localAddress: '127.0.0.1', timeoutMs: 30_000 });
    expectCode(250, await client.ehlo('client.example'));
    expectCode(250, await client.mail('ann@client.example'));
    expectCode(250, await client.rcpt('bob@domain.com'));
    expectCode(250, await client.data('Subject: x\r\n\r\nx\r\n'));
    await client.quit();
    times.push((performance.now() - begun) * 1_000);
    await pause(everyMs);
  }
  return times;
}

/** The code that shows that an attack reached what it attacks. */
function codeOf(kind: EnemyKind): string {
  switch (kind) {
    case 'one address':
      return '421';
    case 'an address for each connection':
    case 'slow clients':
    case 'silent clients':
      return '220';
    case 'bad commands':
      return '500';
    case 'AUTH guesses':
      return '535';
  }
}

interface Measured {
  readonly rows: readonly Row[];
  /** Connections a second that the attack opened. */
  readonly pace: number;
}

async function measureAttack(
  name: string,
  kind: EnemyKind,
  running: readonly RunningHaraka[],
): Promise<Measured> {
  const [first] = running;
  if (first === undefined) throw new Error('there is no gateway');
  const calm = await honestTimes(first);
  const attack = await beginAttack(
    kind,
    running.map(({ port }) => port),
  );
  let times: readonly number[];
  let attacked: Attacked;
  try {
    times = await honestTimes(first);
  } finally {
    attacked = await attack.end();
  }
  const code = codeOf(kind);
  if (attacked.answers(code) === 0) throw new Error(`${name}: no answer ${code} to ${kind}`);
  const what = `${name}, ${kind}: a message of an honest client`;
  const p95 = (values: readonly number[]) => exactly(percentile(values, 0.95), 'us');
  const rows: Row[] = [
    {
      what,
      ours: sampleOf(times, 'us'),
      peers: [{ name: quiet, figure: sampleOf(calm, 'us') }],
      goals: [atMostTimes(2, quiet)],
    },
    {
      what: `${what}, p95`,
      ours: p95(times),
      peers: [{ name: `p95 ${quiet}`, figure: p95(calm) }],
      goals: [],
    },
  ];
  if (kind === 'one address') {
    rows.push({
      what: `${name}, ${kind}: let in of ${attacked.opened} connections, ${rate} a minute allowed`,
      ours: exactly(attacked.answers('220'), 'connections'),
      peers: [],
      goals: [atLeast(rate - 1), atMost(rate + 1)],
    });
  }
  return { rows, pace: attacked.opened / attacked.seconds };
}

/** CPU time of all processes, in seconds. */
function cpuOf(processes: readonly number[]): number {
  return processes.reduce((sum, pid) => sum + cpuSeconds(pid), 0);
}

/** Resolves when the processes do nothing more: guesses and connections that an attack left are over. */
async function comeToRest(processes: readonly number[]): Promise<void> {
  const due = performance.now() + longestRestMs;
  let before = cpuOf(processes);
  for (;;) {
    await pause(restMs);
    const now = cpuOf(processes);
    if (now - before < restSeconds) return;
    if (performance.now() > due) throw new Error('the gateways do not come to rest after the attacks');
    before = now;
  }
}

/** How much more memory the processes have after further rounds of attacks: what the first takes once is not a leak. */
async function growthRow(name: string, running: readonly RunningHaraka[]): Promise<Row> {
  const processes = running.flatMap(({ pid }) => [pid, ...childrenOf(pid)]);
  const memory = (): number => processes.reduce((sum, pid) => sum + megabytesOf(pid), 0);
  const after: number[] = [];
  for (let round = 0; round <= furtherRounds; round += 1) {
    for (const kind of enemyKinds) {
      const attack = await beginAttack(
        kind,
        running.map(({ port }) => port),
      );
      await pause(againMs);
      await attack.end();
    }
    await comeToRest(processes);
    after.push(memory());
  }
  const [first = 0] = after;
  const last = after.at(-1) ?? 0;
  return {
    what: `${name}: memory at rest after ${furtherRounds} further rounds of attacks (${after.map(digits).join(', ')} MB)`,
    ours: exactly(last - first, 'MB'),
    peers: [],
    goals: [atMost(mostGrowth)],
  };
}

async function measureSite(
  { name, gateways, nodes }: Site,
  redisPort: number | null,
  tell: (row: Row) => void,
): Promise<number> {
  const running: RunningHaraka[] = [];
  try {
    for (let one = 0; one < gateways; one += 1) running.push(await startAttacked({ nodes, redisPort }));
    // The first messages find code that is not compiled yet.
    for (const one of running) await honestTimes(one);
    let least = Number.POSITIVE_INFINITY;
    for (const kind of enemyKinds) {
      const { rows, pace } = await measureAttack(name, kind, running);
      rows.forEach(tell);
      least = Math.min(least, pace);
    }
    tell(await growthRow(name, running));
    return least;
  } finally {
    await Promise.all(running.map((one) => one.stop()));
  }
}

/** The table `enemies`. */
export async function enemiesTable(tellRow: TellRow): Promise<Table> {
  need('redis-server', 'the Debian package redis-server');
  const rows: Row[] = [];
  let least = Number.POSITIVE_INFINITY;
  for (const site of sites) {
    const redis = site.gateways > 1 ? await startRedis() : null;
    try {
      const pace = await measureSite(site, redis?.port ?? null, (row) => {
        rows.push(row);
        tellRow(row);
      });
      least = Math.min(least, pace);
    } finally {
      await redis?.stop();
    }
  }
  const notes = [
    `Each attack comes from a process of its own, keeps up to 400 connections open and opened at least ${digits(least)} a second; memory is that of all processes of Haraka.`,
  ];
  return { name: 'enemies', rows, notes };
}
