/*
 * STARTTLS after AUTH in the clear discards everything known about the client before the handshake.
 * Ref: RFC 3207 4.2
 */

import assert from 'node:assert/strict';
import { sampleMessage } from '../support/deliver.js';
import type { Gateway } from '../support/gateway.js';
import { connect, type SmtpClient } from '../support/smtp-client.js';
import { clients, startAuthGateway } from './install.js';

const good = `AUTH PLAIN ${Buffer.from('\0jane\0apples').toString('base64')}`;

describe('STARTTLS after AUTH', () => {
  let gateway: Gateway;

  before(async () => {
    gateway = await startAuthGateway();
  });
  after(() => gateway?.stop());

  /** A client that authenticated in the clear and then made the handshake. */
  async function come(localAddress: string = clients.clear): Promise<SmtpClient> {
    const client = await connect({ port: gateway.port, localAddress });
    await client.ehlo();
    assert.equal((await client.send(good)).code, 235);
    assert.equal((await client.mail('jane@domain.com')).code, 250);
    assert.equal((await client.rcpt('friend@other.com')).code, localAddress === clients.clear ? 250 : 550);
    assert.equal((await client.startTls()).code, 220);
    return client;
  }

  it('forgets EHLO', async () => {
    const client = await come(clients.stay);
    assert.equal((await client.mail('jane@domain.com')).code, 503);
    assert.match((await client.send(good)).lines[0] ?? '', /^503 5\.5\.1 AUTH is possible only after EHLO/);
    assert.equal((await client.send('HELO client.example')).code, 250);
    assert.equal((await client.send(good)).code, 503);
    assert.match((await client.ehlo()).text, /^AUTH PLAIN LOGIN$/m);
    assert.equal((await client.send(good)).code, 235);
    await client.quit();
  });

  it('forgets the user, the channel and the permission to relay', async () => {
    const client = await come();
    await client.ehlo();
    assert.equal((await client.mail('jane@domain.com')).code, 250);
    assert.equal((await client.rcpt('victim@other.com')).code, 550);
    assert.equal((await client.rcpt('bob@domain.com')).code, 250);
    assert.equal((await client.data(sampleMessage('after the handshake'))).code, 250);
    const [message] = await gateway.sinks.l.waitForMessages(1);
    const text = message?.raw.toString() ?? '';
    assert.match(text, /^Received: .* with ESMTPS /ms);
    assert.doesNotMatch(text, /authenticated|auth=pass|^Sender:/m);
    assert.equal((await client.send(good)).code, 235);
    await client.mail('jane@domain.com');
    assert.equal((await client.rcpt('friend@other.com')).code, 250);
    await client.quit();
  });

  it('accepts one handshake and no other', async () => {
    const client = await come(clients.stay);
    const lines = ['EHLO client.example', 'STARTTLS', 'AUTH X', 'AUTH X', 'STARTTLS', good, 'NOOP'];
    client.sendRaw(Buffer.from(lines.map((line) => `${line}\r\n`).join('')));
    for (const code of [250, 500, 504, 504, 500, 235, 250])
      assert.equal((await client.readReply()).code, code);
    await client.quit();
  });
});
