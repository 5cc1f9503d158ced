/*
 * Password guessing is slowed down and then stopped for the address it comes from, and for no other.
 */

import assert from 'node:assert/strict';
import type { Gateway } from '../support/gateway.js';
import { connect, type SmtpClient } from '../support/smtp-client.js';
import { clients, startAuthGateway } from './install.js';

function plain(user: string, password: string): string {
  return `AUTH PLAIN ${Buffer.from(`\0${user}\0${password}`).toString('base64')}`;
}

const guesser = '127.0.6.66';

describe('guessing passwords', () => {
  let gateway: Gateway;

  before(async () => {
    gateway = await startAuthGateway({
      settings:
        'relaying_channels: [tcp_auth]\nauth: { without_tls: [tcp_clear, tcp_stay], failures: 3, forget_seconds: 3600 }\n',
    });
  });
  after(() => gateway?.stop());

  async function come(localAddress: string): Promise<SmtpClient> {
    const client = await connect({ port: gateway.port, localAddress, timeoutMs: 15_000 });
    await client.ehlo();
    return client;
  }

  it('is answered more slowly and then not at all, while others are served', async () => {
    const crowd = await Promise.all(Array.from({ length: 6 }, () => come(guesser)));
    let answered = 0;
    const answers = crowd.map(async (client, index) => {
      const { code } = await client.send(plain('jane', `guess${index}`));
      answered += 1;
      return code;
    });
    // The first guess waits half a second, and all others after it.
    const other = await come(clients.stay);
    assert.equal((await other.send(plain('jane', 'apples'))).code, 235);
    assert.equal(answered, 0);
    await other.quit();
    const codes = await Promise.all(answers);
    assert.deepEqual(codes.toSorted(), [421, 421, 421, 535, 535, 535]);

    const late = await come(guesser);
    assert.deepEqual((await late.send(plain('jane', 'apples'))).lines, [
      '421 4.7.0 Too many failed AUTH commands from your address, try again later',
    ]);
    await late.closed;
    const still = await come(guesser.replace('66', '67'));
    assert.equal((await still.send(plain('jane', 'apples'))).code, 235);
    await still.quit();
  });

  it('counts the same guess each time, and answers it no more slowly', async () => {
    const client = await come(guesser.replace('66', '68'));
    for (const code of [535, 535, 535, 421])
      assert.equal((await client.send(plain('jane', 'old password'))).code, code);
    await client.closed;
  });

  it('ends a session with too many failed AUTH commands', async () => {
    const client = await come(clients.clear);
    for (let count = 0; count < 2; count += 1) assert.equal((await client.send('AUTH PLAIN !')).code, 501);
    await client.closed;
  });
});
