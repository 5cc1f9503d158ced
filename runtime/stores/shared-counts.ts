/*
 * Failures that several gateways count together in Redis: for each client a level, which falls by one in a given time. One script
 * reads and changes it, by the clock of the server. Every count expires when it has fallen to nothing, and at most a hundred
 * thousand clients are remembered; the one that failed longest ago goes first.
 */
import type { RedisQuery, RedisStore, StoreLimits, StoreQuery } from '../../lib/config/index.js';
import { asRefusal, closeRedis, connectRedis } from './clients/redis.js';
import type { Secrets, StoreConnection, StoreServer } from './store-connection.js';
import type { StorePool } from './store-pool.js';

const mostClients = 100_000;
const highestLevel = 2_000;
const indexDays = 7;

/** In seconds: nobody shall wait long for a count. */
const longestWait = 1;

const prefix = 'pmdf:auth-failures';

/** KEYS: the client, the index of clients. ARGV: milliseconds for one failure, 1 to add one. */
const script = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local forget = tonumber(ARGV[1])
local level = 0
local kept = redis.call('GET', KEYS[1])
if kept then
  local old, at = string.match(kept, '^(%S+) (%S+)$')
  level = math.max(0, tonumber(old) - (now - tonumber(at)) / forget)
end
if ARGV[2] == '1' then
  level = math.min(level + 1, ${highestLevel})
  redis.call('SET', KEYS[1], string.format('%.6f %.0f', level, now), 'PX', math.ceil(level * forget))
  redis.call('ZADD', KEYS[2], now, KEYS[1])
  redis.call('PEXPIRE', KEYS[2], ${indexDays * 86_400_000})
  while redis.call('ZCARD', KEYS[2]) > ${mostClients} do
    redis.call('DEL', redis.call('ZPOPMIN', KEYS[2])[1])
  end
end
return string.format('%.6f', level)
`;

/** The limits of the pool for counts. */
export function countLimits(setting: RedisStore): StoreLimits {
  const { connections, retry } = setting;
  const timeout = Math.min(setting.timeout, longestWait);
  return { connections, retry, timeout, cache: { found: 0, absent: 0, entries: 0 } };
}

/** What a question to the pool of counts says, as its key; the number makes each a question of its own. */
interface CountQuestion {
  readonly client: string;
  readonly forgetMs: number;
  readonly adds: boolean;
  readonly number: number;
}

/** Connects to a server that counts. */
export async function connectForCounts(
  server: StoreServer,
  settings: RedisStore & Secrets,
  ends: AbortSignal,
): Promise<StoreConnection<StoreQuery>> {
  const client = await connectRedis(server, settings, ends);
  return {
    values: async (_query, key) => {
      const question: CountQuestion = JSON.parse(key);
      try {
        const level = await client.eval(script, {
          keys: [`${prefix}:${question.client}`, prefix],
          arguments: [String(question.forgetMs), question.adds ? '1' : '0'],
        });
        return [String(level)];
      } catch (error) {
        throw await asRefusal(error);
      }
    },
    close: () => closeRedis(client),
    keepAlive: (wanted) => (wanted ? client.ref() : client.unref()),
  };
}

/** Counts one failure of a client that nobody is, which is forgotten at once. Rejects if the server does not let us. */
export async function tryCounting(
  server: StoreServer,
  settings: RedisStore & Secrets,
  ends: AbortSignal,
): Promise<void> {
  const connection = await connectForCounts(server, settings, ends);
  try {
    const trial: CountQuestion = { client: 'pmdf-check', forgetMs: 1, adds: true, number: 0 };
    await connection.values(unused, JSON.stringify(trial));
  } finally {
    connection.close();
  }
}

const unused: RedisQuery = { kind: 'redis', key: { text: '', parts: [] }, hash: null };

/** How many failures of a client are not forgotten, or why that is not known. */
export type SharedLevel =
  | { readonly kind: 'level'; readonly level: number }
  | { readonly kind: 'failed'; readonly cause: string };

let questions = 0;

/** The counts in one store. */
export class SharedCounts {
  readonly #pool: StorePool;

  constructor(pool: StorePool) {
    this.#pool = pool;
  }

  /** The level of a client, which falls by one in `forgetMs`. Never rejects. */
  async levelOf(client: string, forgetMs: number): Promise<SharedLevel> {
    return await this.#ask(client, forgetMs, false);
  }

  /** Adds a failure of a client; returns the level with it. Never rejects. */
  async add(client: string, forgetMs: number): Promise<SharedLevel> {
    return await this.#ask(client, forgetMs, true);
  }

  async #ask(client: string, forgetMs: number, adds: boolean): Promise<SharedLevel> {
    questions += 1;
    const question: CountQuestion = { client, forgetMs, adds, number: questions };
    const answer = await this.#pool.values(unused, prefix, JSON.stringify(question));
    if (answer.kind === 'failed') return answer;
    const level = answer.kind === 'values' ? Number(answer.values[0]) : Number.NaN;
    if (Number.isFinite(level)) return { kind: 'level', level };
    return { kind: 'failed', cause: 'the store does not answer with a count' };
  }
}
