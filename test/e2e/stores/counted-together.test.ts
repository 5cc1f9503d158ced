/*
 * Two gateways that count in one Redis: the rate of an address is exact for both together, and for each while Redis is down.
 */
import assert from 'node:assert/strict';
import { describeWith } from '../../support/programs.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { connect } from '../support/smtp-client.js';
import { until } from '../support/until.js';

const rate = 20;
const attempts = 60;
/** The client of each test. */
const clients = { together: '127.0.7.1', alone: '127.0.7.2', again: '127.0.7.3' };
/** For Redis to be used again once it is back. */
const LIMIT_MS = 20_000;
const alone = /mapping tables count by this gateway alone: /;
const together = /mapping tables count together with other gateways again/;

const mappings = `PORT_ACCESS

  TCP|*|*|127.0.7.*|*  $C$[conn_throttle,throttle,127.0.7.$2,${rate}]$N421$ Too$ many$ connections$E
  *  $YEXTERNAL

ORIG_SEND_ACCESS

  tcp_local|*|tcp_local|*  $NRelaying$ not$ permitted
`;

/** The code of the greeting of a new connection. */
async function greeted(gateway: Gateway, client: string): Promise<number> {
  const one = await connect({ port: gateway.port, localAddress: client, timeoutMs: 30_000 });
  const code = one.greeting?.code ?? 0;
  if (code === 220) await one.quit();
  else await one.closed;
  return code;
}

describeWith(['redis-server'], 'two gateways that count in one Redis', () => {
  let redis: RedisServer;
  let gateways: readonly Gateway[] = [];

  before(async () => {
    redis = await startRedis();
    const settings = `counters: { store: shared }
stores: { shared: { kind: redis, hosts: ['127.0.0.1:${redis.port}'], retry: 0.2 } }
`;
    gateways = await Promise.all([1, 2].map(() => startGateway({ mappings, settings })));
  });
  after(async () => {
    await Promise.all(gateways.map((gateway) => gateway.stop()));
    await redis?.stop();
  });

  /** The codes of the greetings of as many connections, which come to the gateways in turn. */
  function greetings(client: string): Promise<readonly number[]> {
    return Promise.all(
      Array.from({ length: attempts }, (_, count) => {
        const gateway = gateways[count % gateways.length];
        assert.ok(gateway !== undefined);
        return greeted(gateway, client);
      }),
    );
  }

  function assertLetIn(codes: readonly number[], expected: number): void {
    assert.equal(codes.filter((code) => code === 220).length, expected, codes.join(' '));
    assert.equal(codes.filter((code) => code === 421).length, attempts - expected, codes.join(' '));
  }

  it('let in as many connections as the rate permits, and refuse the others', async () => {
    assertLetIn(await greetings(clients.together), rate);
  });

  it('count each on its own while Redis is down, say so, and count together again afterwards', async () => {
    await redis.kill();
    try {
      assertLetIn(await greetings(clients.alone), rate * gateways.length);
      for (const gateway of gateways) await gateway.waitForLog(alone);
    } finally {
      await redis.start();
    }
    await until(
      async () => {
        for (const gateway of gateways) await greeted(gateway, clients.alone);
        return gateways.every((gateway) => together.test(gateway.log()));
      },
      LIMIT_MS,
      () => 'the gateways count together again',
    );
    assertLetIn(await greetings(clients.again), rate);
  });
});
