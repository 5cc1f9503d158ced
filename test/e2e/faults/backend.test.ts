/*
 * The internal mail server is down, slow, rejects some recipients, or drops the connection at any step, or the client
 * disconnects while it waits. In every case the forwarded half of a message leaves only after the client got 250, and
 * only once.
 */

import assert from 'node:assert/strict';
import { sampleMessage } from '../support/deliver.js';
import { freePort } from '../support/free-port.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { connect, type Reply, type SmtpClient } from '../support/smtp-client.js';
import { until } from '../support/until.js';
import { type SlowServer, type Step, startSlowServer } from './slow-server.js';
import { startUnreachable, type Unreachable } from './unreachable.js';

/** `through`, to the internal mail server. */
const BOB = 'bob@domain.com';
const CAROL = 'carol@domain.com';
/** Goes through the process channel and the queue to jdoe@other.com. */
const JANE = 'jane.doe@domain.com';
const SENDER = 'a@client.example';

/** Well below the 30 seconds that a plugin has by default. */
const AT_ONCE_MS = 5000;
/** More than the time in which a next-hop server must accept a connection. */
const SOON_MS = 9000;

const EVERY_STEP: readonly Step[] = ['greeting', 'ehlo', 'mail', 'rcpt', 'data', 'message'];

function delivery(l: number) {
  return (ports: { readonly tcp_local: number }): string => `delivery:
  l: { method: through, next_hop: '127.0.0.1:${l}' }
  tcp_internal: { method: queue }
  tcp_local: { method: queue, next_hop: '127.0.0.1:${ports.tcp_local}' }
`;
}

async function come(gateway: Gateway, timeoutMs = AT_ONCE_MS): Promise<SmtpClient> {
  const client = await connect({ port: gateway.port, localAddress: '127.0.2.1', timeoutMs });
  await client.ehlo();
  return client;
}

/** Returns the first rejection, at RCPT or at the end of the message; the client then gives up the transaction. */
async function transaction(client: SmtpClient, to: readonly string[], from = SENDER): Promise<Reply> {
  assert.equal((await client.mail(from)).code, 250);
  for (const one of to) {
    const reply = await client.rcpt(one);
    if (reply.code === 250) continue;
    await client.send('RSET');
    return reply;
  }
  return client.data(sampleMessage(`for ${to.join(' ')}`));
}

async function nothingForwarded(gateway: Gateway): Promise<void> {
  await until(
    () => gateway.filesIn('queue').length === 0,
    5_000,
    () => `${gateway.filesIn('queue').join(' ')} gone`,
  );
  assert.deepEqual(gateway.sinks.tcp_local.attempts, []);
}

function assertDeferred(reply: Reply): void {
  assert.ok(reply.code >= 400 && reply.code < 500, reply.lines.join('\n'));
}

describe('the internal mail server misbehaves', () => {
  let gateway: Gateway;
  let behind: SlowServer;

  before(async () => {
    behind = await startSlowServer();
    gateway = await startGateway({
      delivery: delivery(behind.port),
      config: { 'pmdf/deliver.timeout': '1\n' },
    });
  });
  after(async () => {
    await gateway?.stop();
    await behind?.stop();
  });
  beforeEach(() => {
    behind.reset();
    gateway.clearSinks();
  });

  /** The sender tries again and succeeds: each half arrives once. */
  async function tryAgain(client: SmtpClient): Promise<void> {
    behind.reset();
    const reply = await transaction(client, [BOB, JANE]);
    assert.equal(reply.code, 250, reply.text);
    await client.quit();
    await gateway.sinks.tcp_local.waitForMessages(1);
    await until(
      () => gateway.filesIn('queue').length === 0,
      5_000,
      () => 'an empty queue',
    );
    assert.deepEqual(behind.messages, [{ from: SENDER, to: [BOB] }]);
    assert.equal(gateway.sinks.tcp_local.attempts.length, 1);
  }

  for (const step of EVERY_STEP) {
    for (const deed of [421, 451, 'drop', 'silence', 'nonsense'] as const) {
      it(`${deed} at ${step}: the client is deferred, and its mail delivered once when it tries again`, async () => {
        behind.at(step, deed);
        const client = await come(gateway);
        assertDeferred(await transaction(client, [BOB, JANE]));
        await behind.alone();
        await nothingForwarded(gateway);
        await tryAgain(client);
      });
    }
  }

  for (const step of ['mail', 'rcpt', 'data', 'message'] as const) {
    it(`550 at ${step}: the client gets it, and nothing is forwarded`, async () => {
      behind.at(step, 550);
      const client = await come(gateway);
      const reply = await transaction(client, [JANE, BOB]);
      assert.equal(reply.code, 550);
      assert.match(reply.text, /as told/);
      await nothingForwarded(gateway);
      await tryAgain(client);
    });
  }

  for (const step of EVERY_STEP) {
    it(`the client disconnects while ${step} is not answered`, async () => {
      behind.at(step, 'silence');
      const client = await come(gateway);
      const lost = transaction(client, [BOB, JANE]).catch((error: unknown) => error);
      await behind.reached(step);
      await client.close();
      assert.ok((await lost) instanceof Error);
      await behind.alone();
      await nothingForwarded(gateway);
      await tryAgain(await come(gateway));
    });
  }

  it('a connection that is too slow for one message is not used for the next', async () => {
    behind.at('message', 'silence');
    const client = await come(gateway);
    assertDeferred(await transaction(client, [BOB, JANE], 'first@client.example'));
    assert.equal((await client.mail('second@client.example')).code, 250);
    assert.equal((await client.rcpt(CAROL)).code, 250);
    behind.reset();
    behind.goOn(250);
    assert.equal((await client.data(sampleMessage('second'))).code, 250);
    await client.quit();
    await behind.alone();
    assert.deepEqual(behind.messages, [{ from: 'second@client.example', to: [CAROL] }]);
    await nothingForwarded(gateway);
  });

  it('a slow server that answers in time is accepted', async () => {
    behind.at('message', 'silence');
    const client = await come(gateway);
    const waiting = transaction(client, [BOB, JANE]);
    await behind.reached('message');
    assert.deepEqual(gateway.sinks.tcp_local.attempts, []);
    assert.equal(gateway.filesIn('queue').length, 1);
    behind.goOn(250);
    assert.equal((await waiting).code, 250);
    await client.quit();
    await gateway.sinks.tcp_local.waitForMessages(1);
    assert.deepEqual(behind.messages, [{ from: SENDER, to: [BOB] }]);
  });
});

describe('the internal mail server rejects one of several recipients', () => {
  let gateway: Gateway;

  before(async () => {
    gateway = await startGateway();
  });
  after(() => gateway?.stop());
  beforeEach(() => gateway.clearSinks());

  for (const code of [550, 450]) {
    it(`with ${code}: that one gets the reply, and nobody gets a message that the client gives up`, async () => {
      gateway.sinks.l.refuseRecipient(CAROL, { code, text: 'not carol' });
      const client = await come(gateway);
      const reply = await transaction(client, [BOB, JANE, CAROL]);
      assert.equal(reply.code, code);
      assert.match(reply.text, /not carol/);
      await client.quit();
      assert.deepEqual(gateway.sinks.l.messages, []);
      await nothingForwarded(gateway);
    });
  }
});

describe('the internal mail server is down, with the default plugin timeout', () => {
  let unreachable: Unreachable;

  before(async () => {
    unreachable = await startUnreachable();
  });
  after(() => unreachable?.stop());

  const rows = [
    { name: 'refuses connections', port: freePort, timeoutMs: AT_ONCE_MS, isOwnHop: true },
    { name: 'refuses connections', port: freePort, timeoutMs: AT_ONCE_MS, isOwnHop: false },
    { name: 'answers no connection', port: () => unreachable.port, timeoutMs: SOON_MS, isOwnHop: true },
    { name: 'answers no connection', port: () => unreachable.port, timeoutMs: SOON_MS, isOwnHop: false },
  ] as const;
  for (const { name, port, timeoutMs, isOwnHop } of rows) {
    const named = isOwnHop ? 'named in pmdf.yaml' : 'named in smtp_forward.ini';
    it(`${name}, ${named}: the client is deferred soon`, async () => {
      const behind = await port();
      const gateway = await startGateway(
        isOwnHop
          ? { delivery: delivery(behind) }
          : {
              delivery: ({ tcp_local }) =>
                `delivery:\n  tcp_local: { method: queue, next_hop: '127.0.0.1:${tcp_local}' }\n`,
              config: { 'smtp_forward.ini': `host=127.0.0.1\nport=${behind}\n` },
            },
      );
      try {
        for (const to of [[BOB], [BOB, JANE]]) {
          const client = await come(gateway, timeoutMs);
          const reply = await transaction(client, to);
          assertDeferred(reply);
          assert.match(reply.text, /does not answer/);
          await client.quit();
          await nothingForwarded(gateway);
        }
      } finally {
        await gateway.stop();
      }
    }).timeout(120_000);
  }
});
