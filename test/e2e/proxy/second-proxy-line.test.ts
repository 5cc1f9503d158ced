/*
 * A client of a trusted proxy that sends a PROXY line itself. Haraka accepts one at any time on a connection that
 * already sent one, and so from any client of the proxy: only the first may count.
 */

import assert from 'node:assert/strict';
import { allPlugins, connectionIni, type Gateway, startGateway } from '../support/gateway.js';
import { connect, type SmtpClient } from '../support/smtp-client.js';

const PROXY = '127.0.3.1';
const OUTSIDE = 'PROXY TCP4 198.51.100.7 127.0.0.1 4000 25\r\n';
const LIE = 'PROXY TCP4 127.0.1.5 127.0.0.1 4000 25';

const installs = [
  allPlugins,
  // A plugin that chooses no channel still runs the client through PORT_ACCESS.
  ['pmdf/access', 'rcpt_to.in_host_list', 'queue/smtp_forward'],
];

for (const plugins of installs)
  describe(`a PROXY line from behind the proxy, with ${plugins[0]}`, () => {
    let gateway: Gateway;

    before(async () => {
      gateway = await startGateway({ plugins, config: { 'connection.ini': connectionIni(PROXY) } });
    });
    after(() => gateway?.stop());

    async function come(first: string): Promise<SmtpClient> {
      const client = await connect({ port: gateway.port, localAddress: PROXY, awaitGreeting: false });
      client.sendRaw(Buffer.from(first));
      return client;
    }

    async function outside(): Promise<SmtpClient> {
      const client = await come(OUTSIDE);
      assert.equal((await client.readReply('a greeting')).code, 220);
      return client;
    }

    afterEach(() => assert.ok(!gateway.log().includes('client=127.0.1.5 ')));

    it('is refused after the greeting', async () => {
      const client = await outside();
      assert.equal((await client.send(LIE)).code, 421);
      await client.closed;
    });

    it('is refused after EHLO', async () => {
      const client = await outside();
      await client.ehlo();
      assert.equal((await client.send(LIE)).code, 421);
      await client.closed;
    });

    it('is refused within a transaction', async () => {
      const client = await outside();
      await client.ehlo();
      await client.mail('a@client.example');
      assert.equal((await client.send(LIE)).code, 421);
      await client.closed;
    });

    it('is refused in the same packet as the first', async () => {
      const client = await come(`${OUTSIDE}${LIE}\r\nEHLO x\r\n`);
      const reply = await client.readReply('a greeting or a refusal');
      if (reply.code === 220) assert.equal((await client.readReply('a refusal')).code, 421);
      else assert.equal(reply.code, 421);
      await client.closed;
    });
  });
