/*
 * Addresses in a hash of Redis.
 */
import { createClient } from 'redis';
import { startRedis } from '../../e2e/support/redis-server.js';
import { batches, keyFor, valueFor } from './addresses.js';
import { type FilledStore, need } from './filled-store.js';

const hash = 'addresses';

/** Redis with addresses. */
export async function filledRedis(count: number): Promise<FilledStore> {
  need('redis-server', 'the Debian package redis-server');
  const redis = await startRedis();
  for (const numbers of batches(count, 10_000)) {
    await redis.run(['HSET', hash, ...numbers.map(keyFor).flatMap((key) => [key, valueFor(key)])]);
  }
  return {
    name: 'Redis',
    store: `kind: redis, hosts: ['127.0.0.1:${redis.port}']`,
    question: `hash: ${hash}`,
    env: {},
    atOnce: [1, 8],
    bareName: 'the package redis alone, one connection',
    bare: async () => {
      const client = createClient({ socket: { host: '127.0.0.1', port: redis.port } });
      await client.connect();
      return {
        ask: async (key) => (await client.hGet(hash, key)) ?? null,
        close: () => client.destroy(),
      };
    },
    table: null,
    stop: () => redis.stop(),
  };
}
