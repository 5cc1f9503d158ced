/*
 * One decision (channel, rewrite, built-in pass, access tables, look-up in a CDB file) at growing sizes, and the cost
 * of one more recipient against Haraka's own.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parsePath } from '../../lib/address/parse-path.js';
import { decideConnection } from '../../lib/decide/decide-connection.js';
import { decideRecipient } from '../../lib/decide/decide-recipient.js';
import { decideSender } from '../../lib/decide/decide-sender.js';
import type { Policy } from '../../lib/policy/policy.js';
import type { Session } from '../../lib/policy/session.js';
import { openCdb } from '../../runtime/databases/cdb-reader.js';
import { systemClock } from '../../runtime/time/clock.js';
import { forwarded, makeDatabase } from './forwarded-addresses.js';
import { atMost } from './goal.js';
import { percentile, rounds, sampleOf } from './measure.js';
import { makePolicy, networkPrefix, runNow, type Size } from './policy-fixture.js';
import type { Row, Table } from './row.js';

const decisions = 20_000;
const sizes: readonly Size[] = [
  { networks: 10, entries: 10 },
  { networks: 10_000, entries: 1_000 },
];

function pathOf(text: string) {
  const parsed = parsePath(text);
  if (parsed.kind !== 'path') throw new Error(`not a path: ${text}`);
  return parsed.path;
}

/** Measures each decision on its own; microseconds. */
function timesOf(
  policy: Policy,
  { networks }: Size,
  databaseFile: string,
): { readonly whole: number[]; readonly recipient: number[] } {
  const names = { name: databaseFile, shortName: 'general.cdb' };
  const database = openCdb(databaseFile, names, { clock: systemClock, report: () => undefined }).value;
  if (database === null) throw new Error('the database could not be opened');
  const look = (key: string) => database.get(key);
  const whole: number[] = [];
  const recipient: number[] = [];
  for (let index = 0; index < decisions; index += 1) {
    const inside = index % 2 === 0;
    const address = inside ? `${networkPrefix(index % networks)}7` : '203.0.113.9';
    const connection = {
      client: { address, port: 4000 },
      server: { address: '192.0.2.1', port: 25 },
      reverseName: { kind: 'none', cause: 'not looked up' },
    } as const;
    const to = pathOf(`<user${(index * 7919) % (forwarded * 2)}@domain.com>`);
    const from = pathOf('<somebody@example.net>');
    const start = process.hrtime.bigint();
    const { channel } = runNow(policy, look, (environment) =>
      decideConnection(policy, connection, environment),
    );
    const session: Session = {
      ...connection,
      sourceChannel: channel,
      helo: 'client.example',
      esmtp: true,
      tls: false,
      authUser: null,
    };
    const sender = runNow(policy, look, (environment) =>
      decideSender({ policy, session, environment }, from, { tables: true }),
    );
    const middle = process.hrtime.bigint();
    const request = { to, originalRecipient: null, notify: new Set<string>() };
    const options = { tables: true, bothPasses: false };
    runNow(policy, look, (environment) =>
      decideRecipient({ policy, session, environment }, sender.envelopeFrom, request, options),
    );
    const end = process.hrtime.bigint();
    whole.push(Number(end - start) / 1000);
    recipient.push(Number(end - middle) / 1000);
  }
  database.close();
  return { whole: whole.slice(decisions / 4), recipient: recipient.slice(decisions / 4) };
}

function row(
  what: string,
  samples: readonly (readonly number[])[],
  [share, limit]: readonly [number, number],
): Row {
  const values = samples.map((sample) => percentile(sample, share));
  return { what, ours: sampleOf(values, 'us'), peers: [], goals: [atMost(limit)] };
}

/** The table `decision`. */
export function decisionTable(): Table {
  const folder = mkdtempSync(join(tmpdir(), 'pmdf-bench-'));
  try {
    const database = makeDatabase(folder);
    const rows = sizes.flatMap((size) => {
      const name = `${size.networks} networks, ${size.entries} entries, ${forwarded} addresses`;
      const policy = makePolicy(size);
      const times = Array.from({ length: rounds }, () => timesOf(policy, size, database));
      const whole = times.map((one) => one.whole);
      const recipient = times.map((one) => one.recipient);
      return [
        row(`decision, p50 (${name})`, whole, [0.5, 10]),
        row(`decision, p99 (${name})`, whole, [0.99, 50]),
        row(`recipient, p50 (${name})`, recipient, [0.5, 10]),
      ];
    });
    return { name: 'decision', rows };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
