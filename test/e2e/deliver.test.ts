/*
 * pmdf/deliver: which recipients it accepts, how each one is delivered, and that nothing is lost or sent twice when the
 * internal mail server rejects, disconnects or is down.
 */

import assert from 'node:assert/strict';
import { sampleMessage } from './support/deliver.js';
import { allPlugins, exampleFile, type Gateway, startGateway } from './support/gateway.js';
import { connect, type Reply, type SmtpClient } from './support/smtp-client.js';
import { until } from './support/until.js';

const STRANGER = '127.0.2.1';
const OURS = '127.0.1.5';
/** `through`, on channel `l`. */
const BOB = 'bob@domain.com';
/** Goes through the process channel and the queue to jdoe@other.com. */
const JANE = 'jane.doe@domain.com';

describe('pmdf/deliver', () => {
  let gateway: Gateway;

  before(async () => {
    gateway = await startGateway({
      config: { 'pmdf/deliver.timeout': '5\n' },
    });
  });
  after(() => gateway?.stop());
  beforeEach(() => gateway.clearSinks());

  async function come(localAddress = STRANGER): Promise<SmtpClient> {
    const client = await connect({ port: gateway.port, localAddress });
    await client.ehlo();
    return client;
  }

  async function transaction(
    client: SmtpClient,
    to: readonly string[],
    message: string | Buffer = sampleMessage('deliver'),
  ): Promise<Reply> {
    assert.equal((await client.mail('a@client.example')).code, 250);
    for (const one of to) assert.equal((await client.rcpt(one)).code, 250, one);
    return client.data(message);
  }

  async function send(to: readonly string[], localAddress = STRANGER): Promise<Reply> {
    const client = await come(localAddress);
    const reply = await transaction(client, to);
    await client.quit();
    return reply;
  }

  const queueIsEmpty = (): Promise<void> =>
    until(
      () => gateway.filesIn('queue').length === 0,
      5_000,
      () => `${gateway.filesIn('queue').join(' ')} gone`,
    );

  async function nothingLeft(): Promise<void> {
    await queueIsEmpty();
    assert.deepEqual(gateway.sinks.tcp_local.attempts, []);
    assert.deepEqual(gateway.sinks.l.messages, []);
  }

  it('delivers each half of a mixed transaction once', async () => {
    assert.equal((await send([BOB, JANE])).code, 250);
    const [forwarded] = await gateway.sinks.tcp_local.waitForMessages(1);
    assert.deepEqual(forwarded?.envelopeTo, ['jdoe@other.com']);
    assert.equal(forwarded?.envelopeFrom, 'a@client.example');
    assert.deepEqual(
      gateway.sinks.l.messages.map(({ envelopeTo }) => envelopeTo),
      [[BOB]],
    );
    await queueIsEmpty();
    assert.equal(gateway.sinks.tcp_local.messages.length, 1);
  });

  it('delivers once to a recipient that is named twice', async () => {
    assert.equal((await send([BOB, BOB, JANE, JANE])).code, 250);
    await gateway.sinks.tcp_local.waitForMessages(1);
    await queueIsEmpty();
    assert.deepEqual(
      gateway.sinks.l.attempts.map(({ recipient }) => recipient),
      [BOB],
    );
    assert.deepEqual(
      gateway.sinks.tcp_local.attempts.map(({ recipient }) => recipient),
      ['jdoe@other.com'],
    );
  });

  it('delivers mail of a client that may relay: inside by through, outside by the queue', async () => {
    assert.equal((await send([BOB, 'ann@other.com', JANE], OURS)).code, 250);
    const messages = await gateway.sinks.tcp_local.waitForMessages(2);
    assert.deepEqual(messages.flatMap(({ envelopeTo }) => envelopeTo).sort(), [
      'ann@other.com',
      'jdoe@other.com',
    ]);
    assert.deepEqual(
      gateway.sinks.l.messages.map(({ envelopeTo }) => envelopeTo),
      [[BOB]],
    );
  });

  const refusals: readonly {
    readonly name: string;
    readonly refuse: () => void;
    readonly code: number;
    readonly text: RegExp;
  }[] = [
    {
      name: 'a 552 to the message',
      refuse: () => gateway.sinks.l.refuseData({ code: 552, text: '5.3.4 too big' }),
      code: 550,
      text: /too big/,
    },
    {
      name: 'a 451 to the message',
      refuse: () => gateway.sinks.l.refuseData({ code: 451, text: '4.3.0 later' }),
      code: 450,
      text: /later/,
    },
  ];
  for (const { name, refuse, code, text } of refusals) {
    for (const to of [[BOB], [BOB, JANE], [JANE, BOB]]) {
      it(`returns ${name} to the client: ${to.join(' ')}`, async () => {
        refuse();
        const reply = await send(to);
        assert.equal(reply.code, code);
        assert.match(reply.text, text);
        await nothingLeft();
      });
    }
  }

  for (const to of [[BOB], [BOB, JANE]]) {
    it(`defers when the next-hop server disconnects at the end of the message: ${to.join(' ')}`, async () => {
      gateway.sinks.l.dropAfterData();
      const reply = await send(to);
      assert.ok(reply.code >= 400 && reply.code < 500, String(reply.code));
      await nothingLeft();
    });
  }

  it('keeps the transactions of one connection apart', async () => {
    const client = await come();
    gateway.sinks.l.refuseData({ code: 550, text: 'no' });
    assert.equal((await transaction(client, [BOB, JANE])).code, 550);
    gateway.sinks.l.acceptAll();
    assert.equal((await transaction(client, [JANE])).code, 250);
    assert.equal((await transaction(client, [BOB])).code, 250);
    await client.mail('a@client.example');
    await client.rcpt(JANE);
    await client.send('RSET');
    assert.equal((await transaction(client, [BOB, JANE])).code, 250);
    await client.quit();
    await gateway.sinks.tcp_local.waitForMessages(2);
    await queueIsEmpty();
    assert.equal(gateway.sinks.l.messages.length, 2);
    assert.equal(gateway.sinks.tcp_local.messages.length, 2);
  });

  it('changes nothing in a message with either method', async () => {
    const lines = ['.', '..', '.dot', 'Grüße', 'x'.repeat(900), '', 'trailing  '];
    const body = `${lines.join('\r\n')}\r\n${'line of a large message\r\n'.repeat(20_000)}`;
    const client = await come();
    const message = Buffer.from(`Subject: octets\r\n\r\n${body}`, 'utf8');
    assert.equal((await transaction(client, [BOB, JANE], message)).code, 250);
    await client.quit();
    const [forwarded] = await gateway.sinks.tcp_local.waitForMessages(1);
    for (const raw of [gateway.sinks.l.messages[0]?.raw, forwarded?.raw]) {
      const text = raw?.toString('utf8') ?? '';
      assert.ok(text.slice(text.indexOf('\r\n\r\n') + 4) === body);
    }
  });

  it('refuses a channel name unless a rule names it', async () => {
    const client = await come();
    await client.mail('a@client.example');
    assert.deepEqual((await client.rcpt('v@process-daemon')).lines, [
      '550 5.1.2 no such host: v@process-daemon',
    ]);
    await client.quit();
  });
});

describe('pmdf/deliver with rules that do not match every host', () => {
  let gateway: Gateway;

  before(async () => {
    gateway = await startGateway({ cnf: exampleFile('pmdf.cnf').replace(/^\. .*\n/m, '') });
  });
  after(() => gateway?.stop());

  it('refuses a host without a channel with 550 5.1.2, for every client', async () => {
    for (const localAddress of [STRANGER, OURS]) {
      const client = await connect({ port: gateway.port, localAddress });
      await client.ehlo();
      await client.mail('a@client.example');
      assert.match(
        (await client.rcpt('x@nowhere.example')).lines[0] ?? '',
        /^550 5\.1\.2 .*: x@nowhere\.example$/,
      );
      assert.equal((await client.rcpt(BOB)).code, 250);
      await client.quit();
    }
  });
});

describe('pmdf/deliver through the queue plugin as it is configured', () => {
  let gateway: Gateway;

  before(async () => {
    gateway = await startGateway({
      delivery: (ports) => `delivery:\n  tcp_local: { next_hop: '127.0.0.1:${ports.tcp_local}' }\n`,
      config: { 'queue/smtp_forward.timeout': '1\n' },
    });
  });
  after(() => gateway?.stop());
  beforeEach(() => gateway.clearSinks());

  async function send(to: readonly string[], localAddress: string): Promise<Reply> {
    const client = await connect({ port: gateway.port, localAddress });
    await client.ehlo();
    await client.mail('a@client.example');
    for (const one of to) assert.equal((await client.rcpt(one)).code, 250, one);
    const reply = await client.data(sampleMessage('as configured'));
    await client.quit();
    return reply;
  }

  for (const localAddress of [STRANGER, OURS]) {
    it(`delivers mail of ${localAddress} for all internal channels, and forwards the rest`, async () => {
      assert.equal((await send([BOB, 'x@sub.domain.com', JANE], localAddress)).code, 250);
      assert.deepEqual(
        gateway.sinks.l.messages.map(({ envelopeTo }) => envelopeTo),
        [[BOB, 'x@sub.domain.com']],
      );
      const [forwarded] = await gateway.sinks.tcp_local.waitForMessages(1);
      assert.deepEqual(forwarded?.envelopeTo, ['jdoe@other.com']);
    });

    it(`returns a rejection to ${localAddress}`, async () => {
      gateway.sinks.l.refuseData({ code: 550, text: 'no' });
      assert.equal((await send([BOB, JANE], localAddress)).code, 550);
      await until(
        () => gateway.filesIn('queue').length === 0,
        5_000,
        () => 'an empty queue',
      );
      assert.deepEqual(gateway.sinks.tcp_local.attempts, []);
    });
  }

  it('defers when the next-hop server disconnects', async () => {
    gateway.sinks.l.dropAfterData();
    const reply = await send([BOB, JANE], STRANGER);
    assert.ok(reply.code >= 400 && reply.code < 500, String(reply.code));
    await until(
      () => gateway.filesIn('queue').length === 0,
      5_000,
      () => 'an empty queue',
    );
    assert.deepEqual(gateway.sinks.tcp_local.attempts, []);
  });
});

describe('pmdf/deliver on a failing disk', () => {
  it('defers, and works again when the queue is back', async () => {
    const gateway = await startGateway();
    try {
      const client = await connect({ port: gateway.port, localAddress: STRANGER });
      await client.ehlo();
      await client.mail('a@client.example');
      await client.rcpt(JANE);
      await client.data(sampleMessage('the queue is open'));
      await gateway.sinks.tcp_local.waitForMessages(1);
      gateway.breakFolder('queue');
      for (const to of [[JANE], [BOB, JANE]]) {
        await client.mail('a@client.example');
        for (const one of to) await client.rcpt(one);
        assert.match(
          (await client.data(sampleMessage('disk'))).lines[0] ?? '',
          /^450 4\.3\.0 the message could not be queued/,
        );
        assert.deepEqual(gateway.sinks.l.messages, []);
      }
      gateway.mendFolder('queue');
      await client.mail('a@client.example');
      await client.rcpt(JANE);
      assert.equal((await client.data(sampleMessage('disk'))).code, 250);
      await gateway.sinks.tcp_local.waitForMessages(2);
      await client.quit();
    } finally {
      await gateway.stop();
    }
  });
});

describe('pmdf/deliver without the queue plugin that it needs', () => {
  it('stops the start and says which line is missing', async () => {
    const missing =
      'the channels l, tcp_internal are delivered through queue/smtp_forward, which is not in config/plugins';
    // Haraka opens its listeners before the plugins check whether they can start.
    const gateway = await startGateway({
      plugins: allPlugins.filter((line) => line !== 'queue/smtp_forward'),
    });
    try {
      assert.deepEqual(await gateway.exited, { code: 1, signal: null });
      assert.ok(gateway.log().includes(missing), gateway.log());
    } finally {
      await gateway.stop();
    }
  });
});
