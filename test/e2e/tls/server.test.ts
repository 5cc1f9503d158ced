/*
 * pmdf/maytls towards clients: what each keyword offers, refuses and requires, the switch after the handshake, port
 * 465, and that nothing said before the handshake counts after it.
 */

import assert from 'node:assert/strict';
import { itWith } from '../../support/programs.js';
import { freePort } from '../support/free-port.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { requireProgram, runProgram } from '../support/program.js';
import { connect, type Reply, type SmtpClient } from '../support/smtp-client.js';
import { type Authority, makeAuthority } from './support/authority.js';

const plugins = [
  'tls',
  'pmdf/switchchannel',
  'pmdf/maytls',
  'pmdf/access',
  'queue/smtp_forward',
  'pmdf/deliver',
];

/** A channel for each address that a client may come from. */
const clients = {
  no: '127.0.2.1',
  may: '127.0.3.1',
  must: '127.0.4.1',
  switching: '127.0.5.1',
} as const;

const cnf = `domain.com    $U@domain.com
[127.0.2.]    $U%[127.0.2.$L]@TCP-NO$E$R
[127.0.3.]    $U%[127.0.3.$L]@TCP-MAY$E$R
[127.0.4.]    $U%[127.0.4.$L]@TCP-MUST$E$R
[127.0.5.]    $U%[127.0.5.$L]@TCP-SWITCHING$E$R
.             $U%$H@TCP-DAEMON

l
domain.com

tcp_local smtp mx switchchannel
TCP-DAEMON

tcp_no smtp mx notlsserver
TCP-NO

tcp_may smtp mx maytlsserver
TCP-MAY

tcp_must smtp mx musttlsserver
TCP-MUST

tcp_switching smtp mx maytlsserver tlsswitchchannel tcp_trusted
TCP-SWITCHING

tcp_trusted smtp mx maytlsserver
TCP-TRUSTED

process
PROCESS-DAEMON
`;

const mappings = `ORIG_SEND_ACCESS

  tcp_trusted|*|tcp_local|*   $Y
  *|*|tcp_local|*             $NRelaying$ not$ permitted
`;

const settings = 'relaying_channels: [tcp_trusted]\n';

describe('pmdf/maytls towards clients', () => {
  let authority: Authority;
  let gateway: Gateway;
  let smtpsPort: number;

  before(async () => {
    authority = await makeAuthority();
    const { key, cert } = await authority.issue({ names: ['mail.domain.com'] });
    smtpsPort = await freePort();
    gateway = await startGateway({
      plugins,
      cnf,
      mappings,
      settings,
      delivery: (ports) => `delivery:
  l: { method: through, next_hop: '127.0.0.1:${ports.l}' }
  tcp_local: { method: queue, next_hop: '127.0.0.1:${ports.tcp_local}' }
`,
      listen: ['127.0.0.1:0', `127.0.0.1:${smtpsPort}`],
      smtpIni: [`smtps_port=${smtpsPort}`],
      config: { 'tls_key.pem': key, 'tls_cert.pem': cert },
    });
  });
  after(async () => {
    await gateway?.stop();
    authority?.remove();
  });

  async function come(localAddress: string): Promise<SmtpClient> {
    return await connect({ port: gateway.port, localAddress });
  }

  async function come465(localAddress: string): Promise<SmtpClient> {
    return await connect({ port: smtpsPort, localAddress, implicitTls: { rejectUnauthorized: false } });
  }

  const offers = (reply: Reply): boolean => reply.lines.some((line) => /^250[- ]STARTTLS$/.test(line));

  for (const [name, localAddress, offered] of [
    ['notlsserver', clients.no, false],
    ['maytlsserver', clients.may, true],
    ['musttlsserver', clients.must, true],
  ] as const) {
    it(`${name}: ${offered ? 'offers STARTTLS' : 'does not offer STARTTLS and refuses it'}`, async () => {
      const client = await come(localAddress);
      assert.equal(offers(await client.ehlo()), offered);
      const reply = await client.startTls();
      assert.deepEqual(reply.lines, [offered ? '220 Go ahead.' : '502 5.5.1 STARTTLS is not offered here']);
      if (offered) {
        assert.equal(offers(await client.ehlo()), false);
        assert.deepEqual((await client.send('STARTTLS')).lines, ['503 5.5.1 TLS is active already']);
      }
      assert.equal((await client.ehlo()).code, 250);
      assert.equal((await client.mail('a@client.example')).code, 250);
      assert.equal((await client.rcpt('bob@domain.com')).code, 250);
      assert.equal((await client.data('Subject: tls\r\n\r\nx\r\n')).code, 250);
      await client.quit();
    });
  }

  it('maytlsserver: accepts mail in the clear', async () => {
    const client = await come(clients.may);
    await client.ehlo();
    assert.equal((await client.mail('a@client.example')).code, 250);
    await client.quit();
  });

  const awaiting = [
    'HELO client.example',
    'MAIL FROM:<a@client.example>',
    'RCPT TO:<bob@domain.com>',
    'DATA',
    'RSET',
    'VRFY bob',
    'EXPN list',
    'AUTH PLAIN AGEAYg==',
    'AUTH LOGIN',
    'BDAT 3 LAST',
    'ETRN domain.com',
    'HELP',
    'XYZZY',
  ];
  it('musttlsserver: answers 530 to everything but what RFC 3207 allows, before and after EHLO', async () => {
    const client = await come(clients.must);
    for (let round = 0; round < 2; round += 1) {
      for (const line of awaiting) {
        const reply = await client.send(line);
        assert.deepEqual(reply.lines, ['530 5.7.0 No STARTTLS command has been given.'], line);
      }
      assert.equal((await client.send('NOOP')).code, 250);
      assert.equal((await client.ehlo()).code, 250);
    }
    assert.equal((await client.quit()).code, 221);
  });

  it('switches the channel after the handshake, with its access tables and relaying', async () => {
    const client = await come(clients.switching);
    await client.ehlo();
    await client.mail('a@client.example');
    assert.equal((await client.rcpt('x@other.com')).code, 550);
    await client.send('RSET');
    assert.equal((await client.startTls()).code, 220);
    await client.ehlo();
    await client.mail('a@client.example');
    assert.equal((await client.rcpt('x@other.com')).code, 250);
    await gateway.waitForLog(`channel=tcp_trusted client=${clients.switching} relaying=true`);
    await client.quit();
  });

  it('port 465: is under TLS from the start', async () => {
    const must = await come465(clients.must);
    assert.equal(offers(await must.ehlo()), false);
    assert.equal((await must.send('STARTTLS')).code, 503);
    assert.equal((await must.mail('a@client.example')).code, 250);
    await must.quit();
    const switching = await come465(clients.switching);
    await switching.ehlo();
    await switching.mail('a@client.example');
    assert.equal((await switching.rcpt('x@other.com')).code, 250);
    await switching.quit();
  });

  it('discards clear text after STARTTLS', async () => {
    const client = await come(clients.must);
    await client.ehlo();
    const reply = await client.startTls({}, 'EHLO evil.example\r\nMAIL FROM:<evil@evil.example>\r\n');
    assert.equal(reply.code, 220);
    // Without a new EHLO the session must not have one.
    assert.equal((await client.mail('a@client.example')).code, 503);
    await client.ehlo();
    assert.equal((await client.mail('a@client.example')).code, 250);
    await client.quit();
  });

  it('cannot be bypassed by a session that began in another transaction', async () => {
    const client = await come(clients.must);
    await client.ehlo();
    client.sendRaw(Buffer.from('MAIL FROM:<a@client.example>\r\nRCPT TO:<bob@domain.com>\r\nDATA\r\n'));
    for (let count = 0; count < 3; count += 1) assert.equal((await client.readReply()).code, 530);
    await client.quit();
  });

  itWith(['swaks'], 'swaks: is accepted under TLS and refused without', async () => {
    const swaks = requireProgram('/usr/bin/swaks');
    const base = ['--server', `127.0.0.1:${gateway.port}`, '--local-interface', clients.must];
    const envelope = ['--from', 'a@client.example', '--to', 'bob@domain.com', '--helo', 'client.example'];
    const clear = await runProgram(swaks, [...base, ...envelope]);
    assert.match(clear.stdout, /^<\*\* 530 5\.7\.0 /m);
    assert.notEqual(clear.code, 0);
    const secure = await runProgram(swaks, [...base, ...envelope, '--tls']);
    assert.equal(secure.code, 0, secure.stdout);
  });

  itWith(['openssl'], 'openssl: verifies the chain', async () => {
    const openssl = await runProgram(requireProgram('/usr/bin/openssl'), [
      ...[
        's_client',
        '-connect',
        `127.0.0.1:${gateway.port}`,
        '-starttls',
        'smtp',
        '-brief',
        '-bind',
        `${clients.may}:0`,
      ],
      ...['-CAfile', authority.rootFile, '-verify_return_error', '-verify_hostname', 'mail.domain.com'],
    ]);
    assert.match(openssl.stderr + openssl.stdout, /Verification: OK/);
  });
});
