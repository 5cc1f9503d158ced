/*
 * Counters in a real Redis: they count as those in memory, by the server's clock, over several processes, in bounded memory; and a
 * gateway counts alone while the server is away.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createClient, type RedisClientType } from 'redis';
import type { CounterTable } from '../../../lib/config/settings/metermaid.js';
import type { CounterStep } from '../../../lib/engine/lookup.js';
import { Counters } from '../../../runtime/counters/counters.js';
import { GatewayCounters } from '../../../runtime/counters/gateway-counters.js';
import type { SharedCounters } from '../../../runtime/counters/shared-counters.js';
import { systemClock } from '../../../runtime/time/clock.js';
import { type RedisServer, startRedis } from '../../e2e/support/redis-server.js';
import { until } from '../../e2e/support/until.js';
import { describeWith } from '../../support/programs.js';
import { projectRoot } from '../../support/project-root.js';
import { countersAt } from './counters-at.js';
import { valueSteps } from './value-steps.js';

const throttling: CounterTable = {
  type: 'throttle',
  quota: 3,
  quotaTime: 300,
  penalize: false,
  maxEntries: 50,
  blockTime: 5,
  resubmitTime: 30,
  inactivityTime: 60,
};
const greylisting: CounterTable = { ...throttling, type: 'greylisting' };
const attempt = { action: 'attempt', table: 'T', key: 'a' } as const;
const throttle = { action: 'throttle', key: 'a', perMinute: 3, penalizes: false } as const;
const patienceMs = 20_000;

describeWith(['redis-server'], 'counters in Redis', () => {
  let redis: RedisServer;
  let client: RedisClientType;
  let counters: SharedCounters;
  let close: () => void;

  async function connect(): Promise<void> {
    client = createClient({ socket: { host: '127.0.0.1', port: redis.port, reconnectStrategy: false } });
    client.on('error', () => undefined);
    await client.connect();
  }

  before(async () => {
    redis = await startRedis();
    await connect();
    ({ counters, close } = countersAt(redis.port));
  });
  after(async () => {
    close?.();
    client?.destroy();
    await redis?.stop();
  });
  beforeEach(() => client.flushAll());

  async function take(step: CounterStep, table: CounterTable | null = null): Promise<string> {
    const taken = await counters.take(step, table);
    if (taken.kind === 'away') return `away: ${taken.cause}`;
    return taken.answer.kind === 'found' ? `found ${taken.answer.value}` : taken.answer.kind;
  }

  async function serverNow(): Promise<number> {
    const [seconds, microseconds] = await client.sendCommand<[string, string]>(['TIME']);
    return Number(seconds) * 1_000 + Math.floor(Number(microseconds) / 1_000);
  }

  it('keeps tables and limits apart whose names are alike', async () => {
    await take({ action: 'store', table: 'a', key: 'b:c', value: '1' });
    assert.equal(await take({ action: 'fetch', table: 'a:b', key: 'c' }), 'absent');
    assert.equal(await take({ action: 'fetch', table: 'A', key: 'B:C' }), 'found 1');
    const one = { action: 'throttle', key: 'c', perMinute: 1, penalizes: false } as const;
    assert.equal(await take(one), 'absent');
    assert.equal(await take(one), 'found ');
    const other = { ...throttling, quota: 1 };
    assert.equal(await take({ action: 'attempt', table: '1', key: 'c' }, other), 'absent');
  });

  /** Milliseconds before now at which a span began, the count then, and what the next attempt gives. */
  const spans: readonly (readonly [Partial<CounterTable>, number, number, string])[] = [
    [{}, 0, 2, 'absent'],
    [{}, 0, 3, 'found '],
    [{}, 290_000, 3, 'found '],
    [{}, 300_000, 3, 'absent'],
    [{}, 300_000, 100, 'absent'],
    [{ penalize: true }, 300_000, 7, 'found '],
    [{ penalize: true }, 600_000, 8, 'absent'],
    // The server's clock was set back by an hour: what was counted counts, for one span at most.
    [{}, -3_600_000, 3, 'found '],
    [{}, -3_600_000, 2, 'absent'],
  ];
  for (const [options, ago, count, expected] of spans) {
    const kind = options.penalize === true ? ' with penalty' : '';
    it(`say \`${expected}\` after ${count} attempts${kind} in a span that began ${ago} ms ago`, async () => {
      await client.set('pmdf:counters:throttle:t:a', `${(await serverNow()) - ago} ${count}`);
      assert.equal(await take(attempt, { ...throttling, ...options }), expected);
      const life = await client.pTTL('pmdf:counters:throttle:t:a');
      assert.ok(life > 0 && life <= 3 * 300_000, String(life));
    });
  }

  /** Milliseconds since the first and the last attempt, whether the key is known, and what the next gives. */
  const grey: readonly (readonly [number, number, 0 | 1, string])[] = [
    [2_000, 2_000, 0, 'found '],
    [6_000, 2_000, 0, 'absent'],
    [31_000, 31_000, 0, 'found '],
    [100_000, 50_000, 1, 'absent'],
    [100_000, 61_000, 1, 'found '],
  ];
  for (const [first, last, known, expected] of grey) {
    it(`say \`${expected}\` to a ${known === 1 ? 'known' : 'new'} key seen first ${first} and last ${last} ms ago`, async () => {
      const now = await serverNow();
      await client.set('pmdf:counters:greylisting:t:a', `${now - first} ${now - last} ${known}`);
      assert.equal(await take(attempt, greylisting), expected);
    });
  }

  for (const [steps, last] of valueSteps) {
    it(`give \`${last}\` after ${steps.map(({ action }) => action).join(', ')}`, async () => {
      let given = '';
      for (const step of steps) given = await take(step);
      assert.equal(given, last);
    });
  }

  it('count exactly over two processes at once', async () => {
    const program = join(projectRoot, 'dist/test/runtime/counters/count-attempts.js');
    const run = async (): Promise<number> => {
      const args = [program, String(redis.port), '192.0.2.7', '300', '100'];
      const { stdout } = await promisify(execFile)(process.execPath, args);
      return Number(stdout);
    };
    const within = await Promise.all([run(), run()]);
    assert.equal((within[0] ?? 0) + (within[1] ?? 0), 100, within.join(' and '));
  }).timeout(patienceMs);

  it('keep as many keys as a table may have, those that were seen last', async () => {
    for (let key = 0; key < 80; key += 1) await take({ ...attempt, key: String(key) }, throttling);
    assert.equal(await client.dbSize(), 51);
    assert.equal(await client.exists('pmdf:counters:throttle:t:79'), 1);
    assert.equal(await client.exists('pmdf:counters:throttle:t:0'), 0);
  });

  it('leave nothing in Redis when the time of a table is over', async () => {
    await take(attempt, { ...throttling, quotaTime: 1 });
    assert.equal(await client.dbSize(), 2);
    await until(
      async () => (await client.dbSize()) === 0,
      patienceMs,
      () => 'the keys to expire',
    );
  }).timeout(patienceMs);

  it('name a key of any length in a bounded one, and a network of IPv6 once', async () => {
    await take({ ...throttle, key: 'x'.repeat(10_000) });
    await take({ ...throttle, key: '2001:db8::1' });
    await take({ ...throttle, key: '2001:DB8::2' });
    const keys = await client.keys('pmdf:counters:*:*:*');
    assert.equal(keys.length, 2);
    assert.ok(keys.every((key) => key.length < 200));
  });

  it('are counted alone while Redis is away, with one line in the log, and together again after', async () => {
    const log: string[] = [];
    const gateway = new GatewayCounters(new Counters(systemClock), (message) => log.push(message));
    const results = async (times: number): Promise<string> => {
      let kinds = '';
      for (let time = 0; time < times; time += 1) {
        kinds += (await gateway.take(throttle, null, counters)).kind === 'absent' ? '.' : 'X';
      }
      return kinds;
    };
    assert.equal(await results(4), '...X');
    await redis.kill();
    assert.equal(await results(5), '...XX');
    assert.match(log.join('\n'), /^mapping tables count by this gateway alone: store `shared`: .+$/);
    await redis.start();
    await connect();
    // The count from before is still there.
    await until(
      async () => {
        await results(1);
        return log.length > 1;
      },
      patienceMs,
      () => 'Redis to be asked again',
    );
    assert.equal(log[1], 'mapping tables count together with other gateways again');
    assert.equal(await results(1), 'X');
    assert.equal(log.length, 2);
  }).timeout(patienceMs * 2);
});
