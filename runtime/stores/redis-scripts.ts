/*
 * Scripts that gateways run in one Redis, where they count together. A script reads and changes its keys in one step and one round
 * trip. Nothing is kept from a cache, and nobody waits longer than a second.
 */
import type { RedisQuery, RedisStore, StoreLimits, StoreQuery } from '../../lib/config/index.js';
import { asRefusal, closeRedis, connectRedis } from './clients/redis.js';
import type { Secrets, StoreConnection, StoreServer } from './store-connection.js';
import type { StorePool } from './store-pool.js';

/** In seconds. */
const longestWait = 1;

/** A script in Lua, which answers with a string that is not empty. */
export interface ScriptCall {
  readonly script: string;
  readonly keys: readonly string[];
  readonly args: readonly string[];
}

/** A call as the key of a question to the pool; the number makes each a question of its own. */
interface NumberedCall extends ScriptCall {
  readonly number: number;
}

/** What a script answers, or why that is not known. */
export type ScriptAnswer =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'failed'; readonly cause: string };

/** The limits of the pool for scripts. */
export function scriptLimits(setting: RedisStore): StoreLimits {
  const { connections, retry } = setting;
  const timeout = Math.min(setting.timeout, longestWait);
  return { connections, retry, timeout, cache: { found: 0, absent: 0, entries: 0 } };
}

/** Connects to a server that runs scripts. */
export async function connectForScripts(
  server: StoreServer,
  settings: RedisStore & Secrets,
  ends: AbortSignal,
): Promise<StoreConnection<StoreQuery>> {
  const client = await connectRedis(server, settings, ends);
  return {
    values: async (_query, key) => {
      const { script, keys, args }: NumberedCall = JSON.parse(key);
      try {
        return [String(await client.eval(script, { keys: [...keys], arguments: [...args] }))];
      } catch (error) {
        throw await asRefusal(error);
      }
    },
    close: () => closeRedis(client),
    keepAlive: (wanted) => (wanted ? client.ref() : client.unref()),
  };
}

const unused: RedisQuery = { kind: 'redis', key: { text: '', parts: [] }, hash: null };

/** Runs a script once. Rejects if the server does not let us. */
export async function tryScript(
  server: StoreServer,
  settings: RedisStore & Secrets,
  { ends, call }: { readonly ends: AbortSignal; readonly call: ScriptCall },
): Promise<void> {
  const connection = await connectForScripts(server, settings, ends);
  try {
    await connection.values(unused, JSON.stringify(call));
  } finally {
    connection.close();
  }
}

let calls = 0;

/** The scripts of one store. */
export class RedisScripts {
  readonly #pool: StorePool;

  constructor(pool: StorePool) {
    this.#pool = pool;
  }

  /**
   * Runs a script. Never rejects. One whose connection breaks before the answer comes is run again on another, so a script may
   * have run twice.
   */
  async run(call: ScriptCall): Promise<ScriptAnswer> {
    calls += 1;
    const numbered: NumberedCall = { ...call, number: calls };
    const answer = await this.#pool.values(unused, 'script', JSON.stringify(numbered));
    if (answer.kind === 'failed') return answer;
    if (answer.kind === 'absent') return { kind: 'failed', cause: 'the store does not answer with a text' };
    return { kind: 'text', text: answer.values[0] ?? '' };
  }
}
