/*
 * Keys that strangers choose, in a real Redis: each finds its own entry and nothing else, and changes nothing.
 */
import assert from 'node:assert/strict';
import { createClient } from 'redis';
import { parseKeyTemplate } from '../../../lib/config/settings/stores/key-template.js';
import type { RedisStore } from '../../../lib/config/settings/stores/store.js';
import type { ValuesAnswer } from '../../../lib/engine/lookup.js';
import { OpenStores, storeSource } from '../../../runtime/stores/index.js';
import { systemClock } from '../../../runtime/time/index.js';
import { describeWith } from '../../support/programs.js';
import { plainRedis } from '../../support/redis-settings.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';

const keys = [
  'jane@domain.com',
  '"quoted"@domain.com',
  "o'brien@domain.com",
  'back\\slash@domain.com',
  'a\0b@domain.com',
  'a\r\nDEL kept\r\n@domain.com',
  '$4\r\nkept\r\n',
  '*1\r\n$8\r\nFLUSHALL\r\n',
  '* ',
  '?',
  '[a-z]*',
  '%s',
  '%d@%1.%u',
  '{kept}',
  'kept:',
  '../kept',
  'jürgen@bücher.example',
  '日本@domain.com',
  '😀',
  `${'x'.repeat(100_000)}@domain.com`,
];

function template(written: string) {
  const parsed = parseKeyTemplate(written);
  assert.ok(parsed !== null);
  return parsed;
}

describeWith(['redis-server'], 'keys that strangers choose, in Redis', () => {
  let redis: RedisServer;
  let stores: OpenStores;

  before(async () => {
    redis = await startRedis();
    stores = new OpenStores('.', { clock: systemClock, report: () => undefined });
    await redis.run(['SET', 'kept', 'kept'], ['SET', 'x:kept', 'kept'], ['HSET', 'h', 'kept', 'kept']);
    for (const [at, key] of keys.entries()) {
      const folded = key.toLowerCase();
      await redis.run(['SET', `x:${folded}`, `string ${at}`], ['HSET', 'h', folded, `field ${at}`]);
    }
  });
  after(async () => {
    stores?.close();
    await redis?.stop();
  });

  async function ask(key: string, hash: string | null, asked: string): Promise<ValuesAnswer> {
    const setting: RedisStore = {
      ...plainRedis,
      hosts: [{ kind: 'host', host: '127.0.0.1', port: redis.port, tls: 'off' }],
      connections: 2,
      retry: 0.1,
    };
    const query = { kind: 'redis', key: template(key), hash: hash === null ? null : template(hash) } as const;
    return await storeSource(stores.open('r', setting), query).values(asked);
  }

  it('find their own entries', async () => {
    for (const [at, key] of keys.entries()) {
      assert.deepEqual(await ask('x:%s', null, key), { kind: 'values', values: [`string ${at}`] }, key);
      assert.deepEqual(await ask('%s', 'h', key), { kind: 'values', values: [`field ${at}`] }, key);
    }
  });

  it('find nothing where there is nothing', async () => {
    for (const key of keys) {
      assert.deepEqual(await ask('y:%s', null, key), { kind: 'absent' }, key);
      assert.deepEqual(await ask('%s', 'h:%s', key), { kind: 'absent' }, key);
    }
  });

  it('change nothing', async () => {
    const client = createClient({ socket: { host: '127.0.0.1', port: redis.port } });
    await client.connect();
    try {
      assert.deepEqual([await client.dbSize(), await client.hLen('h')], [keys.length + 3, keys.length + 1]);
      assert.equal(await client.get('kept'), 'kept');
    } finally {
      client.destroy();
    }
  });
});
