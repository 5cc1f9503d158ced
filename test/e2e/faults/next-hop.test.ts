/*
 * The next hop of the durable queue is down for a while, or rejects mail: mail waits and then arrives
 * once, or its sender is notified once; mail with a null sender causes no bounce.
 */

import assert from 'node:assert/strict';
import { sampleMessage } from '../support/deliver.js';
import { freePort } from '../support/free-port.js';
import { exampleFile, type Gateway, startGateway } from '../support/gateway.js';
import { type Sink, type SinkMessage, startSink } from '../support/sink.js';
import { connect, type Reply } from '../support/smtp-client.js';
import { until } from '../support/until.js';

/** Goes through the process channel and the queue to jdoe@other.com. */
const JANE = 'jane.doe@domain.com';
const JDOE = 'jdoe@other.com';
const BOB = 'bob@domain.com';
const SENDER = 'a@client.example';
/** The shortest interval that Haraka accepts. */
const INTERVAL = '5s';
const RETRY_LIMIT_MS = 60_000;

async function send(gateway: Gateway, to: string, from = SENDER, port = gateway.port): Promise<Reply> {
  const client = await connect({ port, localAddress: '127.0.2.1' });
  await client.ehlo();
  await client.mail(from);
  assert.equal((await client.rcpt(to)).code, 250);
  const reply = await client.data(sampleMessage('next hop'));
  await client.quit();
  return reply;
}

/** The number of failed delivery attempts for the only queue file, from its name. */
function attempts(gateway: Gateway): number {
  const [file = ''] = gateway.filesIn('queue');
  return Number(file.split('_')[2] ?? 0);
}

function queueIsEmpty(gateway: Gateway): Promise<void> {
  return until(
    () => gateway.filesIn('queue').length === 0,
    RETRY_LIMIT_MS,
    () => `${gateway.filesIn('queue').join(' ')} gone`,
  );
}

function isBounce({ envelopeFrom, raw }: SinkMessage): boolean {
  return envelopeFrom === '' && /^Content-Type: message\/delivery-status\r$/m.test(raw.toString('latin1'));
}

describe('the next hop is down for a while', () => {
  let gateway: Gateway;
  let port: number;
  let sink: Sink | undefined;

  before(async () => {
    port = await freePort();
    gateway = await startGateway({
      delivery: (ports) => `delivery:
  l: { method: through, next_hop: '127.0.0.1:${ports.l}' }
  tcp_local: { method: queue, next_hop: '127.0.0.1:${port}' }
`,
      config: { 'outbound.ini': `temp_fail_intervals=${INTERVAL}*20\n` },
    });
  });
  after(() => gateway?.stop());
  afterEach(async () => {
    await sink?.stop();
    sink = undefined;
  });

  async function deferred(): Promise<void> {
    await until(
      () => attempts(gateway) > 0,
      RETRY_LIMIT_MS,
      () => 'a queue file that was tried in vain',
    );
  }

  async function arrivedOnce(at: Sink): Promise<void> {
    await at.waitForMessages(1, RETRY_LIMIT_MS);
    await queueIsEmpty(gateway);
    assert.deepEqual(
      at.messages.map(({ envelopeFrom, envelopeTo }) => ({ envelopeFrom, envelopeTo })),
      [{ envelopeFrom: SENDER, envelopeTo: [JDOE] }],
    );
  }

  it('refuses connections: mail waits, and arrives once when it is back', async () => {
    assert.equal((await send(gateway, JANE)).code, 250);
    await deferred();
    sink = await startSink({ port });
    await arrivedOnce(sink);
  }).timeout(2 * RETRY_LIMIT_MS);

  const faults: readonly { readonly name: string; readonly set: (sink: Sink) => void }[] = [
    { name: 'a 451 to RCPT', set: (at) => at.refuseRecipient(JDOE, { code: 451, text: 'busy' }) },
    { name: 'a 451 to the message', set: (at) => at.refuseData({ code: 451, text: 'busy' }) },
    { name: 'a connection dropped at the end of the message', set: (at) => at.dropAfterData() },
  ];
  for (const { name, set } of faults) {
    it(`${name}: mail waits, and arrives once when all is well`, async () => {
      sink = await startSink({ port });
      set(sink);
      assert.equal((await send(gateway, JANE)).code, 250);
      await deferred();
      assert.deepEqual(sink.messages, []);
      sink.acceptAll();
      await arrivedOnce(sink);
    }).timeout(2 * RETRY_LIMIT_MS);
  }

  it('a 251 to RCPT, from a server that forwards: the message is delivered to everybody', async () => {
    sink = await startSink({ port });
    for (const code of [251, 252]) {
      sink.clear();
      sink.refuseRecipient(JDOE, { code, text: 'user not local; will forward' });
      assert.equal((await send(gateway, JANE)).code, 250);
      await arrivedOnce(sink);
    }
  }).timeout(2 * RETRY_LIMIT_MS);

  it('Haraka is killed meanwhile: mail is processed again, and its address is decided again', async () => {
    assert.equal((await send(gateway, JANE)).code, 250);
    await deferred();
    gateway.kill('SIGKILL');
    await gateway.exited;
    sink = await startSink();
    // The route of the address is decided at each attempt: since the restart, to another host.
    gateway.install.writeConfig(
      'pmdf/pmdf.yaml',
      `delivery:\n  tcp_local: { method: queue, next_hop: '127.0.0.1:${sink.port}' }\n`,
    );
    const again = await gateway.install.start();
    try {
      await arrivedOnce(sink);
    } finally {
      await again.stop();
    }
  }).timeout(3 * RETRY_LIMIT_MS);
});

describe('the next hop rejects the mail', () => {
  let gateway: Gateway;

  before(async () => {
    gateway = await startGateway({
      general: exampleFile('general.txt').concat(
        'jim    jim%other.com@PROCESS-DAEMON\n',
        'ping   pong%domain.com@PROCESS-DAEMON\n',
        'pong   ping%domain.com@PROCESS-DAEMON\n',
      ),
      cnf: exampleFile('pmdf.cnf').replace(/^defaults .*$/m, '$& nosendpost'),
    });
  });
  after(() => gateway?.stop());
  beforeEach(() => gateway.clearSinks());

  const outside = (): Sink => gateway.sinks.tcp_local;

  it('its sender is notified once', async () => {
    outside().refuseRecipient(JDOE, { code: 550, text: 'not jdoe' });
    assert.equal((await send(gateway, JANE)).code, 250);
    const [bounce] = await outside().waitForMessages(1, RETRY_LIMIT_MS);
    assert.ok(bounce !== undefined && isBounce(bounce));
    assert.deepEqual(bounce.envelopeTo, [SENDER]);
    assert.match(bounce.raw.toString('latin1'), /^Final-Recipient: rfc822; jdoe@other\.com\r$/m);
    await queueIsEmpty(gateway);
    assert.equal(outside().messages.length, 1);
  }).timeout(2 * RETRY_LIMIT_MS);

  it('nobody is notified for a null sender', async () => {
    outside().refuseRecipient(JDOE, { code: 550, text: 'not jdoe' });
    assert.equal((await send(gateway, JANE, '<>')).code, 250);
    await until(
      () => outside().attempts.length > 0,
      RETRY_LIMIT_MS,
      () => 'a try',
    );
    await queueIsEmpty(gateway);
    assert.deepEqual(outside().messages, []);
    assert.deepEqual(gateway.sinks.l.messages, []);
  }).timeout(2 * RETRY_LIMIT_MS);

  it('a bounce that is rejected itself causes no bounce', async () => {
    outside().refuseRecipient(JDOE, { code: 550, text: 'not jdoe' });
    outside().refuseRecipient(SENDER, { code: 550, text: 'no such sender' });
    assert.equal((await send(gateway, JANE)).code, 250);
    await until(
      () => outside().attempts.length > 1,
      RETRY_LIMIT_MS,
      () => 'a try to tell the sender',
    );
    await queueIsEmpty(gateway);
    assert.deepEqual(
      outside().attempts.map(({ envelopeFrom, recipient }) => ({ envelopeFrom, recipient })),
      [
        { envelopeFrom: SENDER, recipient: JDOE },
        { envelopeFrom: '', recipient: SENDER },
      ],
    );
  });

  it('a bounce to a local address goes by the channel of the address', async () => {
    outside().refuseRecipient(JDOE, { code: 550, text: 'not jdoe' });
    assert.equal((await send(gateway, JANE, BOB)).code, 250);
    const [bounce] = await gateway.sinks.l.waitForMessages(1, RETRY_LIMIT_MS);
    assert.ok(bounce !== undefined && isBounce(bounce));
    assert.deepEqual(bounce.envelopeTo, [BOB]);
    await queueIsEmpty(gateway);
    assert.deepEqual(outside().messages, []);
  });

  it('a bounce to a forwarded address is forwarded too', async () => {
    outside().refuseRecipient('jim@other.com', { code: 550, text: 'not jim' });
    assert.equal((await send(gateway, 'jim@domain.com', JANE)).code, 250);
    const [bounce] = await outside().waitForMessages(1, RETRY_LIMIT_MS);
    assert.ok(bounce !== undefined && isBounce(bounce));
    assert.deepEqual(bounce.envelopeTo, [JDOE]);
    await queueIsEmpty(gateway);
    assert.equal(outside().messages.length, 1);
  });

  it('a loop through the process channel ends with one bounce', async () => {
    assert.equal((await send(gateway, 'ping@domain.com')).code, 250);
    const [bounce] = await outside().waitForMessages(1, RETRY_LIMIT_MS);
    assert.ok(bounce !== undefined && isBounce(bounce));
    assert.deepEqual(bounce.envelopeTo, [SENDER]);
    await queueIsEmpty(gateway);
    assert.equal(outside().messages.length, 1);
    assert.deepEqual(gateway.sinks.l.messages, []);
  });
});
