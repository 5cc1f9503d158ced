/*
 * Counters in a Redis that hangs, is full, or is something else: each step has an answer in time, the gateway counts alone with one
 * line in the log, and together again once Redis works.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import { Counters } from '../../../runtime/counters/counters.js';
import { GatewayCounters } from '../../../runtime/counters/gateway-counters.js';
import type { SharedCounters } from '../../../runtime/counters/shared-counters.js';
import { systemClock } from '../../../runtime/time/clock.js';
import { startRedis } from '../../e2e/support/redis-server.js';
import { until } from '../../e2e/support/until.js';
import { describeWith } from '../../support/programs.js';
import { countersAt } from './counters-at.js';

const throttle = { action: 'throttle', key: 'a', perMinute: 3, penalizes: false } as const;
/** A step waits a second; the rest is for a busy machine. */
const mostMs = 4_000;
const patienceMs = 20_000;

/** A gateway that counts in a store; the log is what it reports. */
class Site {
  readonly log: string[] = [];
  readonly #counters: SharedCounters;
  readonly #gateway = new GatewayCounters(new Counters(systemClock), (message) => this.log.push(message));

  constructor(counters: SharedCounters) {
    this.#counters = counters;
  }

  /** Counts so often: `.` below the limit, `X` over it. No step may take too long. */
  async count(times: number): Promise<string> {
    let kinds = '';
    for (let time = 0; time < times; time += 1) {
      const begun = performance.now();
      const { kind } = await this.#gateway.take(throttle, null, this.#counters);
      assert.ok(performance.now() - begun < mostMs, `step ${time} took ${performance.now() - begun} ms`);
      kinds += kind === 'absent' ? '.' : kind === 'found' ? 'X' : '?';
    }
    return kinds;
  }
}

/** What a server sends for what it receives; null ends the connection. */
const liars: readonly (readonly [string, string | null])[] = [
  ['accepts and never answers', ''],
  ['ends each connection at the first command', null],
  ['speaks HTTP', 'HTTP/1.1 400 Bad Request\r\n\r\n'],
  ['answers +OK to everything', '+OK\r\n'.repeat(8)],
  ['answers numbers', ':5\r\n'.repeat(8)],
  ['answers null', '$-1\r\n'.repeat(8)],
  ['answers errors', '-ERR broken\r\n'.repeat(8)],
  ['announces more than it sends', '$100000\r\nfound \r\n'],
  ['sends octets that mean nothing', '\u0000\u00ff\u0001\r\n\r\n'],
];

describe('counters in a server that is not a Redis', () => {
  for (const [what, answer] of liars) {
    it(`count alone when it ${what}`, async () => {
      const open = new Set<net.Socket>();
      const server = net.createServer((socket) => {
        open.add(socket);
        socket.on('error', () => undefined);
        socket.on('data', () => {
          if (answer === null) socket.destroy();
          else socket.write(answer, 'latin1');
        });
      });
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      const address = server.address();
      assert.ok(typeof address === 'object' && address !== null);
      const { counters, close } = countersAt(address.port);
      const site = new Site(counters);
      try {
        assert.equal(await site.count(5), '...XX');
        assert.equal(site.log.length, 1, site.log.join('\n'));
        assert.match(site.log[0] ?? '', /^mapping tables count by this gateway alone: /);
      } finally {
        close();
        for (const socket of open) socket.destroy();
        server.close();
      }
    }).timeout(patienceMs * 2);
  }
});

describeWith(['redis-server'], 'counters in a Redis in trouble', () => {
  for (const [what, trouble, cure] of [
    [
      'is full',
      [
        ['CONFIG', 'SET', 'maxmemory-policy', 'noeviction'],
        ['CONFIG', 'SET', 'maxmemory', '1'],
      ],
      [['CONFIG', 'SET', 'maxmemory', '0']],
    ],
    ['hangs', [['CLIENT', 'PAUSE', '8000', 'ALL']], []],
  ] as const) {
    it(`count alone while it ${what}, and together after`, async () => {
      const redis = await startRedis();
      const { counters, close } = countersAt(redis.port);
      const site = new Site(counters);
      try {
        assert.equal(await site.count(4), '...X');
        assert.deepEqual(site.log, []);
        await redis.run(...trouble);
        assert.equal(await site.count(4), '...X');
        assert.equal(site.log.length, 1, site.log.join('\n'));
        if (cure.length > 0) await redis.run(...cure);
        await until(
          async () => {
            await site.count(1);
            return site.log.length > 1;
          },
          patienceMs,
          () => 'Redis to be asked again',
        );
        assert.equal(site.log[1], 'mapping tables count together with other gateways again');
        assert.equal(await site.count(1), 'X');
      } finally {
        close();
        await redis.stop();
      }
    }).timeout(patienceMs * 2);
  }
});
