/*
 * Code that runs after our hooks throws, in a real Haraka: the client gets a reply and the connection ends, at the
 * greeting and later, and the next client is served normally.
 */

import assert from 'node:assert/strict';
import { type Gateway, startGateway } from './support/gateway.js';
import { connect } from './support/smtp-client.js';

const STRANGER = '127.0.2.1';

/** Breaks Haraka's own code after the hook `rcpt`, for one recipient. */
const breaker = `exports.register = function () { this.register_hook('connect_init', 'wrap') }
exports.wrap = function (next, connection) {
  const respond = connection.rcpt_respond
  connection.rcpt_respond = function (...answer) {
    if (this.transaction.rcpt_to.at(-1).user === 'broken') throw new Error('core is broken')
    return respond.apply(this, answer)
  }
  next()
}
`;

describe('a throw after a hook', () => {
  let gateway: Gateway;
  after(() => gateway?.stop());

  it('ends the connection with 421 when connection.ini lacks what a greeting needs', async () => {
    const broken = await startGateway({ config: { 'connection.ini': '[haproxy]\n' } });
    try {
      for (let time = 0; time < 2; time += 1) {
        const client = await connect({ port: broken.port, localAddress: STRANGER });
        assert.deepEqual(client.greeting?.lines, ['421 4.3.0 internal error, try again later']);
        await client.closed;
      }
      assert.match(broken.log(), /the connection ends after an error in a later plugin: Cannot read/);
    } finally {
      await broken.stop();
    }
  });

  it('ends the connection with 421 in a transaction, and no other one', async () => {
    gateway = await startGateway({
      plugins: ['pmdf/switchchannel', 'pmdf/access', 'queue/smtp_forward', 'pmdf/deliver', 'breaker'],
      pluginFiles: { 'breaker.js': breaker },
    });
    const other = await connect({ port: gateway.port, localAddress: STRANGER });
    const client = await connect({ port: gateway.port, localAddress: STRANGER });
    for (const one of [other, client]) {
      await one.ehlo();
      assert.equal((await one.mail('a@client.example')).code, 250);
    }
    const reply = await client.rcpt('broken@domain.com');
    assert.deepEqual(reply.lines, ['421 4.3.0 internal error, try again later']);
    await client.closed;
    assert.match(gateway.log(), /after an error in a later plugin: (?:Error: )?core is broken/);
    assert.equal((await other.rcpt('bob@domain.com')).code, 250);
    await other.quit();
  });
});
