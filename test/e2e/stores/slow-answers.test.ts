/*
 * PORT_ACCESS and FROM_ACCESS look up keys in a Redis that takes two seconds for an answer: every answer counts, and without one
 * the client is deferred. Haraka never gives up the hook.
 */
import assert from 'node:assert/strict';
import { describeWith } from '../../support/programs.js';
import { deliver, sampleMessage } from '../support/deliver.js';
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { connect } from '../support/smtp-client.js';
import { until } from '../support/until.js';

const LIMIT_MS = 15_000;
const SLOW_MS = 2_000;
const BLOCKED = '127.0.2.66';
const STRANGER = '127.0.2.1';

const mappings = `PORT_ACCESS

  TCP|*|*|*|*   $N554$ 5.7.1$ \${c.$2}

FROM_ACCESS

  TCP|*|*|*|*|SMTP|MAIL|*|*|*   $N\${s.$5}

ORIG_SEND_ACCESS

  tcp_local|*|tcp_local|*   $NRelaying$ not$ permitted
`;

function settings(port: number): string {
  return `databases: { general: { store: people, key: '%s' } }
stores:
  people: { kind: redis, hosts: ['127.0.0.1:${port}'], timeout: 6, retry: 0.1, cache: { found: 0, absent: 0 } }
`;
}

describeWith(['redis-server'], 'access tables that ask a slow store', () => {
  let redis: RedisServer;
  let proxy: FaultProxy;
  let gateway: Gateway;

  before(async () => {
    redis = await startRedis();
    await redis.run(['SET', `c.${BLOCKED}`, 'Blocked'], ['SET', 's.bad@client.example', 'Sender unwelcome']);
    proxy = await startFaultProxy(redis.port, SLOW_MS);
    gateway = await startGateway({ mappings, settings: settings(proxy.port) });
    // The first question also loads the client of the store.
    await until(
      async () => (await send(STRANGER, 'good@client.example')) === 250,
      LIMIT_MS,
      () => 'a message accepted',
    );
  });
  after(async () => {
    await gateway?.stop();
    await proxy?.stop();
    await redis?.stop();
  });

  async function greeting(localAddress: string): Promise<readonly string[] | undefined> {
    const client = await connect({ port: gateway.port, localAddress, timeoutMs: 30_000 });
    await client.close();
    return client.greeting?.lines;
  }

  /** The code of MAIL if it is not 250, else of the message. */
  async function send(localAddress: string, from: string): Promise<number | undefined> {
    const { mail, data } = await deliver({
      port: gateway.port,
      localAddress,
      from,
      to: ['bob@domain.com'],
      message: sampleMessage('slow'),
      timeoutMs: 30_000,
    });
    return mail.code === 250 ? data?.code : mail.code;
  }

  it('wait for its answers', async () => {
    await proxy.become('is slow');
    const began = performance.now();
    const [blocked, welcome, unwelcome] = await Promise.all([
      greeting(BLOCKED),
      send(STRANGER, 'good@client.example'),
      send(STRANGER, 'bad@client.example'),
    ]);
    assert.deepEqual(blocked, ['554 5.7.1 Blocked']);
    assert.deepEqual([welcome, unwelcome], [250, 550]);
    assert.ok(performance.now() - began >= SLOW_MS);
  });

  it('defer without an answer', async () => {
    await proxy.become('refuses');
    const [line = ''] = (await greeting(BLOCKED)) ?? [];
    assert.match(line, /^4\d\d /);
    await proxy.become('none');
    await until(
      async () => (await send(STRANGER, 'good@client.example')) === 250,
      LIMIT_MS,
      () => 'a message accepted',
    );
    const client = await connect({ port: gateway.port, localAddress: STRANGER });
    await client.ehlo();
    await proxy.become('refuses');
    assert.equal((await client.mail('bad@client.example')).code, 451);
    await proxy.become('none');
    await until(
      async () => (await client.mail('bad@client.example')).code === 550,
      LIMIT_MS,
      () => 'the sender refused again',
    );
    await client.quit();
  });

  it('never take longer than Haraka waits', () => {
    assert.doesNotMatch(gateway.log(), /timed out on hook|internal error/);
  });
});
