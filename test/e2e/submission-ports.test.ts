/*
 * Ports 465 and 587, where Haraka itself refuses MAIL from clients that may not relay: MAIL is possible there on
 * channels that do not require AUTH, and relaying is still refused. A PROXY line says which port the client connected
 * to.
 */

import assert from 'node:assert/strict';
import { sampleMessage } from './support/deliver.js';
import { connectionIni, exampleFile, type Gateway, startGateway } from './support/gateway.js';
import { connect, type SmtpClient } from './support/smtp-client.js';

const PROXY = '127.0.3.1';
const STUBBORN = '198.51.100.13';

const CNF = exampleFile('pmdf.cnf').concat('\ntcp_submit smtp mx mustsaslserver\nSUBMIT-DAEMON\n');

/** For one client relaying cannot be cleared. */
const STUBBORN_PLUGIN = `exports.hook_connect = function (next, connection) {
  if (connection.remote.ip === '${STUBBORN}') {
    Object.defineProperty(connection, 'relaying', { get: () => true, set: () => undefined })
  }
  next()
}
`;

/** Acts as an AUTH plugin: every client that says AUTH is authenticated. */
const AUTH_PLUGIN = `exports.hook_unrecognized_command = function (next, connection, params) {
  if (params[0] !== 'AUTH') return next()
  connection.relaying = true
  connection.notes.auth_user = 'jane'
  connection.respond(235, '2.7.0 welcome', () => next(OK))
}
`;

describe('submission ports', () => {
  let gateway: Gateway;

  before(async () => {
    gateway = await startGateway({
      cnf: CNF,
      settings: 'listeners: { 465: tcp_submit }\n',
      plugins: [
        'delay_deny',
        'stubborn',
        'some_auth',
        'pmdf/switchchannel',
        'pmdf/access',
        'queue/smtp_forward',
        'pmdf/deliver',
      ],
      pluginFiles: { 'stubborn.js': STUBBORN_PLUGIN, 'some_auth.js': AUTH_PLUGIN },
      config: { 'connection.ini': connectionIni(PROXY) },
    });
  });
  after(() => gateway?.stop());
  beforeEach(() => gateway.clearSinks());

  async function come(client: string, port: number): Promise<SmtpClient> {
    const smtp = await connect({ port: gateway.port, localAddress: PROXY, awaitGreeting: false });
    smtp.sendRaw(Buffer.from(`PROXY TCP4 ${client} 127.0.0.1 4000 ${port}\r\n`));
    assert.equal((await smtp.readReply('a greeting')).code, 220);
    await smtp.ehlo();
    return smtp;
  }

  for (const port of [587, 25]) {
    it(`accepts local mail and refuses relaying on port ${port}, transaction after transaction`, async () => {
      const client = await come('198.51.100.7', port);
      for (const ending of ['RSET', 'DATA', 'EHLO', 'DATA'] as const) {
        assert.equal((await client.mail('a@client.example')).code, 250);
        assert.deepEqual((await client.rcpt('victim@other.com')).lines, [
          '550 5.7.1 Relaying not permitted: victim@other.com',
        ]);
        assert.equal((await client.rcpt('bob@domain.com')).code, 250);
        assert.equal((await client.rcpt('victim@other.com')).code, 550);
        if (ending === 'RSET') await client.send('RSET');
        if (ending === 'EHLO') await client.ehlo();
        if (ending === 'DATA') assert.equal((await client.data(sampleMessage(ending))).code, 250);
      }
      await client.quit();
      const messages = await gateway.sinks.l.waitForMessages(2);
      assert.deepEqual(
        messages.map(({ envelopeTo }) => envelopeTo),
        [['bob@domain.com'], ['bob@domain.com']],
      );
      assert.equal(gateway.sinks.tcp_local.attempts.length, 0);
    });
  }

  it('lets a client relay if its channel may', async () => {
    const client = await come('127.0.1.5', 587);
    await client.mail('a@domain.com');
    assert.equal((await client.rcpt('bob@other.com')).code, 250);
    await client.quit();
  });

  it('requires AUTH on a channel with mustsaslserver', async () => {
    const client = await come('198.51.100.7', 465);
    assert.equal((await client.mail('a@client.example')).code, 550);
    await client.quit();
  });

  it('lets a client that authenticated relay', async () => {
    const observed = /relay=Y|198\.51\.100\.15/;
    const client = await come('198.51.100.15', 587);
    await client.mail('a@client.example');
    await client.send('RSET');
    assert.equal((await client.send('AUTH PLAIN whatever')).code, 235);
    assert.equal((await client.mail('a@client.example')).code, 250);
    assert.equal((await client.rcpt('bob@domain.com')).code, 250);
    await client.quit();
    assert.match(gateway.log(), observed);
  });

  it('defers MAIL when relaying cannot be cleared, and delay_deny does not undo that', async () => {
    const client = await come(STUBBORN, 587);
    const reply = await client.mail('a@client.example');
    assert.deepEqual(reply.lines, ['451 4.3.0 could not decide, try again later']);
    await gateway.waitForLog('relaying could not be cleared');
    await client.quit();
  });
});
