/*
 * A queue plugin of the install hands messages on: the sender who asked for success is told that they were passed on, once the
 * plugin has accepted them.
 */
import assert from 'node:assert/strict';
import { bounceOf } from './support/bounce.js';
import { sampleMessage } from './support/deliver.js';
import { type Gateway, startGateway } from './support/gateway.js';
import { connect, type Reply } from './support/smtp-client.js';

describe('what a sender asks to be told where a queue plugin delivers', () => {
  let gateway: Gateway;

  before(async () => {
    gateway = await startGateway({
      plugins: ['pmdf/switchchannel', 'pmdf/access', 'queue/taker', 'pmdf/deliver'],
      pluginFiles: {
        'queue/taker.js': `exports.hook_queue = function (next, connection) {
  const subject = connection.transaction.header.get('Subject')
  next(/refused/.test(subject) ? DENY : OK, 'by the taker')
}
`,
      },
      delivery: (ports) => `delivery:
  through_plugin: taker
  tcp_local: { method: queue, next_hop: '127.0.0.1:${ports.tcp_local}' }
  tcp_internal: { method: queue, next_hop: '127.0.0.1:${ports.tcp_internal}' }
`,
    });
  });
  after(() => gateway?.stop());

  async function send(subject: string, notify: string): Promise<Reply> {
    const client = await connect({ port: gateway.port, localAddress: '127.0.2.1' });
    await client.ehlo();
    await client.mail('ann@client.example', `ENVID=${subject}`);
    assert.equal((await client.rcpt('bob@domain.com', `NOTIFY=${notify}`)).code, 250);
    const reply = await client.data(sampleMessage(subject));
    await client.quit();
    return reply;
  }

  it('is answered by one `relayed` for the message that the plugin accepts', async () => {
    assert.equal((await send('refused', 'SUCCESS')).code, 550);
    assert.equal((await send('unasked', 'FAILURE')).code, 250);
    assert.equal((await send('taken', 'SUCCESS')).code, 250);
    const [report, ...others] = await gateway.sinks.tcp_local.waitForMessages(1);
    assert.ok(report !== undefined);
    const { action, to, text } = bounceOf(report);
    assert.deepEqual([action, to, others.length], ['relayed', ['ann@client.example'], 0]);
    assert.match(text, /^Original-Envelope-Id: taken\r$/m);
    assert.doesNotMatch(text, /^(?:Remote-MTA|Diagnostic-Code):/m);
  });
});
