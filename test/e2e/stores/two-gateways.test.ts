/*
 * Two gateways on one Redis: an address that is added once is known to both, the hash in their logs tells that they have the same
 * policy, and failed logins count together.
 */
import assert from 'node:assert/strict';
import { describeWith } from '../../support/programs.js';
import { startAuthGateway } from '../auth/install.js';
import { deliver, sampleMessage } from '../support/deliver.js';
import type { Gateway } from '../support/gateway.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { connect } from '../support/smtp-client.js';
import { until } from '../support/until.js';

const LIMIT_MS = 20_000;

function plain(user: string, password: string): string {
  return `AUTH PLAIN ${Buffer.from(`\0${user}\0${password}`).toString('base64')}`;
}

function settings(port: number): string {
  return `relaying_channels: [tcp_auth]
reload: { settle: 0.05 }
auth: { without_tls: [tcp_clear, tcp_stay], failures: 4, forget_seconds: 3600, failures_store: shared }
databases:
  alias: { store: shared, hash: aliases }
stores:
  shared: { kind: redis, hosts: ['127.0.0.1:${port}'], timeout: 2, retry: 0.2, cache: { found: 1, absent: 0.2 } }
`;
}

const mappings = `SEND_ACCESS

  *|*|*|closed@domain.com   $NClosed

ORIG_SEND_ACCESS

  tcp_*|*|tcp_local|*       $NRelaying$ not$ permitted
`;

function hashIn(log: string): string {
  const [, hash = ''] = /policy in force: .*; hash=([0-9a-f]{16})$/m.exec(log) ?? [];
  return hash;
}

describeWith(['redis-server'], 'two gateways on one Redis', () => {
  let redis: RedisServer;
  let gateways: readonly Gateway[] = [];

  before(async () => {
    redis = await startRedis();
    // The sinks of each have ports of its own, which are no part of the policy to compare.
    const delivery = () => 'delivery: { l: queue, tcp_local: queue, tcp_internal: queue }\n';
    gateways = await Promise.all(
      [1, 2].map(() => startAuthGateway({ delivery, mappings, settings: settings(redis.port) })),
    );
  });
  after(async () => {
    await Promise.all(gateways.map((gateway) => gateway.stop()));
    await redis?.stop();
  });
  beforeEach(() => redis.run(['FLUSHALL']));

  async function rcpt(gateway: Gateway, to: string): Promise<number> {
    const { rcpt: replies } = await deliver({
      port: gateway.port,
      localAddress: '127.0.5.1',
      from: 'a@b.example',
      to: [to],
      message: sampleMessage('x'),
    });
    return replies[0]?.code ?? 0;
  }

  /** Guesses once at a gateway, from an address. */
  async function guess(gateway: Gateway, localAddress: string, password: string): Promise<number> {
    const client = await connect({ port: gateway.port, localAddress, timeoutMs: 30_000 });
    await client.ehlo();
    const { code } = await client.send(plain('jane', password));
    if (code !== 421) await client.quit();
    return code;
  }

  it('have the same policy, as the hash in their logs says', async () => {
    const hashes = await Promise.all(
      gateways.map(async (gateway) => hashIn(await gateway.waitForLog(/; hash=[0-9a-f]{16}$/m))),
    );
    assert.match(hashes[0] ?? '', /^[0-9a-f]{16}$/);
    assert.equal(hashes[0], hashes[1]);
  });

  it('both know an alias that was added once, after the lifetime of what they keep', async () => {
    const to = 'team@domain.com';
    // Refused as soon as the alias is known.
    await Promise.all(gateways.map((gateway) => rcpt(gateway, to)));
    await redis.run(['HSET', 'aliases', 'team', 'closed@domain.com']);
    const before = await Promise.all(gateways.map((gateway) => rcpt(gateway, 'other@domain.com')));
    assert.deepEqual(before, [250, 250]);
    let codes: readonly number[] = [];
    await until(
      async () => {
        codes = await Promise.all(gateways.map((gateway) => rcpt(gateway, to)));
        return codes.every((code) => code === 550);
      },
      LIMIT_MS,
      () => `550 at both gateways, and not ${codes.join(' and ')}`,
    );
  });

  it('refuse an address after as many guesses as one gateway alone would answer', async () => {
    const from = '127.0.6.70';
    const codes: number[] = [];
    for (let round = 0; round < 4; round += 1) {
      for (const gateway of gateways) codes.push(await guess(gateway, from, `guess ${codes.length}`));
    }
    assert.deepEqual(codes, [535, 535, 535, 535, 421, 421, 421, 421]);
    // Other addresses are served, and the right password does not help the guesser.
    const [first, second] = gateways;
    assert.ok(first !== undefined && second !== undefined);
    assert.equal(await guess(second, '127.0.6.71', 'apples'), 235);
    assert.equal(await guess(first, from, 'apples'), 421);
  });

  it('answer no more guesses when these come to both at the same time, but one for each gateway', async () => {
    const from = '127.0.6.72';
    const guesses = Array.from({ length: 6 }, (_, at) =>
      gateways.map((gateway) => guess(gateway, from, `guess ${at} at ${gateway.port}`)),
    );
    const codes = await Promise.all(guesses.flat());
    const answered = codes.filter((code) => code === 535).length;
    assert.ok(answered >= 4 && answered <= 5, `${answered} guesses were answered`);
  });

  it('count on their own, and lock nobody out, while Redis is down', async () => {
    await redis.kill();
    try {
      for (const gateway of gateways) {
        assert.equal(await guess(gateway, '127.0.6.73', 'apples'), 235);
        const codes: number[] = [];
        for (let at = 0; at < 5; at += 1) codes.push(await guess(gateway, '127.0.6.74', `guess ${at}`));
        assert.deepEqual(codes, [535, 535, 535, 535, 421]);
        await gateway.waitForLog('failed logins are counted by this process alone');
      }
    } finally {
      await redis.start();
    }
    const [first] = gateways;
    assert.ok(first !== undefined);
    await until(
      async () => {
        await guess(first, '127.0.6.75', 'apples');
        return first.log().includes('counted together with other gateways again');
      },
      LIMIT_MS,
      () => 'failures are counted together again',
    );
  });

  it('count on their own while the account on the server may not run scripts', async () => {
    const [gateway] = gateways;
    assert.ok(gateway !== undefined);
    await redis.run(['ACL', 'SETUSER', 'default', '-eval']);
    const before = gateway.log().length;
    try {
      assert.equal(await guess(gateway, '127.0.6.76', 'apples'), 235);
      const codes: number[] = [];
      for (let at = 0; at < 5; at += 1) codes.push(await guess(gateway, '127.0.6.77', `guess ${at}`));
      assert.deepEqual(codes, [535, 535, 535, 535, 421]);
      await gateway.waitForLog((log) =>
        /failed logins are counted by this process alone.*NOPERM.*'eval'/.test(log.slice(before)),
      );
      // The server answers everything else.
      assert.equal(await rcpt(gateway, 'anyone@domain.com'), 250);
      assert.doesNotMatch(gateway.log().slice(before), /is left alone/);
    } finally {
      await redis.run(['ACL', 'SETUSER', 'default', '+eval']);
    }
    await until(
      async () => {
        await guess(gateway, '127.0.6.78', 'apples');
        return gateway.log().slice(before).includes('counted together with other gateways again');
      },
      LIMIT_MS,
      () => 'failures are counted together again',
    );
  });

  it('never write a password or a guess into the log', () => {
    for (const gateway of gateways) assert.doesNotMatch(gateway.log(), /apples|guess \d/);
  });
});
