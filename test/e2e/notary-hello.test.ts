/*
 * Parameters of MAIL and RCPT belong to the latest of HELO and EHLO: after HELO none is accepted, whatever was offered before,
 * and STARTTLS ends what either said.
 */
import assert from 'node:assert/strict';
import { sampleMessage } from './support/deliver.js';
import { allPlugins, type Gateway, startGateway } from './support/gateway.js';
import { connect, type SmtpClient } from './support/smtp-client.js';
import { type Authority, makeAuthority } from './tls/support/authority.js';

const cnf = `domain.com    $U@domain.com
.             $U%$H@TCP-DAEMON

l
domain.com

tcp_local smtp mx maytlsserver
TCP-DAEMON

process
PROCESS-DAEMON
`;

const refusedMail = '555 5.5.4 the parameter RET of MAIL is not supported';
const refusedRcpt = '555 5.5.4 the parameter NOTIFY of RCPT is not supported';

describe('the parameters of DSN after HELO and EHLO', () => {
  let authority: Authority;
  let gateway: Gateway;

  before(async () => {
    authority = await makeAuthority();
    const { key, cert } = await authority.issue({ names: ['mail.domain.com'] });
    gateway = await startGateway({
      plugins: ['tls', 'pmdf/maytls', ...allPlugins],
      cnf,
      delivery: (ports) => `delivery:
  l: { method: through, next_hop: '127.0.0.1:${ports.l}' }
`,
      config: { 'tls_key.pem': key, 'tls_cert.pem': cert },
    });
  });
  after(async () => {
    await gateway?.stop();
    authority?.remove();
  });

  async function greet(client: SmtpClient, greetings: readonly string[]): Promise<void> {
    for (const greeting of greetings) {
      const reply = greeting === 'STARTTLS' ? await client.startTls() : await client.send(`${greeting} a.b`);
      assert.ok(reply.code < 300, `${greeting}: ${reply.text}`);
    }
  }

  for (const [greetings, isOffered] of [
    [['EHLO'], true],
    [['HELO'], false],
    [['EHLO', 'HELO'], false],
    [['HELO', 'EHLO'], true],
    [['EHLO', 'HELO', 'EHLO'], true],
    [['HELO', 'EHLO', 'HELO'], false],
    [['EHLO', 'EHLO'], true],
    [['EHLO', 'STARTTLS', 'EHLO'], true],
    [['EHLO', 'STARTTLS', 'HELO'], false],
    [['EHLO', 'STARTTLS', 'EHLO', 'HELO'], false],
    [['EHLO', 'STARTTLS', 'HELO', 'EHLO'], true],
    [['EHLO', 'HELO', 'EHLO', 'STARTTLS', 'HELO'], false],
  ] as const) {
    it(`${greetings.join(', ')}: ${isOffered ? 'accepted' : 'refused'}`, async () => {
      const client = await connect({ port: gateway.port, localAddress: '127.0.2.1' });
      await greet(client, greetings);
      const mail = await client.mail('a@client.example', 'RET=HDRS');
      assert.deepEqual(isOffered ? mail.code : mail.lines, isOffered ? 250 : [refusedMail]);
      if (!isOffered) assert.equal((await client.mail('a@client.example')).code, 250);
      const rcpt = await client.rcpt('bob@domain.com', 'NOTIFY=NEVER');
      assert.deepEqual(isOffered ? rcpt.code : rcpt.lines, isOffered ? 250 : [refusedRcpt]);
      if (!isOffered) assert.equal((await client.rcpt('bob@domain.com')).code, 250);
      assert.equal((await client.data(sampleMessage('hello'))).code, 250);
      await client.quit();
    });
  }

  it('a greeting in a transaction ends it, and what was offered before does not count', async () => {
    const client = await connect({ port: gateway.port, localAddress: '127.0.2.1' });
    await greet(client, ['EHLO']);
    assert.equal((await client.mail('a@client.example', 'RET=HDRS')).code, 250);
    await greet(client, ['HELO']);
    assert.equal((await client.rcpt('bob@domain.com', 'NOTIFY=NEVER')).code, 503);
    assert.deepEqual((await client.mail('a@client.example', 'RET=HDRS')).lines, [refusedMail]);
    await client.quit();
  });

  it('a greeting that is refused leaves the one before it in force', async () => {
    const client = await connect({ port: gateway.port, localAddress: '127.0.2.1' });
    await greet(client, ['EHLO']);
    assert.equal((await client.send('HELO')).code, 501);
    assert.equal((await client.mail('a@client.example', 'RET=HDRS')).code, 250);
    await client.quit();
  });
});
