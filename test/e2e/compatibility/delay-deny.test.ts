/*
 * delay_deny postpones the rejections of other plugins until the message has arrived, and drops them for clients that
 * may relay. It does not affect those of pmdf/deliver.
 */

import assert from 'node:assert/strict';
import { sampleMessage } from '../support/deliver.js';
import { exampleFile, type Gateway, startGateway } from '../support/gateway.js';
import { connect } from '../support/smtp-client.js';

const STRANGER = '127.0.2.1';
const OURS = '127.0.1.5';

describe('delay_deny', () => {
  let gateway: Gateway;

  before(async () => {
    gateway = await startGateway({
      cnf: exampleFile('pmdf.cnf').replace(/^\. .*\n/m, ''),
      plugins: ['delay_deny', 'pmdf/switchchannel', 'pmdf/access', 'queue/smtp_forward', 'pmdf/deliver'],
    });
  });
  after(() => gateway?.stop());
  beforeEach(() => gateway.clearSinks());

  for (const localAddress of [STRANGER, OURS]) {
    it(`does not change rejections and deferrals for ${localAddress}`, async () => {
      const client = await connect({ port: gateway.port, localAddress });
      await client.ehlo();
      await client.mail('a@client.example');
      assert.match((await client.rcpt('x@nowhere.example')).lines[0] ?? '', /^550 5\.1\.2 /);
      assert.equal((await client.rcpt('bob@domain.com')).code, 250);
      gateway.sinks.tcp_internal.refuseRecipient('x@sub.domain.com', { code: 450, text: '4.2.1 busy' });
      assert.deepEqual((await client.rcpt('x@sub.domain.com')).lines, ['450 4.2.1 busy']);
      assert.equal((await client.data(sampleMessage('delayed'))).code, 250);
      await client.quit();
      assert.deepEqual(
        gateway.sinks.l.messages.map(({ envelopeTo }) => envelopeTo),
        [['bob@domain.com']],
      );
      assert.deepEqual(gateway.sinks.tcp_internal.messages, []);
    });
  }
});
