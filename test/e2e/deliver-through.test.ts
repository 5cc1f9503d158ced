/*
 * Delivery while the client waits: the server of a channel is asked at RCPT, and the client gets its answer. Several
 * servers share a transaction; nothing is lost and nothing sent twice, whatever one of them answers.
 */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import { bounceOf } from './support/bounce.js';
import { deliver, sampleMessage } from './support/deliver.js';
import { freePort } from './support/free-port.js';
import { exampleFile, type Gateway, startGateway } from './support/gateway.js';
import { connect, type Reply, type SmtpClient } from './support/smtp-client.js';
import { until } from './support/until.js';

/** `through`, on channel `l`. */
const BOB = 'bob@domain.com';
const CAROL = 'carol@domain.com';
/** `through`, on channel `tcp_internal`. */
const SUB = 'x@sub.domain.com';
/** Goes through the process channel and the queue to jdoe@other.com. */
const JANE = 'jane.doe@domain.com';

describe('delivery while the client waits', () => {
  let gateway: Gateway;

  before(async () => {
    const dead = await freePort();
    gateway = await startGateway({
      cnf: exampleFile('pmdf.cnf')
        .replace(
          '\n.domain.com   ',
          '\ndead.domain.com   $U@dead.domain.com@DEAD-DAEMON\none.domain.com   $U@one.domain.com@ONE-DAEMON\n.domain.com   ',
        )
        .concat('\ntcp_dead smtp mx\nDEAD-DAEMON\n\ntcp_one smtp single\nONE-DAEMON\n'),
      delivery: (ports) => `delivery:
  l: { method: through, next_hop: '127.0.0.1:${ports.l}' }
  tcp_internal: { method: through, next_hop: '127.0.0.1:${ports.tcp_internal}' }
  tcp_local: { method: queue, next_hop: '127.0.0.1:${ports.tcp_local}' }
  tcp_one: { method: through, next_hop: '127.0.0.1:${ports.tcp_internal}' }
  tcp_dead: { method: through, next_hop: '127.0.0.1:${dead}' }
`,
      config: {
        'pmdf/deliver.timeout': '5\n',
        'pmdf/aliases': 'list: bob, carol, x@sub.domain.com\n',
      },
    });
  });
  after(() => gateway?.stop());
  beforeEach(() => gateway.clearSinks());

  async function come(): Promise<SmtpClient> {
    const client = await connect({ port: gateway.port, localAddress: '127.0.2.1' });
    await client.ehlo();
    return client;
  }

  async function send(to: readonly string[]): Promise<Reply> {
    const client = await come();
    assert.equal((await client.mail('a@client.example')).code, 250);
    for (const one of to) assert.equal((await client.rcpt(one)).code, 250, one);
    const reply = await client.data(sampleMessage('through'));
    await client.quit();
    return reply;
  }

  const queueIsEmpty = (): Promise<void> =>
    until(
      () => gateway.filesIn('queue').length === 0,
      5_000,
      () => `${gateway.filesIn('queue').join(' ')} gone`,
    );

  const got = () => ({
    // The postmaster gets copies of notices.
    l: gateway.sinks.l.messages
      .filter(({ envelopeFrom }) => envelopeFrom !== '')
      .map(({ envelopeTo }) => envelopeTo.join(' ')),
    sub: gateway.sinks.tcp_internal.messages.map(({ envelopeTo }) => envelopeTo.join(' ')),
  });

  for (const { code, text } of [
    { code: 550, text: '5.1.1 no such user' },
    { code: 450, text: '4.2.0 busy' },
    { code: 552, text: '5.2.2 full' },
  ]) {
    for (const to of [
      [BOB, CAROL],
      [CAROL, BOB, JANE],
      [JANE, BOB],
    ]) {
      it(`returns ${code} for one RCPT at once, and delivers to the others: ${to.join(' ')}`, async () => {
        gateway.sinks.l.refuseRecipient(BOB, { code, text });
        const client = await come();
        await client.mail('a@client.example');
        for (const one of to) {
          const reply = await client.rcpt(one);
          if (one === BOB) assert.deepEqual(reply.lines, [`${code} ${text}`]);
          else assert.equal(reply.code, 250, one);
        }
        assert.equal((await client.data(sampleMessage('others'))).code, 250);
        await client.quit();
        if (to.includes(JANE)) await gateway.sinks.tcp_local.waitForMessages(1);
        await queueIsEmpty();
        assert.deepEqual(
          gateway.sinks.l.messages.map(({ envelopeTo }) => envelopeTo),
          to.includes(CAROL) ? [[CAROL]] : [],
        );
        assert.equal(gateway.sinks.tcp_local.messages.length, to.includes(JANE) ? 1 : 0);
      });
    }
  }

  it('defers a recipient whose server is down, within the timeout, and delivers to the others', async () => {
    const client = await come();
    await client.mail('a@client.example');
    assert.equal((await client.rcpt(BOB)).code, 250);
    for (let count = 0; count < 3; count += 1) {
      assert.deepEqual((await client.rcpt('x@dead.domain.com')).lines, [
        '451 4.4.1 the next mail server does not answer, try again later',
      ]);
    }
    assert.equal((await client.data(sampleMessage('down'))).code, 250);
    await client.quit();
    await queueIsEmpty();
    assert.deepEqual(
      gateway.sinks.l.messages.map(({ envelopeTo }) => envelopeTo),
      [[BOB]],
    );
  });

  describe('with recipients of two servers in one transaction', () => {
    it('delivers to both, and forwards', async () => {
      assert.equal((await send([BOB, SUB, JANE, CAROL])).code, 250);
      assert.deepEqual(got(), { l: [`${BOB} ${CAROL}`], sub: [SUB] });
      await gateway.sinks.tcp_local.waitForMessages(1);
      await queueIsEmpty();
      assert.deepEqual(got(), { l: [`${BOB} ${CAROL}`], sub: [SUB] });
    });

    it('delivers nothing when the first rejects the message', async () => {
      gateway.sinks.l.refuseData({ code: 550, text: '5.7.1 no' });
      assert.equal((await send([BOB, SUB, JANE])).code, 550);
      await queueIsEmpty();
      assert.deepEqual(gateway.sinks.tcp_local.attempts, []);
      assert.deepEqual(got(), { l: [], sub: [] });
    });

    it('queues the message when the second rejects it temporarily, and sends nothing twice', async () => {
      gateway.sinks.tcp_internal.refuseData({ code: 451, text: '4.3.0 later' });
      assert.equal((await send([BOB, SUB])).code, 250);
      assert.deepEqual(got(), { l: [BOB], sub: [] });
      await until(
        () => gateway.sinks.tcp_internal.attempts.length >= 2,
        5_000,
        () => 'another try',
      );
      gateway.sinks.tcp_internal.acceptAll();
      await until(
        () => {
          gateway.kill('SIGHUP');
          return gateway.filesIn('queue').length === 0;
        },
        5_000,
        () => 'an empty queue',
      );
      assert.deepEqual(got(), { l: [BOB], sub: [SUB] });
    });

    it('notifies the sender when the second rejects it permanently', async () => {
      gateway.sinks.tcp_internal.refuseData({ code: 554, text: '5.6.0 not that' });
      assert.equal((await send([BOB, SUB])).code, 250);
      const [bounce] = await gateway.sinks.tcp_local.waitForMessages(1);
      assert.ok(bounce !== undefined);
      assert.equal(bounceOf(bounce).finalRecipient, `rfc822;${SUB}`);
      await queueIsEmpty();
      assert.deepEqual(got(), { l: [BOB], sub: [] });
    });
  });

  it('gives the reason in a bounce if the queue could not deliver to one of several', async () => {
    const [none, busy] = ['none@other.com', 'busy@other.com'];
    gateway.sinks.tcp_local.refuseRecipient(none, { code: 550, text: '5.1.10 no <such> user' });
    gateway.sinks.tcp_local.refuseRecipient(busy, { code: 450, text: '4.2.1 busy' });
    const client = await connect({ port: gateway.port, localAddress: '127.0.1.5' });
    await client.ehlo();
    await client.mail('ann@domain.com');
    for (const one of ['good@other.com', none, busy]) assert.equal((await client.rcpt(one)).code, 250);
    assert.equal((await client.data(sampleMessage('split'))).code, 250);
    await client.quit();
    const [message] = await gateway.sinks.l.waitForMessages(1);
    assert.ok(message !== undefined);
    const { finalRecipient, action, status, text } = bounceOf(message);
    assert.deepEqual([finalRecipient, action, status], [`rfc822;${none}`, 'failed', '5.1.10']);
    assert.match(text, /^ {2}Reason: 550 5\.1\.10 no <such> user\r$/m);
    assert.match(text, /^Remote-MTA: dns; \[127\.0\.0\.1\]\r$/m);
    assert.match(text, /^Diagnostic-Code: smtp; 550 5\.1\.10 no <such> user\r$/m);
    assert.doesNotMatch(text, /busy@|good@/);
    gateway.sinks.tcp_local.acceptAll();
    await until(
      () => {
        gateway.kill('SIGHUP');
        return gateway.filesIn('queue').length === 0;
      },
      5_000,
      () => 'an empty queue',
    );
    assert.deepEqual(
      gateway.sinks.tcp_local.messages.map(({ envelopeTo }) => envelopeTo),
      [['good@other.com'], [busy]],
    );
  });

  it('asks the server again if it dropped the connection before DATA', async () => {
    const client = await come();
    await client.mail('a@client.example');
    assert.equal((await client.rcpt(BOB)).code, 250);
    gateway.sinks.l.dropConnections();
    assert.equal((await client.rcpt(CAROL)).code, 250);
    assert.equal((await client.data(sampleMessage('dropped'))).code, 250);
    await client.quit();
    assert.deepEqual(
      gateway.sinks.l.messages.map(({ envelopeTo }) => envelopeTo),
      [[BOB, CAROL]],
    );
  });

  for (const code of [550, 450]) {
    it(`delivers to the members of a list that are accepted, and queues the one that is rejected with ${code}`, async () => {
      gateway.sinks.l.refuseRecipient(CAROL, { code, text: 'not carol' });
      assert.equal((await send(['list@domain.com'])).code, 250);
      assert.deepEqual(got(), { l: [BOB], sub: [SUB] });
      if (code === 550) {
        const [bounce] = await gateway.sinks.tcp_local.waitForMessages(1);
        assert.ok(bounce !== undefined);
        assert.equal(bounceOf(bounce).finalRecipient, `rfc822;${CAROL}`);
      } else {
        gateway.sinks.l.acceptAll();
        await until(
          () => {
            gateway.kill('SIGHUP');
            return gateway.filesIn('queue').length === 0;
          },
          5_000,
          () => 'an empty queue',
        );
        assert.deepEqual(got(), { l: [BOB, CAROL], sub: [SUB] });
      }
      await queueIsEmpty();
    });
  }

  it('gives each recipient of a channel with `single` one copy', async () => {
    const to = ['a', 'b', 'c'].map((name) => `${name}@one.domain.com`);
    const [, refused = ''] = to;
    const client = await come();
    await client.mail('a@client.example');
    for (const one of to) assert.equal((await client.rcpt(one)).code, 250);
    gateway.sinks.tcp_internal.refuseRecipient(refused, { code: 450, text: '4.2.1 busy' });
    assert.equal((await client.data(sampleMessage('single'))).code, 250);
    await client.quit();
    assert.deepEqual(got().sub, ['a@one.domain.com', 'c@one.domain.com']);
    gateway.sinks.tcp_internal.acceptAll();
    await until(
      () => {
        gateway.kill('SIGHUP');
        return gateway.filesIn('queue').length === 0;
      },
      5_000,
      () => 'an empty queue',
    );
    assert.deepEqual(got().sub, ['a@one.domain.com', 'c@one.domain.com', refused]);
  });

  it('rejects a list if no member is accepted', async () => {
    for (const one of [BOB, CAROL]) gateway.sinks.l.refuseRecipient(one, { code: 550, text: '5.1.1 no' });
    gateway.sinks.tcp_internal.refuseRecipient(SUB, { code: 451, text: '4.3.0 later' });
    const client = await come();
    await client.mail('a@client.example');
    assert.deepEqual((await client.rcpt('list@domain.com')).lines, ['451 4.3.0 later']);
    await client.quit();
  });

  for (const end of ['RSET', 'MAIL', 'QUIT', 'nothing'] as const) {
    it(`ends its connections when the client says ${end}`, async () => {
      // The queue keeps connections for a moment.
      const connections = () => gateway.sinks.l.connections + gateway.sinks.tcp_internal.connections;
      const noConnection = () =>
        until(
          () => connections() === 0,
          5_000,
          () => 'no connection',
        );
      await noConnection();
      const client = await come();
      await client.mail('a@client.example');
      for (const one of [BOB, SUB]) assert.equal((await client.rcpt(one)).code, 250);
      assert.equal(connections(), 2);
      if (end === 'nothing') await client.close();
      else if (end === 'MAIL') await client.mail('b@client.example');
      else await client.send(end);
      await noConnection();
      if (end === 'MAIL' || end === 'RSET') {
        if (end === 'RSET') await client.mail('b@client.example');
        assert.equal((await client.rcpt(CAROL)).code, 250);
        assert.equal((await client.data(sampleMessage('second'))).code, 250);
        assert.deepEqual(
          gateway.sinks.l.messages.map(({ envelopeFrom, envelopeTo }) => [envelopeFrom, ...envelopeTo]),
          [['b@client.example', CAROL]],
        );
      }
      await client.close();
    });
  }

  it('delivers to many recipients in one copy', async () => {
    const many = Array.from({ length: 200 }, (_, at) => `u${at}@domain.com`);
    gateway.sinks.l.refuseRecipient('u7@domain.com', { code: 550, text: '5.1.1 no such user' });
    const client = await come();
    await client.mail('a@client.example');
    const refused: string[] = [];
    for (const one of many) if ((await client.rcpt(one)).code !== 250) refused.push(one);
    assert.deepEqual(refused, ['u7@domain.com']);
    assert.equal((await client.data(sampleMessage('many'))).code, 250);
    await client.quit();
    assert.deepEqual(
      gateway.sinks.l.messages.map(({ envelopeTo }) => envelopeTo),
      [many.filter((one) => !refused.includes(one))],
    );
  });
});

describe('a list, two of whose members have servers that say nothing', () => {
  const silent = [net.createServer(), net.createServer()];
  let gateway: Gateway;

  before(async () => {
    const hops: string[] = [];
    for (const server of silent) {
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      hops.push(`127.0.0.1:${Reflect.get(Object(server.address()), 'port')}`);
    }
    gateway = await startGateway({
      cnf: `mute.example $U@mute.example@MUTE-DAEMON\nquiet.example $U@quiet.example@QUIET-DAEMON\n`
        .concat(exampleFile('pmdf.cnf'))
        .concat('\ntcp_mute smtp mx\nMUTE-DAEMON\n\ntcp_quiet smtp mx\nQUIET-DAEMON\n'),
      delivery: (ports) => `delivery:
  l: { method: through, next_hop: '127.0.0.1:${ports.l}' }
  tcp_internal: queue
  tcp_local: queue
  tcp_mute: { method: through, next_hop: '${hops[0]}' }
  tcp_quiet: { method: through, next_hop: '${hops[1]}' }
`,
      config: {
        'pmdf/deliver.timeout': '3\n',
        'pmdf/aliases': 'list: x@mute.example, x@quiet.example, bob\n',
      },
    });
  });
  after(async () => {
    await gateway?.stop();
    for (const server of silent) server.close();
  });

  it('is accepted: the others get the message, and the queue has it for the two', async () => {
    const { rcpt, data } = await deliver({
      port: gateway.port,
      localAddress: '127.0.2.1',
      from: 'a@client.example',
      to: ['list@domain.com'],
      message: sampleMessage('list'),
    });
    assert.deepEqual([rcpt[0]?.code, data?.code], [250, 250]);
    assert.deepEqual(
      gateway.sinks.l.messages.map(({ envelopeTo }) => envelopeTo),
      [[BOB]],
    );
    assert.equal(gateway.filesIn('queue').length, 2);
    assert.doesNotMatch(gateway.log(), /timed out on hook/);
  });
});
