/*
 * The option file of the channel on which connections begin, in a real Haraka; it holds for switched sessions too.
 */
import assert from 'node:assert/strict';
import { type Gateway, startGateway } from './support/gateway.js';
import { connect } from './support/smtp-client.js';

const STRANGER = '127.0.2.1';
const INSIDE = '127.0.2.5';

describe('the option file of the first channel', () => {
  let gateway: Gateway;
  before(async () => {
    gateway = await startGateway({
      names: { 'PTR 5.2.0.127.in-addr.arpa': ['pc.domain.com'], 'A pc.domain.com': [INSIDE] },
      config: {
        'pmdf/tcp_local_option':
          'ALLOW_TRANSACTIONS_PER_SESSION=1\nALLOW_RECIPIENTS_PER_TRANSACTION=2\nREJECT_RECIPIENTS_PER_TRANSACTION=3\n',
      },
    });
  });
  after(() => gateway?.stop());

  for (const client of [STRANGER, INSIDE]) {
    it(`limits a session of ${client}`, async () => {
      const session = await connect({ port: gateway.port, localAddress: client });
      await session.ehlo();
      assert.equal((await session.mail('a@client.example')).code, 250);
      for (const name of ['ann', 'bob']) assert.equal((await session.rcpt(`${name}@domain.com`)).code, 250);
      for (const name of ['carl', 'dora']) {
        assert.deepEqual((await session.rcpt(`${name}@domain.com`)).lines, [
          '452 4.5.3 Too many recipients specified',
        ]);
      }
      assert.deepEqual((await session.send('DATA')).lines, [
        '451 4.4.5 Error ending envelope - Too many recipients specified',
      ]);
      await session.send('RSET');
      assert.deepEqual((await session.mail('a@client.example')).lines, [
        '451 4.5.3 No more transactions allowed',
      ]);
      await session.quit();
    });
  }
  it('logs that the inside client was switched', () => {
    assert.match(gateway.log(), /channel=tcp_internal client=127\.0\.2\.5/);
  });
});
