/*
 * The disk is full, or the queue folder is missing: the client is deferred, what was acknowledged before is kept, and
 * service continues afterwards. A full disk is simulated by a limit on file size, which the kernel lets a test set on a
 * running process: with a limit of 0 nothing can be written, with a larger one long files are cut off.
 */

import assert from 'node:assert/strict';
import { sampleMessage } from '../support/deliver.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { runSuccessfully } from '../support/program.js';
import { connect, type Reply } from '../support/smtp-client.js';
import { until } from '../support/until.js';
import { numberedMessage, numberOf } from './numbered-message.js';

const BOB = 'bob@domain.com';
/** Goes through the process channel and the queue to jdoe@other.com. */
const JANE = 'jane.doe@domain.com';
const JDOE = 'jdoe@other.com';
const SENDER = 'a@client.example';
const INTERVAL = '5s';
const RETRY_LIMIT_MS = 60_000;
const LONG = 200_000;
const SHORT_FILES_ONLY = 65_536;

describe('a queue that cannot be written', () => {
  let gateway: Gateway;

  before(async () => {
    gateway = await startGateway({ config: { 'outbound.ini': `temp_fail_intervals=${INTERVAL}*20\n` } });
  });
  after(() => gateway?.stop());
  beforeEach(() => gateway.clearSinks());
  afterEach(() => limitFiles('unlimited'));

  /** Limits the size that files may grow to; the hard limit stays, so that it can be lifted again. */
  async function limitFiles(octets: number | 'unlimited'): Promise<void> {
    await runSuccessfully('prlimit', ['--pid', String(gateway.pid), `--fsize=${octets}:unlimited`]);
  }

  async function send(to: readonly string[], message: string = sampleMessage('queue')): Promise<Reply> {
    const client = await connect({ port: gateway.port, localAddress: '127.0.2.1' });
    await client.ehlo();
    await client.mail(SENDER);
    for (const one of to) assert.equal((await client.rcpt(one)).code, 250);
    const reply = await client.data(message);
    await client.quit();
    return reply;
  }

  function assertDeferred(reply: Reply): void {
    assert.match(reply.lines[0] ?? '', /^4\d\d 4\.3\.0 the message could not be queued/);
  }

  function queueIsEmpty(): Promise<void> {
    return until(
      () => gateway.filesIn('queue').length === 0,
      RETRY_LIMIT_MS,
      () => `${gateway.filesIn('queue').join(' ')} gone`,
    );
  }

  const attempts = (): number => gateway.sinks.tcp_local.attempts.length;

  /** Waits for the next attempt to deliver to the outside next hop. */
  async function nextTry(): Promise<void> {
    const before = attempts();
    await until(
      () => attempts() > before,
      RETRY_LIMIT_MS,
      () => 'another try',
    );
  }

  /** Waits for the log to say that a queue file is kept. */
  async function keptSince(logged: number): Promise<void> {
    await until(
      () => /\bkept \d+_/.test(gateway.log().slice(logged)),
      RETRY_LIMIT_MS,
      () => 'a line of the log that says so',
    );
  }

  async function deferredByNextHop(): Promise<void> {
    gateway.sinks.tcp_local.refuseRecipient(JDOE, { code: 451, text: 'not now' });
    assert.equal((await send([JANE])).code, 250);
    await triedOnce();
  }

  async function triedOnce(): Promise<void> {
    await until(
      () => gateway.filesIn('queue').some((file) => file.split('_')[2] === '1'),
      RETRY_LIMIT_MS,
      () => 'a queue file that was tried once',
    );
  }

  async function arrivesOnce(): Promise<void> {
    await gateway.sinks.tcp_local.waitForMessages(1, RETRY_LIMIT_MS);
    await queueIsEmpty();
    assert.deepEqual(
      gateway.sinks.tcp_local.messages.map(({ envelopeTo }) => envelopeTo),
      [[JDOE]],
    );
  }

  it('a full disk defers mail, delivers nothing and leaves nothing behind', async () => {
    await limitFiles(0);
    for (const to of [[JANE], [BOB, JANE], [JANE, BOB]]) assertDeferred(await send(to));
    await queueIsEmpty();
    assert.equal(attempts(), 0);
    assert.deepEqual(gateway.sinks.l.messages, []);
    await limitFiles('unlimited');
    assert.equal((await send([BOB, JANE])).code, 250);
    await arrivesOnce();
    assert.equal(gateway.sinks.l.messages.length, 1);
  });

  it('a full disk does not stop mail that needs no queue', async () => {
    await limitFiles(0);
    assert.equal((await send([BOB])).code, 250);
    assert.equal(gateway.sinks.l.messages.length, 1);
  });

  it('a disk that fills up in the middle of a message defers that message only, and never sends half of it', async () => {
    await limitFiles(SHORT_FILES_ONLY);
    for (let number = 1; number <= 20; number += 1) {
      const isLong = number % 2 === 0;
      const reply = await send([JANE], numberedMessage(number, isLong ? LONG : 0));
      if (isLong) assertDeferred(reply);
      else assert.equal(reply.code, 250);
    }
    await gateway.sinks.tcp_local.waitForMessages(10);
    await queueIsEmpty();
    const numbers = gateway.sinks.tcp_local.messages.map(({ raw }) => numberOf(raw));
    assert.deepEqual(
      numbers.sort((one, other) => Number(one) - Number(other)),
      [1, 3, 5, 7, 9, 11, 13, 15, 17, 19],
    );
  });

  it('mail in a folder that disappears arrives when the folder is back', async () => {
    await deferredByNextHop();
    gateway.breakFolder('queue');
    try {
      const logged = gateway.log().length;
      assertDeferred(await send([JANE]));
      await nextTry();
      await keptSince(logged);
    } finally {
      gateway.mendFolder('queue');
    }
    gateway.sinks.tcp_local.acceptAll();
    await arrivesOnce();
  }).timeout(3 * RETRY_LIMIT_MS);

  it('a sender is notified in the end, although the disk was full when the bounce was due', async () => {
    await deferredByNextHop();
    await limitFiles(0);
    gateway.sinks.tcp_local.refuseRecipient(JDOE, { code: 550, text: 'not jdoe' });
    await nextTry();
    await nextTry();
    assert.deepEqual(gateway.sinks.tcp_local.messages, []);
    await limitFiles('unlimited');
    const [bounce] = await gateway.sinks.tcp_local.waitForMessages(1, RETRY_LIMIT_MS);
    assert.equal(bounce?.envelopeFrom, '');
    assert.deepEqual(bounce?.envelopeTo, [SENDER]);
    await queueIsEmpty();
    assert.equal(gateway.sinks.tcp_local.messages.length, 1);
  }).timeout(5 * RETRY_LIMIT_MS);

  it('a recipient that is deferred while others are delivered is kept on a full disk', async () => {
    const sink = gateway.sinks.tcp_local;
    const [jim, kim] = ['jim@other.com', 'kim@other.com'];
    for (const to of [jim, kim]) sink.refuseRecipient(to, { code: 451, text: 'not now' });
    const client = await connect({ port: gateway.port, localAddress: '127.0.1.5' });
    await client.ehlo();
    await client.mail(SENDER);
    for (const to of [jim, kim]) assert.equal((await client.rcpt(to)).code, 250);
    assert.equal((await client.data(sampleMessage('two'))).code, 250);
    await client.quit();
    await triedOnce();
    const logged = gateway.log().length;
    await limitFiles(0);
    sink.acceptAll();
    sink.refuseRecipient(kim, { code: 451, text: 'not now' });
    await sink.waitForMessages(1, RETRY_LIMIT_MS);
    await keptSince(logged);
    await limitFiles('unlimited');
    sink.acceptAll();
    await until(
      () => sink.messages.some(({ envelopeTo }) => envelopeTo.includes(kim)),
      RETRY_LIMIT_MS,
      () => 'the other recipient served',
    );
    // Files that Haraka could not finish are removed when it starts again.
    const isDelivered = (): boolean => gateway.filesIn('queue').every((file) => file.startsWith('__tmp__'));
    await until(isDelivered, RETRY_LIMIT_MS, () => 'everything delivered');
  }).timeout(5 * RETRY_LIMIT_MS);
});
