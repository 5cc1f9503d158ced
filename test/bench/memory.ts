/*
 * Memory that our plugins take beyond a bare Haraka with `rcpt_to.in_host_list`: of a worker, of an idle connection, and of
 * an accepted recipient. A worker counts as the kernel reports it, and as heap and buffers after a collection, when it has
 * taken some hundred messages and looked up addresses all over the database; the others as heap and buffers.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startHaraka } from '../e2e/support/haraka-install.js';
import type { RunningHaraka } from '../e2e/support/haraka-process.js';
import { connect, type SmtpClient } from '../e2e/support/smtp-client.js';
import { until } from '../e2e/support/until.js';
import { discard } from './discard.js';
import { forwarded, makeDatabase } from './forwarded-addresses.js';
import { atMost } from './goal.js';
import { exactly } from './measure.js';
import { cnf, mappings, type Size } from './policy-fixture.js';
import { runToEnd } from './programs.js';
import type { Row, Table } from './row.js';

const messages = 500;
/** Enough recipients to read nearly every hash table of the database. */
const askedTransactions = 20;
const askedInEach = 100;
const networkCounts = [10, 1_000, 10_000];
const openCounts = [50, 200, 400];
const entries = 1_000;
const mostMegabytes = 40;
const megabyte = 1 << 20;
const patienceMs = 60_000;
/** V8 gives the room for young objects back, up to 32 MB, only at a collection after a time without much to do. */
const quietMs = 8_000;
const settledMegabytes = 4;
const pauseMs = 2_000;
const settleMs = 40_000;

/** On SIGUSR2, collects, and writes what is left into a file. */
const meter = `const fs = require('node:fs'); const path = require('node:path')
require('node:v8').setFlagsFromString('--expose-gc')
const gc = require('node:vm').runInNewContext('gc')
exports.register = function () {
  const file = path.join(process.env.HARAKA, 'meter')
  process.on('SIGUSR2', () => {
    gc(); gc()
    const { heapUsed, external, rss } = process.memoryUsage()
    const spaces = require('node:v8').getHeapSpaceStatistics()
    const young = spaces.find((one) => one.space_name === 'new_space').space_size
    fs.writeFileSync(file + '.new', JSON.stringify({ retained: heapUsed + external, rss, young }))
    fs.renameSync(file + '.new', file)
  })
}
`;

interface Usage {
  readonly retained: number;
  readonly rss: number;
  /** The room for young objects, in use or not. */
  readonly young: number;
}

function numberIn(text: string, name: string): number {
  return Number(new RegExp(`"${name}":(\\d+)`).exec(text)?.[1]);
}

/** What a Haraka uses after a collection, in octets. */
async function usageOf({ dir, pid }: RunningHaraka): Promise<Usage> {
  const file = join(dir, 'meter');
  rmSync(file, { force: true });
  process.kill(pid, 'SIGUSR2');
  await until(
    () => existsSync(file),
    patienceMs,
    () => 'Haraka did not report its memory',
  );
  const text = readFileSync(file, 'utf8');
  return { retained: numberIn(text, 'retained'), rss: numberIn(text, 'rss'), young: numberIn(text, 'young') };
}

/** The same when V8 has given back the room for young objects; as it is if that takes too long. */
async function settledUsageOf(haraka: RunningHaraka): Promise<Usage> {
  await pause(quietMs);
  const end = Date.now() + settleMs;
  for (;;) {
    const usage = await usageOf(haraka);
    if (usage.young <= settledMegabytes * megabyte || Date.now() > end) return usage;
    await pause(pauseMs);
  }
}

const common = { 'log.ini': '[main]\nlevel=notice\nformat=default\n', host_list: 'domain.com\n' };

function withMeter(plugins: readonly string[], config: Readonly<Record<string, string>>) {
  const { pluginFiles, ...rest } = discard({ ...common, ...config });
  return {
    ...rest,
    rdns: new Map<string, string>(),
    plugins: [...plugins, 'test_meter'],
    pluginFiles: { ...pluginFiles, 'test_meter.js': meter },
  };
}

function startOurs(size: Size, database: string): Promise<RunningHaraka> {
  return startHaraka(
    withMeter(['pmdf/switchchannel', 'pmdf/access', 'test_queue_discard', 'pmdf/deliver'], {
      'pmdf/pmdf.cnf': cnf(size),
      'pmdf/mappings': mappings(size),
      'pmdf/pmdf.yaml': `switch_lookup: literal
delivery: { through_plugin: test_queue_discard }
databases: { general: '${database}' }
`,
    }),
  );
}

function startBare(): Promise<RunningHaraka> {
  return startHaraka(withMeter(['rcpt_to.in_host_list', 'test_queue_discard'], {}));
}

function sendMail({ port }: RunningHaraka): void {
  runToEnd({
    program: 'smtp-source',
    args: [
      ...['-m', String(messages), '-s', '20', '-l', '1024'],
      ...['-f', 'somebody@example.net', '-t', 'bob@domain.com', `inet:127.0.0.1:${port}`],
    ],
    install: 'the Debian package postfix',
  });
}

/** Asks for addresses all over the database, so that its tables are in memory. */
async function askForAddresses(haraka: RunningHaraka): Promise<void> {
  for (let transaction = 0; transaction < askedTransactions; transaction += 1) {
    const [client] = await openConnections(haraka, 1);
    if (client === undefined) throw new Error('there is no connection');
    await client.mail('somebody@example.net');
    for (let index = 0; index < askedInEach; index += 1) {
      const number = ((transaction * askedInEach + index) * 7919) % forwarded;
      const { code } = await client.rcpt(`user${number}@domain.com`);
      if (code !== 250) throw new Error(`user${number} was answered ${code}`);
    }
    await client.close();
  }
}

/** Connections that are open, in a session of their own each. */
async function openConnections({ port }: RunningHaraka, count: number): Promise<readonly SmtpClient[]> {
  const clients: SmtpClient[] = [];
  for (let index = 0; index < count; index += 1) {
    const client = await connect({ port, timeoutMs: patienceMs });
    await client.ehlo('client.example.net');
    clients.push(client);
  }
  return clients;
}

/** Octets that each of `count` idle connections holds. */
async function perConnection(haraka: RunningHaraka, count: number): Promise<number> {
  const before = await usageOf(haraka);
  const clients = await openConnections(haraka, count);
  const after = await usageOf(haraka);
  await Promise.all(clients.map((client) => client.close()));
  return (after.retained - before.retained) / count;
}

/** Octets that each of `count` accepted recipients of one open transaction holds. */
async function perRecipient(haraka: RunningHaraka, count: number): Promise<number> {
  const [client] = await openConnections(haraka, 1);
  if (client === undefined) throw new Error('there is no connection');
  await client.mail('somebody@example.net');
  await client.rcpt('nobody@domain.com');
  const before = await usageOf(haraka);
  for (let index = 0; index < count; index += 1) {
    const { code } = await client.rcpt(`user${index}@domain.com`);
    if (code !== 250) throw new Error(`recipient ${index} was answered ${code}`);
  }
  const after = await usageOf(haraka);
  await client.close();
  return (after.retained - before.retained) / count;
}

function difference(what: string, ours: number, bare: number): Row {
  const peers = [{ name: 'bare Haraka', figure: exactly(bare, 'octets') }];
  return { what, ours: exactly(ours, 'octets'), peers, goals: [] };
}

function workerRows(networks: number, ours: Usage, bare: Usage): readonly Row[] {
  const what = `worker with 1 000 000 addresses, ${networks} networks, over a bare Haraka`;
  const more = (kind: 'retained' | 'rss') => exactly((ours[kind] - bare[kind]) / megabyte, 'MB');
  return [
    { what, ours: more('rss'), peers: [], goals: [atMost(mostMegabytes)] },
    { what: `${what}: heap and buffers`, ours: more('retained'), peers: [], goals: [] },
  ];
}

async function sessionRows(ours: RunningHaraka, bare: RunningHaraka): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const count of openCounts) {
    const what = `an idle connection, ${count} open`;
    rows.push(difference(what, await perConnection(ours, count), await perConnection(bare, count)));
  }
  for (const count of openCounts) {
    const what = `an accepted recipient, ${count} in a transaction`;
    rows.push(difference(what, await perRecipient(ours, count), await perRecipient(bare, count)));
  }
  return rows;
}

/** The table `memory`. */
export async function memoryTable(): Promise<Table> {
  const folder = mkdtempSync(join(tmpdir(), 'pmdf-bench-'));
  const rows: Row[] = [];
  try {
    const database = makeDatabase(folder);
    const bare = await startBare();
    try {
      sendMail(bare);
      for (const networks of networkCounts) {
        const ours = await startOurs({ networks, entries }, database);
        try {
          sendMail(ours);
          await askForAddresses(ours);
          rows.push(...workerRows(networks, await settledUsageOf(ours), await settledUsageOf(bare)));
          if (networks === networkCounts.at(-1)) rows.push(...(await sessionRows(ours, bare)));
        } finally {
          await ours.stop();
        }
      }
    } finally {
      await bare.stop();
    }
    const notes = [
      'A worker is measured without mail, when V8 has given back the room for young objects; while it is busy, that is up to 32 MB.',
    ];
    return { name: 'memory', rows, notes };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
