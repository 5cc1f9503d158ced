/*
 * A proxy that speaks SMTP itself, as PTSMTP did: it connects to the TLS port and passes the client on by XCLIENT.
 */

import assert from 'node:assert/strict';
import { sampleMessage } from '../support/deliver.js';
import { freePort } from '../support/free-port.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { connect, type SmtpClient } from '../support/smtp-client.js';
import { makeAuthority } from '../tls/support/authority.js';

const PROXY = '127.0.3.2';

describe('a proxy that speaks SMTP, on the port under TLS', () => {
  let gateway: Gateway;
  let smtps: number;

  before(async () => {
    const authority = await makeAuthority();
    const { key, cert } = await authority.issue({ names: ['mail.domain.com'] });
    authority.remove();
    smtps = await freePort();
    gateway = await startGateway({
      plugins: [
        'tls',
        'xclient',
        'pmdf/switchchannel',
        'pmdf/maytls',
        'pmdf/access',
        'queue/smtp_forward',
        'pmdf/deliver',
      ],
      listen: ['127.0.0.1:0', `127.0.0.1:${smtps}`],
      smtpIni: [`smtps_port=${smtps}`],
      config: {
        'xclient.hosts': `${PROXY}\n`,
        'pmdf/server-pub.pem': cert,
        'pmdf/server-priv.pem': key,
      },
    });
  });
  after(() => gateway?.stop());
  beforeEach(() => gateway.clearSinks());

  async function passOn(client: string): Promise<SmtpClient> {
    const implicitTls = { rejectUnauthorized: false };
    const smtp = await connect({ port: smtps, localAddress: PROXY, implicitTls });
    await smtp.ehlo('proxy.example');
    // Haraka treats port 465 specially.
    const reply = await smtp.send(`XCLIENT ADDR=${client} DESTADDR=198.51.100.25 DESTPORT=465`);
    assert.equal(reply.code, 220);
    await smtp.ehlo();
    return smtp;
  }

  for (const [client, channel, code] of [
    ['198.51.100.7', 'tcp_local', 550],
    ['127.0.1.5', 'tcp_internal', 250],
  ] as const) {
    it(`passes on ${client}: ${channel}, and MAIL needs no AUTH`, async () => {
      const smtp = await passOn(client);
      await gateway.waitForLog(`channel=${channel} client=${client} `);
      assert.equal((await smtp.mail('a@client.example')).code, 250);
      assert.equal((await smtp.rcpt('victim@other.com')).code, code);
      await smtp.send('RSET');
      assert.equal((await smtp.mail('a@client.example')).code, 250);
      assert.equal((await smtp.rcpt('bob@domain.com')).code, 250);
      assert.equal((await smtp.data(sampleMessage('xclient'))).code, 250);
      await smtp.quit();
      await gateway.sinks.l.waitForMessages(1);
    });
  }

  it('does not let the client behind it pass on another', async () => {
    const smtp = await passOn('198.51.100.8');
    assert.equal((await smtp.send('XCLIENT ADDR=127.0.1.5')).code, 550);
    assert.equal((await smtp.mail('a@client.example')).code, 250);
    assert.equal((await smtp.rcpt('victim@other.com')).code, 550);
    await smtp.quit();
  });
});
