/*
 * Look-ups in a database on a server, uncached and one after the other, through the pool beside the package of the client alone:
 * half of the time of a look-up and its slowest hundredth, and look-ups a second.
 */
import { createClient } from 'redis';
import type { RedisQuery, StoreQuery } from '../../lib/config/index.js';
import { clientOf } from '../../runtime/stores/clients.js';
import { StorePool } from '../../runtime/stores/store-pool.js';
import { systemClock } from '../../runtime/time/clock.js';
import { type RedisServer, startRedis } from '../e2e/support/redis-server.js';
import { atLeastTimes, atMostTimes } from './goal.js';
import { figureOf, inTurns, MissingPeer, percentile } from './measure.js';
import type { Row, Table } from './row.js';

const entries = 100_000;
const perCommand = 1_000;
const questions = 5_000;
const bare = 'the package redis alone';
const theirs = 'postmap -q - redis:';

interface Round {
  readonly perSecond: number;
  readonly half: number;
  readonly slowest: number;
}

/** Asks for one key after the other; times are in microseconds. */
async function ask(question: (key: string) => Promise<string | null>): Promise<Round> {
  const times: number[] = [];
  const begun = process.hrtime.bigint();
  for (let index = 0; index < questions; index += 1) {
    const number = (index * 7_919) % entries;
    const start = process.hrtime.bigint();
    const value = await question(`user${number}`);
    times.push(Number(process.hrtime.bigint() - start) / 1000);
    if (value !== `user${number}@other.com`) throw new Error(`a wrong answer: ${value}`);
  }
  const seconds = Number(process.hrtime.bigint() - begun) / 1e9;
  return { perSecond: questions / seconds, half: percentile(times, 0.5), slowest: percentile(times, 0.99) };
}

async function fill(redis: RedisServer): Promise<void> {
  for (let first = 0; first < entries; first += perCommand) {
    const fields = Array.from({ length: perCommand }, (_, at) => [
      `user${first + at}`,
      `user${first + at}@other.com`,
    ]);
    await redis.run(['HSET', 'aliases', ...fields.flat()]);
  }
}

/** A pool that keeps no answers. */
function poolFor(port: number): StorePool {
  const limits = { timeout: 10, connections: 8, retry: 1, cache: { found: 0, absent: 0, entries: 0 } };
  const access = { user: null, dbname: 0, passwordFile: null, passwordEnv: null, tlsCa: null };
  const server = { kind: 'host', host: '127.0.0.1', port, tls: 'off' } as const;
  const client = clientOf({ kind: 'redis', hosts: [server], ...access, ...limits });
  return new StorePool({
    name: 'bench',
    servers: [server],
    limits,
    connect: (one, ends) => client.connect(one, { password: null, ca: null }, ends),
    clock: systemClock,
    report: () => undefined,
  });
}

const query: RedisQuery = {
  kind: 'redis',
  key: { text: '%s', parts: [{ part: 'key' }] },
  hash: { text: 'aliases', parts: ['aliases'] },
};

async function throughPool(pool: StorePool, asked: StoreQuery, key: string): Promise<string | null> {
  const answer = await pool.values(asked, 'bench', key);
  return answer.kind === 'values' ? (answer.values[0] ?? null) : null;
}

async function measured(redis: RedisServer): Promise<readonly Row[]> {
  await fill(redis);
  const pool = poolFor(redis.port);
  const client = createClient({ socket: { host: '127.0.0.1', port: redis.port } });
  await client.connect();
  try {
    const ours = () => ask((key) => throughPool(pool, query, key));
    const plain = () => ask(async (key) => (await client.hGet('aliases', key)) ?? null);
    await ours();
    await plain();
    const [mine, alone, postfix] = await inTurns<Round>([
      ours,
      plain,
      () => {
        throw new MissingPeer('tables in Redis, which Postfix does not have');
      },
    ]);
    const row = (what: string, unit: string, pick: (round: Round) => number, goals: Row['goals']): Row => ({
      what: `Redis, ${what}`,
      ours: figureOf(mine, unit, pick),
      peers: [
        { name: bare, figure: figureOf(alone, unit, pick) },
        { name: theirs, figure: figureOf(postfix, unit, pick) },
      ],
      goals,
    });
    return [
      row('look-ups a second', 'look-ups/s', ({ perSecond }) => perSecond, [atLeastTimes(0.77, bare)]),
      row('half of the look-ups take at most', 'us', ({ half }) => half, [atMostTimes(1.3, bare)]),
      row('99 of 100 take at most', 'us', ({ slowest }) => slowest, []),
    ];
  } finally {
    client.destroy();
    pool.close();
  }
}

/** The table `stores`. */
export async function storesTable(): Promise<Table> {
  let redis: RedisServer;
  try {
    redis = await startRedis();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      throw new MissingPeer('the Debian package redis-server');
    }
    throw error;
  }
  try {
    const notes = [
      `One look-up after the other, of ${entries} entries, with nothing kept; the server is on the same host.`,
    ];
    return { name: 'stores', rows: await measured(redis), notes };
  } finally {
    await redis.stop();
  }
}
