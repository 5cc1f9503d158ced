/*
 * Messages a second of a Haraka with our plugins whose general database, with all addresses, is in a CDB file, in Redis or in
 * PostgreSQL. Every recipient is looked up, nothing is kept, and what is forwarded is discarded.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startHaraka } from '../../e2e/support/haraka-install.js';
import type { RunningHaraka } from '../../e2e/support/haraka-process.js';
import { checkPolicy, type Question } from '../ask-server.js';
import { discard } from '../discard.js';
import { writeCdb } from '../fronts/write-cdb.js';
import { figureOf, inTurns, MissingPeer } from '../measure.js';
import { cnf, mappings } from '../policy-fixture.js';
import type { Row } from '../row.js';
import { connectionsText, sendLoad } from '../smtp-load.js';
import { addressFor, afterNumber, keyFor, valueFor } from './addresses.js';
import { type FilledStore, type StartStore, settingsText } from './filled-store.js';
import { filledRedis } from './redis.js';
import { filledPostgresql } from './sql.js';

const messages = 4_000;
const size = { networks: 10, entries: 1_000 };

/** A Haraka that forwards, and what it needs. */
interface Gateway {
  readonly haraka: RunningHaraka;
  stop(): Promise<void>;
}

/** Starts a Haraka with a general database as in `databases` of pmdf.yaml, and asks it for the last address and for none. */
async function started(
  name: string,
  count: number,
  settings: string,
  env: Readonly<Record<string, string>>,
): Promise<RunningHaraka> {
  const haraka = await startHaraka({
    rdns: new Map(),
    env,
    plugins: ['pmdf/switchchannel', 'pmdf/access', 'test_queue_discard', 'pmdf/deliver'],
    ...discard({
      'log.ini': '[main]\nlevel=notice\nformat=default\n',
      'pmdf/pmdf.cnf': cnf(size),
      'pmdf/mappings': mappings(size),
      'pmdf/pmdf.yaml': `switch_lookup: literal\ndelivery: { through_plugin: test_queue_discard }\n${settings}`,
    }),
  });
  const ask = { client: '127.0.0.1', from: 'somebody@example.net', accepted: true };
  const questions: readonly Question[] = [
    { ...ask, to: `${keyFor(count)}@domain.com`, forwarded: addressFor(keyFor(count)) },
    { ...ask, to: `${keyFor(count + 1)}@domain.com`, forwarded: `${keyFor(count + 1)}@domain.com` },
  ];
  try {
    await checkPolicy(name, haraka.port, questions);
    return haraka;
  } catch (error) {
    await haraka.stop();
    throw error;
  }
}

async function withCdb(count: number): Promise<Gateway> {
  const folder = mkdtempSync(join(tmpdir(), 'pmdf-bench-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    const keys = Array.from({ length: count }, (_, index) => keyFor(index + 1));
    const file = writeCdb(
      join(folder, 'general'),
      keys.map((key) => `${key} ${valueFor(key)}`),
    );
    const haraka = await started('CDB', count, `databases: { general: '${file}' }\n`, {});
    const stop = async (): Promise<void> => {
      await haraka.stop();
      remove();
    };
    return { haraka, stop };
  } catch (error) {
    remove();
    throw error;
  }
}

async function withStore(count: number, start: StartStore): Promise<Gateway> {
  const filled: FilledStore = await start(count);
  try {
    const haraka = await started(filled.name, count, settingsText(filled), filled.env);
    const stop = async (): Promise<void> => {
      await haraka.stop();
      await filled.stop();
    };
    return { haraka, stop };
  } catch (error) {
    await filled.stop();
    throw error;
  }
}

const places: readonly { readonly name: string; readonly start: (count: number) => Promise<Gateway> }[] = [
  { name: 'a CDB file', start: withCdb },
  { name: 'Redis', start: (count) => withStore(count, filledRedis) },
  { name: 'PostgreSQL', start: (count) => withStore(count, filledPostgresql) },
];

/** A gateway, or what is missing for it. */
async function startOrMissing(start: () => Promise<Gateway>): Promise<Gateway | MissingPeer> {
  try {
    return await start();
  } catch (error) {
    if (error instanceof MissingPeer) return error;
    throw error;
  }
}

/** The rows of the gateway: the databases on servers beside the one in a file. */
export async function gatewayRows(count: number): Promise<readonly Row[]> {
  const gateways: (Gateway | MissingPeer)[] = [];
  try {
    for (const { start } of places) gateways.push(await startOrMissing(() => start(count)));
    const given = await inTurns(
      gateways.map((gateway) => () => {
        if (gateway instanceof MissingPeer) throw gateway;
        const { port } = gateway.haraka;
        const load = { port, messages, kept: true, recipient: `${afterNumber}@domain.com`, isNumbered: true };
        return sendLoad(load).messagesPerSecond;
      }),
    );
    const figures = places.map(({ name }, index) => ({
      name: `the same in ${name}`,
      figure: figureOf(given[index], 'msg/s', (value) => value),
    }));
    const [inFile, ...onServers] = figures;
    if (inFile === undefined) throw new Error('there is nothing to compare with');
    const what = (name: string): string =>
      `gateway with ${count} forwarded addresses ${name.replace('the same ', '')}, ${connectionsText(true)}`;
    return [
      { what: what(inFile.name), ours: inFile.figure, peers: [], goals: [] },
      ...onServers.map(({ name, figure }) => ({
        what: what(name),
        ours: figure,
        peers: [inFile],
        goals: [],
      })),
    ];
  } finally {
    for (const gateway of gateways) if (!(gateway instanceof MissingPeer)) await gateway.stop();
  }
}
