/*
 * Two gateways that count in one Redis: the rate of an address is exact for both together.
 */
import assert from 'node:assert/strict';
import { describeWith } from '../../support/programs.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { connect } from '../support/smtp-client.js';

const rate = 20;
const attempts = 60;
const client = '127.0.7.1';

const mappings = `PORT_ACCESS

  TCP|*|*|${client}|*  $C$[conn_throttle,throttle,${client},${rate}]$N421$ Too$ many$ connections$E
  *  $YEXTERNAL

ORIG_SEND_ACCESS

  tcp_local|*|tcp_local|*  $NRelaying$ not$ permitted
`;

/** The code of the greeting of a new connection. */
async function greeted(gateway: Gateway): Promise<number> {
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
stores: { shared: { kind: redis, hosts: ['127.0.0.1:${redis.port}'] } }
`;
    gateways = await Promise.all([1, 2].map(() => startGateway({ mappings, settings })));
  });
  after(async () => {
    await Promise.all(gateways.map((gateway) => gateway.stop()));
    await redis?.stop();
  });

  it('let in as many connections as the rate permits, and refuse the others', async () => {
    const all = Array.from({ length: attempts }, (_, count) => gateways[count % 2]);
    const codes = await Promise.all(all.map((one) => (one === undefined ? 0 : greeted(one))));
    assert.equal(codes.filter((code) => code === 220).length, rate, codes.join(' '));
    assert.equal(codes.filter((code) => code === 421).length, attempts - rate, codes.join(' '));
  });
});
