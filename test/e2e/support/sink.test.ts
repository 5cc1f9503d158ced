/*
 * Tests that the sink records what arrives and shows its programmed faults.
 */

import assert from 'node:assert/strict';
import { makeCertificate } from './certificate.js';
import { type DeliveryReplies, deliver } from './deliver.js';
import { type Sink, startSink } from './sink.js';
import { connect } from './smtp-client.js';

describe('the sink', () => {
  let sink: Sink;
  before(async () => {
    sink = await startSink();
  });
  after(() => sink.stop());
  afterEach(() => {
    sink.acceptAll();
    sink.clear();
  });

  const envelope = { from: 'a@client.example', to: ['b@other.example', '"c@d"@other.example'] };
  const send = (): Promise<DeliveryReplies> =>
    deliver({ port: sink.port, ...envelope, message: '.one\r\n\r\n..two\r\n' });

  it('records the envelope and the message exactly', async () => {
    const replies = await send();
    assert.equal(replies.data?.code, 250);
    const [message] = await sink.waitForMessages(1);
    assert.equal(message?.envelopeFrom, envelope.from);
    assert.deepEqual(message?.envelopeTo, envelope.to);
    assert.equal(message?.raw.toString(), '.one\r\n\r\n..two\r\n');
    assert.equal(message?.hello, 'client.example');
  });

  it('accepts UTF-8 addresses and any octets', async () => {
    const octets = Buffer.from([...Buffer.from('Subject: '), 0xff, 0x00, 0xe9, 13, 10, 13, 10]);
    await deliver({ port: sink.port, from: '', to: ['é@λ.example'], message: octets });
    const [message] = await sink.waitForMessages(1);
    assert.deepEqual(message?.envelopeTo, ['é@λ.example']);
    assert.deepEqual(message?.raw, octets);
  });

  it('accepts mail under TLS', async () => {
    const secure = await startSink({ tls: await makeCertificate('sink.example') });
    try {
      const client = await connect({ port: secure.port });
      assert.match((await client.ehlo()).text, /^STARTTLS$/m);
      await client.startTls();
      assert.doesNotMatch((await client.ehlo()).text, /^STARTTLS$/m);
      await client.mail('a@client.example');
      await client.rcpt('b@other.example');
      await client.data('Subject: secret\r\n\r\n');
      await client.quit();
      assert.equal(secure.messages[0]?.isSecure, true);
    } finally {
      await secure.stop();
    }
  });

  it('rejects one recipient and accepts the others', async () => {
    sink.refuseRecipient('b@other.example', { code: 551, text: '5.1.6 moved' });
    const replies = await send();
    assert.deepEqual(
      replies.rcpt.map((reply) => reply.lines),
      [['551 5.1.6 moved'], ['250 recipient taken']],
    );
    assert.deepEqual(sink.messages[0]?.envelopeTo, ['"c@d"@other.example']);
    assert.deepEqual(
      sink.attempts.map((attempt) => attempt.code),
      [551, 250],
    );
  });

  it('refuses the message', async () => {
    sink.refuseData({ code: 451, text: '4.3.0 not now' });
    const replies = await send();
    assert.equal(replies.data?.code, 451);
    assert.equal(sink.messages.length, 0);
  });

  it('drops the connection after DATA', async () => {
    sink.dropAfterData();
    await assert.rejects(send(), /expected a reply to the message: the (server closed the )?connection/);
    assert.equal(sink.messages.length, 0);
  });

  it('says how many messages are missing', async () => {
    await assert.rejects(sink.waitForMessages(1, 20), /still not: 1 messages in the sink, which has 0/);
  });
});
