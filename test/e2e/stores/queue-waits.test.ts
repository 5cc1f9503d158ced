/*
 * The second pass of the process channel asks a store that is down: the mail waits in the queue, is tried again, and goes on
 * when the store is back, also after Haraka was killed meanwhile. The sender is told nothing.
 */
import assert from 'node:assert/strict';
import { describeWith } from '../../support/programs.js';
import { sampleMessage } from '../support/deliver.js';
import { type FaultProxy, type ProxyFault, startFaultProxy } from '../support/fault-proxy.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { connect } from '../support/smtp-client.js';
import { until } from '../support/until.js';

const LIMIT_MS = 15_000;

function settings(port: number): string {
  return `databases: { alias: { store: people, hash: alias } }
stores:
  people: { kind: redis, hosts: ['127.0.0.1:${port}'], timeout: 2, retry: 0.1, cache: { found: 0, absent: 0 } }
`;
}

describeWith(['redis-server'], 'mail in the queue while a store is down', () => {
  let redis: RedisServer;
  let proxy: FaultProxy;
  let gateway: Gateway;
  /** Ends what was started again. */
  let stopLater: (() => Promise<void>) | null = null;

  before(async () => {
    redis = await startRedis();
    await redis.run(
      ['HSET', 'alias', 'staff', 'stafflist@process-daemon'],
      ['HSET', 'alias', 'stafflist', 'bob@domain.com, jim@other.com'],
      ['HSET', 'alias', 'jane', 'janet@domain.com'],
    );
    proxy = await startFaultProxy(redis.port, 5_000);
  });
  beforeEach(async () => {
    // Haraka tries again after an hour, or when it gets SIGHUP.
    gateway = await startGateway({
      settings: settings(proxy.port),
      config: { 'outbound.ini': 'temp_fail_intervals=1h*9\n' },
    });
  });
  afterEach(async () => {
    await proxy.become('none');
    await stopLater?.();
    stopLater = null;
    await gateway?.stop();
  });
  after(async () => {
    await proxy?.stop();
    await redis?.stop();
  });

  /** Sends a message whose first pass is answered, and whose second pass meets the fault. */
  async function sendInto(fault: ProxyFault): Promise<void> {
    const client = await connect({ port: gateway.port, localAddress: '127.0.2.1' });
    await client.ehlo();
    await client.mail('a@client.example');
    // The first question also loads the client of the store.
    await until(
      async () => (await client.rcpt('staff@domain.com')).code === 250,
      LIMIT_MS,
      () => 'a recipient accepted',
    );
    await proxy.become(fault);
    assert.equal((await client.data(sampleMessage('waits'))).code, 250);
    await client.quit();
  }

  /** Has the mail tried again until it is in the queue after at least so many failed attempts. */
  async function failedAttempts(count: number): Promise<void> {
    const attempts = () => gateway.filesIn('queue').map((name) => Number(name.split('_')[2]));
    await until(
      () => {
        if (count > 1) gateway.kill('SIGHUP');
        return attempts().some((one) => one >= count);
      },
      LIMIT_MS,
      () => `a queue file after ${count} attempts; attempts: ${attempts().join(' ')}`,
    );
  }

  async function fileWritten(): Promise<void> {
    await until(
      () => gateway.filesIn('queue').some((name) => /^\d/.test(name)),
      LIMIT_MS,
      () => 'a queue file',
    );
  }

  async function queueEmpties({ kill }: Pick<Gateway, 'kill'>): Promise<void> {
    await until(
      () => {
        kill('SIGHUP');
        return gateway.filesIn('queue').length === 0;
      },
      LIMIT_MS,
      () => `${gateway.filesIn('queue').join(' ')} gone`,
    );
  }

  async function arrives(running: Pick<Gateway, 'kill'>): Promise<void> {
    await queueEmpties(running);
    const got = Object.values(gateway.sinks).flatMap(({ messages }) =>
      messages.flatMap(({ envelopeTo }) => envelopeTo),
    );
    // A bounce would be for a@client.example.
    assert.deepEqual(got.sort(), ['bob@domain.com', 'jim@other.com']);
  }

  for (const fault of ['refuses', 'is silent'] as const) {
    it(`is tried again while the server ${fault}, and goes on afterwards`, async () => {
      await sendInto(fault);
      await failedAttempts(2);
      assert.match(
        gateway.log(),
        /process: defer stafflist@process-daemon: .*store `people`: 127\.0\.0\.1:\d+: /,
      );
      assert.deepEqual(
        Object.values(gateway.sinks).flatMap(({ attempts }) => attempts),
        [],
      );
      await proxy.become('none');
      await arrives(gateway);
    });
  }

  it('keeps a notice to a sender whose address cannot be looked up', async () => {
    const client = await connect({ port: gateway.port, localAddress: '127.0.1.1' });
    await client.ehlo();
    await until(
      async () => (await client.mail('jane@domain.com')).code === 250,
      LIMIT_MS,
      () => 'the sender accepted',
    );
    gateway.sinks.tcp_local.refuseRecipient('gone@other.com', { code: 550, text: '5.1.1 no such user' });
    assert.equal((await client.rcpt('gone@other.com')).code, 250);
    await proxy.become('refuses');
    assert.equal((await client.data(sampleMessage('bounces'))).code, 250);
    await client.quit();
    await gateway.waitForLog(/process: defer jane@domain\.com: store `people`: /);
    assert.deepEqual(gateway.sinks.l.attempts, []);
    await proxy.become('none');
    await queueEmpties(gateway);
    const got = gateway.sinks.l.messages.map(({ envelopeFrom, envelopeTo }) => [envelopeFrom, ...envelopeTo]);
    // The copy for the postmaster needs the store too.
    assert.deepEqual(got.sort(), [
      ['', 'janet@domain.com'],
      ['', 'postmaster@domain.com'],
    ]);
  });

  for (const [when, fault, killAt] of [
    ['between two attempts', 'refuses', () => failedAttempts(1)],
    ['while the look-up waits', 'is silent', fileWritten],
  ] as const) {
    it(`survives kill -9 of Haraka ${when}`, async () => {
      await sendInto(fault);
      await killAt();
      gateway.kill('SIGKILL');
      await gateway.exited;
      assert.equal(gateway.filesIn('queue').length, 1);
      const again = await gateway.install.start();
      stopLater = () => again.stop();
      await until(
        () => {
          again.kill('SIGHUP');
          return again.log().includes('process: defer stafflist@process-daemon: store `people`: ');
        },
        LIMIT_MS,
        () => 'the mail tried again',
      );
      await proxy.become('none');
      await arrives(again);
    });
  }
});
