/*
 * pmdf/auth beside Haraka's own AUTH plugins, on submission ports, on its own, and with a password database that cannot
 * be read.
 */

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { sampleMessage } from '../support/deliver.js';
import { connectionIni, type Gateway } from '../support/gateway.js';
import { connect, type SmtpClient } from '../support/smtp-client.js';
import { authPlugins, clients, passwordText, startAuthGateway } from './install.js';

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

function plain(user: string, password: string): string {
  return `AUTH PLAIN ${base64(`\0${user}\0${password}`)}`;
}

/** Accepts every message and reports its Sender. */
const SHOW_SENDER = `exports.hook_queue_outbound = function (next, connection) {
  connection.lognotice(this, 'sender=' + connection.transaction.header.get('Sender'))
  next(OK)
}
`;

const flatFile = {
  'auth_flat_file.ini':
    '[core]\nmethods=PLAIN,LOGIN,CRAM-MD5\nconstrain_sender=false\n\n[users]\nflat=fish\n',
};

async function secure(gateway: Gateway, localAddress: string): Promise<SmtpClient> {
  const client = await connect({ port: gateway.port, localAddress });
  await client.ehlo();
  await client.startTls();
  return client;
}

async function offered(client: SmtpClient): Promise<string | undefined> {
  const { lines } = await client.ehlo();
  return lines.map((line) => line.slice(4)).find((line) => /^AUTH/.test(line));
}

for (const order of ['before', 'after'] as const) {
  describe(`pmdf/auth ${order} auth/flat_file`, () => {
    let gateway: Gateway;

    before(async () => {
      const at = authPlugins.indexOf('pmdf/auth') + (order === 'before' ? 1 : 0);
      gateway = await startAuthGateway({
        plugins: authPlugins.toSpliced(at, 0, 'auth/flat_file'),
        passwords: null,
        config: flatFile,
      });
    });
    after(() => gateway?.stop());

    it('leaves AUTH to it as long as there is no password file, and its users switch channels', async () => {
      const client = await secure(gateway, clients.may);
      assert.equal(await offered(client), 'AUTH PLAIN LOGIN CRAM-MD5');
      assert.equal((await client.send(plain('flat', 'fish'))).code, 235);
      for (const subject of ['one', 'two']) {
        assert.equal((await client.mail('flat@domain.com')).code, 250);
        assert.equal((await client.rcpt('friend@other.com')).code, 250);
        assert.equal((await client.data(sampleMessage(subject))).code, 250);
      }
      await client.quit();
      assert.match(gateway.log(), /channel=tcp_auth client=127\.0\.3\.1 relaying=true/);
    });

    it('clears the relaying that it sets on a channel that may not relay', async () => {
      const client = await secure(gateway, clients.stay);
      await client.ehlo();
      assert.equal((await client.send(plain('flat', 'fish'))).code, 235);
      await client.mail('flat@domain.com');
      assert.equal((await client.rcpt('victim@other.com')).code, 550);
      await client.quit();
    });

    it('keeps it from offering or accepting AUTH on a channel that does not', async () => {
      const client = await secure(gateway, clients.no);
      assert.equal(await offered(client), undefined);
      assert.equal((await client.send(plain('flat', 'fish'))).code, 502);
      await client.quit();
      const inClear = await connect({ port: gateway.port, localAddress: clients.may });
      assert.equal(await offered(inClear), 'AUTH CRAM-MD5');
      assert.equal((await inClear.send(plain('flat', 'fish'))).code, 538);
      await inClear.quit();
    });
  });
}

describe('pmdf/auth with passwords of its own beside auth/flat_file', () => {
  let gateway: Gateway;

  before(async () => {
    gateway = await startAuthGateway({ plugins: ['auth/flat_file', ...authPlugins], config: flatFile });
  });
  after(() => gateway?.stop());

  it('answers PLAIN and LOGIN itself and leaves the rest to it', async () => {
    const client = await secure(gateway, clients.may);
    assert.equal(await offered(client), 'AUTH PLAIN LOGIN CRAM-MD5');
    assert.equal((await client.send('AUTH CRAM-MD5')).code, 334);
    await client.close();
    const other = await secure(gateway, clients.may);
    await other.ehlo();
    assert.equal((await other.send(plain('jane', 'apples'))).code, 235);
    await other.quit();
  });
});

describe('pmdf/auth on submission ports', () => {
  const proxy = '127.0.7.1';
  let gateway: Gateway;

  before(async () => {
    gateway = await startAuthGateway({
      config: { 'connection.ini': connectionIni(proxy) },
    });
  });
  after(() => gateway?.stop());

  async function come(client: string): Promise<SmtpClient> {
    const smtp = await connect({ port: gateway.port, localAddress: proxy, awaitGreeting: false });
    smtp.sendRaw(Buffer.from(`PROXY TCP4 ${client} 127.0.0.1 4000 587\r\n`));
    assert.equal((await smtp.readReply('a greeting')).code, 220);
    await smtp.ehlo();
    return smtp;
  }

  it('answers 530 if AUTH is required', async () => {
    const client = await come(clients.must);
    assert.deepEqual((await client.mail('a@b.example')).lines, ['530 5.7.0 No AUTH command has been given.']);
    await client.quit();
  });

  it('lets clients relay that were switched, and no others', async () => {
    for (const [from, code] of [
      [clients.clear, 250],
      [clients.stay, 550],
    ] as const) {
      const client = await come(from);
      assert.equal((await client.send(plain('jane', 'apples'))).code, 235);
      for (let count = 0; count < 2; count += 1) {
        assert.equal((await client.mail('jane@domain.com')).code, 250);
        assert.equal((await client.rcpt('friend@other.com')).code, code);
        assert.equal((await client.rcpt('bob@domain.com')).code, 250);
        await client.send('RSET');
      }
      await client.quit();
    }
  });
});

describe('pmdf/auth alone', () => {
  let gateway: Gateway;

  before(async () => {
    gateway = await startAuthGateway({
      plugins: ['tls', 'pmdf/auth', 'rcpt_to.in_host_list', 'show_sender'],
      pluginFiles: { 'show_sender.js': SHOW_SENDER },
      settings: 'listeners: { default: tcp_must }\nrelaying_channels: [tcp_auth]\n',
      config: { host_list: 'domain.com\n' },
    });
  });
  after(() => gateway?.stop());

  it('requires AUTH by the channel of the listener, and authenticated clients may relay', async () => {
    const client = await secure(gateway, '127.0.2.1');
    await client.ehlo();
    assert.equal((await client.mail('a@b.example')).code, 530);
    assert.equal((await client.send(plain('jane', 'apples'))).code, 235);
    assert.equal((await client.mail('a@b.example')).code, 250);
    assert.equal((await client.rcpt('friend@other.com')).code, 250);
    await client.send('RSET');
    assert.equal((await client.mail('a@b.example')).code, 250);
    assert.equal((await client.rcpt('bob@domain.com')).code, 250);
    assert.equal((await client.data(sampleMessage('alone'))).code, 250);
    await client.quit();
    await gateway.waitForLog('sender=jane@domain.com');
    assert.match(gateway.log(), /pmdf\/switchchannel is not enabled: .*; pmdf\/access is not enabled/);
  });
});

describe('pmdf/auth with a broken password database', () => {
  let gateway: Gateway;

  before(async () => {
    gateway = await startAuthGateway({ passwords: 'no database\n' });
  });
  after(() => gateway?.stop());

  it('authenticates nobody, logs the cause, and counts no failure', async () => {
    const client = await connect({ port: gateway.port, localAddress: clients.clear });
    await client.ehlo();
    for (let count = 0; count < 4; count += 1)
      assert.deepEqual((await client.send(plain('jane', 'apples'))).lines, [
        '454 4.7.0 Temporary authentication failure, try again later',
      ]);
    await client.quit();
    await gateway.waitForLog('is no password database of version 1');
  });

  it('works as soon as it is repaired', async () => {
    const text = await passwordText({ jane: 'apples' });
    writeFileSync(path.join(gateway.dir, 'config/pmdf/passwords'), text);
    const client = await connect({ port: gateway.port, localAddress: clients.clear });
    await client.ehlo();
    assert.equal((await client.send(plain('jane', 'apples'))).code, 235);
    await client.quit();
  });
});

describe('pmdf/auth beside pmdf/maytls', () => {
  let gateway: Gateway;

  before(async () => {
    gateway = await startAuthGateway({
      plugins: authPlugins.toSpliced(authPlugins.indexOf('pmdf/auth'), 0, 'pmdf/maytls'),
      cnf: `domain.com    $U@domain.com
.             $U%$H@TCP-DAEMON

l
domain.com

tcp_local smtp mx switchchannel musttlsserver maysaslserver tlsswitchchannel tcp_tls
TCP-DAEMON

tcp_tls smtp mx maytlsserver mustsaslserver saslswitchchannel tcp_auth
TCP-TLS

tcp_auth smtp mx maytlsserver
TCP-AUTH

tcp_internal smtp mx
TCP-INTERNAL

process
PROCESS-DAEMON
`,
      settings: 'relaying_channels: [tcp_auth]\nauth: { without_tls: [tcp_local] }\n',
    });
  });
  after(() => gateway?.stop());

  it('switches after STARTTLS, and again after AUTH', async () => {
    const client = await connect({ port: gateway.port, localAddress: '127.0.2.1' });
    assert.equal(await offered(client), undefined);
    assert.equal((await client.send(plain('jane', 'apples'))).code, 530);
    await client.startTls();
    assert.equal(await offered(client), 'AUTH PLAIN LOGIN');
    assert.equal((await client.mail('jane@domain.com')).code, 530);
    assert.equal((await client.send(plain('jane', 'apples'))).code, 235);
    await client.ehlo();
    assert.equal((await client.mail('jane@domain.com')).code, 250);
    assert.equal((await client.rcpt('friend@other.com')).code, 250);
    await client.quit();
    assert.match(gateway.log(), /channel=tcp_tls [\s\S]*channel=tcp_auth client=127\.0\.2\.1 relaying=true/);
  });
});
