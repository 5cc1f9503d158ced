/*
 * A whole site in front of Haraka, in two ways with the same policy: with our plugins, and with Haraka's `relay`,
 * `access` and `aliases`. Internal networks, blocked senders, a million forwarded addresses; every message comes on a
 * separate connection from outside. Both discard what they accept. Load by Postfix's smtp-source; memory as the kernel
 * reports it.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startHaraka } from '../e2e/support/haraka-install.js';
import type { RunningHaraka } from '../e2e/support/haraka-process.js';
import { discard } from './discard.js';
import { forwarded, makeDatabase } from './forwarded-addresses.js';
import { aheadOf, atLeastTimes, atMost } from './goal.js';
import { compare, exactly } from './measure.js';
import { cnf, mappings, networkPrefix, type Size } from './policy-fixture.js';
import { runToEnd } from './programs.js';
import type { Row, Table } from './row.js';

const sessions = 20;
const sizes: readonly (Size & { readonly messages: number; readonly goal: number })[] = [
  { networks: 10, entries: 1_000, messages: 1_500, goal: 1 },
  { networks: 10_000, entries: 1_000, messages: 300, goal: 10 },
];
const mostMegabytes = 40;

const common = { 'log.ini': '[main]\nlevel=notice\nformat=default\n', host_list: 'domain.com\n' };
const rdns = new Map<string, string>();

function messagesPerSecond(haraka: RunningHaraka, messages: number): number {
  const start = process.hrtime.bigint();
  runToEnd({
    program: 'smtp-source',
    args: [
      ...['-m', String(messages), '-s', String(sessions), '-l', '1024'],
      ...['-f', 'somebody@example.net', '-t', 'bob@domain.com', `inet:127.0.0.1:${haraka.port}`],
    ],
    install: 'the Debian package postfix',
  });
  return messages / (Number(process.hrtime.bigint() - start) / 1e9);
}

/** Resident memory of a process, in megabytes. */
function megabytesOf(haraka: RunningHaraka): number {
  const status = readFileSync(`/proc/${haraka.pid}/status`, 'utf8');
  const kilobytes = Number(/^VmRSS:\s*(\d+) kB$/m.exec(status)?.[1]);
  return kilobytes / 1024;
}

async function startOurs(size: Size, database: string): Promise<RunningHaraka> {
  return await startHaraka({
    rdns,
    plugins: ['pmdf/switchchannel', 'pmdf/access', 'test_queue_discard', 'pmdf/deliver'],
    ...discard({
      ...common,
      'pmdf/pmdf.cnf': cnf(size),
      'pmdf/mappings': mappings(size),
      'pmdf/pmdf.yaml': `switch_lookup: literal
delivery: { through_plugin: test_queue_discard }
databases: { general: '${database}' }
`,
    }),
  });
}

async function startPeer({ networks, entries }: Size): Promise<RunningHaraka> {
  const lines = (count: number, line: (index: number) => string): string =>
    `${Array.from({ length: count }, (_, index) => line(index)).join('\n')}\n`;
  const aliases = Object.fromEntries(
    Array.from({ length: forwarded }, (_, index) => [
      `user${index}`,
      { action: 'alias', to: `user${index}@other.com` },
    ]),
  );
  return await startHaraka({
    rdns,
    plugins: ['relay', 'access', 'rcpt_to.in_host_list', 'aliases', 'test_queue_discard'],
    ...discard({
      ...common,
      'relay.ini': '[relay]\nacl=true\n',
      relay_acl_allow: lines(networks, (index) => `${networkPrefix(index)}0/24`),
      'access.ini': '[check]\nmail=true\n',
      'mail_from.access.blacklist_regex': lines(entries, (index) => `.*@spam${index}\\.example`),
      'aliases.json': JSON.stringify(aliases),
    }),
  });
}

async function startBare(): Promise<RunningHaraka> {
  return await startHaraka({
    rdns,
    plugins: ['rcpt_to.in_host_list', 'test_queue_discard'],
    ...discard(common),
  });
}

/** The table `sites`. */
export async function sitesTable(): Promise<Table> {
  const folder = mkdtempSync(join(tmpdir(), 'pmdf-bench-'));
  const rows: Row[] = [];
  try {
    const database = makeDatabase(folder);
    for (const size of sizes) {
      const [ours, peer, bare] = await Promise.all([startOurs(size, database), startPeer(size), startBare()]);
      try {
        const peerName = 'relay, access and aliases';
        const what = `${size.networks} networks, ${size.entries} entries, ${forwarded} addresses`;
        const throughput = await compare({
          what,
          unit: 'msg/s',
          ours: () => messagesPerSecond(ours, size.messages),
          peers: [
            { name: peerName, run: () => messagesPerSecond(peer, size.messages) },
            { name: 'bare Haraka', run: () => messagesPerSecond(bare, size.messages) },
          ],
          goals: [size.goal === 1 ? aheadOf(peerName) : atLeastTimes(size.goal, peerName)],
        });
        const [mine, others, none] = [megabytesOf(ours), megabytesOf(peer), megabytesOf(bare)];
        rows.push(throughput, {
          what: `memory over that of a bare Haraka, ${none.toFixed(0)} MB (${what})`,
          ours: exactly(mine - none, 'MB'),
          peers: [{ name: peerName, figure: exactly(others - none, 'MB') }],
          goals: [atMost(mostMegabytes)],
        });
      } finally {
        await Promise.all([ours.stop(), peer.stop(), bare.stop()]);
      }
    }
    return { name: 'sites', rows };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
