/*
 * pmdf/auth towards clients: what each keyword offers, refuses and requires, the mechanisms line by line, and what an
 * authenticated client may do.
 */

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import path from 'node:path';
import { itWith } from '../../support/programs.js';
import { sampleMessage } from '../support/deliver.js';
import type { Gateway } from '../support/gateway.js';
import { requireProgram, runProgram } from '../support/program.js';
import { collectOutput } from '../support/program-output.js';
import { projectRoot } from '../support/project-root.js';
import { connect, type SmtpClient } from '../support/smtp-client.js';
import { clients, startAuthGateway } from './install.js';

type Client = keyof typeof clients;

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

/** The response of PLAIN. */
function plain(user: string, password: string, forWhom = ''): string {
  return base64(`${forWhom}\0${user}\0${password}`);
}

const good = plain('jane', 'apples');
const succeeded = ['235 2.7.0 Authentication successful'];
const failed = ['535 5.7.8 Authentication failed'];

describe('pmdf/auth', () => {
  let gateway: Gateway;

  before(async () => {
    gateway = await startAuthGateway();
  });
  after(() => gateway?.stop());
  beforeEach(() => gateway.clearSinks());

  async function come(who: Client, isSecure = false, host = 0): Promise<SmtpClient> {
    const localAddress = clients[who].replace(/\d+$/, (last) => String(Number(last) + host));
    const client = await connect({ port: gateway.port, localAddress });
    await client.ehlo();
    if (isSecure) {
      assert.equal((await client.startTls()).code, 220);
      await client.ehlo();
    }
    return client;
  }

  async function offered(who: Client, isSecure: boolean): Promise<readonly string[]> {
    const client = await come(who, isSecure);
    const { lines } = await client.ehlo();
    await client.quit();
    return lines.map((line) => line.slice(4)).filter((line) => /^AUTH/.test(line));
  }

  for (const [who, inClear, underTls] of [
    ['no', [], []],
    ['may', [], ['AUTH PLAIN LOGIN']],
    ['must', [], ['AUTH PLAIN LOGIN']],
    ['clear', ['AUTH PLAIN LOGIN'], ['AUTH PLAIN LOGIN']],
    ['inside', [], []],
  ] as const) {
    it(`offers AUTH on \`${who}\` as its keywords say`, async () => {
      assert.deepEqual(await offered(who, false), inClear);
      assert.deepEqual(await offered(who, true), underTls);
    });
  }

  for (const [who, isSecure, command, wanted] of [
    ['no', true, `AUTH PLAIN ${good}`, '502 5.5.1 AUTH is not offered here'],
    ['no', false, 'AUTH LOGIN', '502 5.5.1 AUTH is not offered here'],
    [
      'may',
      false,
      `AUTH PLAIN ${good}`,
      '538 5.7.11 Encryption required for requested authentication mechanism',
    ],
    ['may', false, 'auth login', '538 5.7.11 Encryption required for requested authentication mechanism'],
    ['may', false, 'AUTH CRAM-MD5', '504 5.5.4 Unknown authentication mechanism'],
    ['may', true, 'AUTH CRAM-MD5', '504 5.5.4 Unknown authentication mechanism'],
    ['may', true, 'AUTH', '504 5.5.4 Unknown authentication mechanism'],
    ['may', true, `AUTH PLAIN ${good} x`, '501 5.5.4 AUTH takes a mechanism and at most one response'],
    ['may', true, 'AUTH PLAIN =', '501 5.5.2 this is not a valid response for the mechanism'],
    ['may', true, 'AUTH PLAIN !!!!', '501 5.5.2 this is not a valid response for the mechanism'],
    [
      'may',
      true,
      `AUTH PLAIN ${base64('\0jane')}`,
      '501 5.5.2 this is not a valid response for the mechanism',
    ],
    [
      'may',
      true,
      `AUTH PLAIN ${base64('\0jane\0')}`,
      '501 5.5.2 this is not a valid response for the mechanism',
    ],
    [
      'may',
      true,
      `AUTH PLAIN ${base64('\0jane\0apples\0')}`,
      '501 5.5.2 this is not a valid response for the mechanism',
    ],
    ['may', true, 'AUTH PLAIN AP9h/wBh', '501 5.5.2 this is not a valid response for the mechanism'],
    [
      'may',
      true,
      `AUTH PLAIN ${plain('jane', 'apples', 'bob')}`,
      '535 5.7.8 acting for another user is not permitted',
    ],
    ['may', true, `AUTH PLAIN ${plain('jane', 'apples', 'jane')}`, succeeded[0]],
    ['may', true, `auth plain ${plain('JANE', 'apples')}`, succeeded[0]],
    ['may', true, `AUTH PLAIN ${plain('two', 'other')}`, succeeded[0]],
  ] as const) {
    it(`answers \`${command}\` on \`${who}\`${isSecure ? ' under TLS' : ''}`, async () => {
      const client = await come(who, isSecure);
      assert.deepEqual((await client.send(command)).lines, [wanted]);
      await client.quit();
    });
  }

  it('asks for the response of PLAIN', async () => {
    const client = await come('clear');
    assert.deepEqual((await client.send('AUTH PLAIN')).code, 334);
    assert.deepEqual((await client.send(good)).lines, succeeded);
    await client.quit();
  });

  for (const initial of [true, false]) {
    it(`asks for user and password of LOGIN${initial ? ', the user given at once' : ''}`, async () => {
      const client = await come('clear');
      if (!initial) assert.deepEqual((await client.send('AUTH LOGIN')).lines, ['334 VXNlcm5hbWU6']);
      const user = base64('jane');
      assert.deepEqual((await client.send(initial ? `AUTH LOGIN ${user}` : user)).lines, [
        '334 UGFzc3dvcmQ6',
      ]);
      assert.deepEqual((await client.send(base64('apples'))).lines, succeeded);
      await client.quit();
    });
  }

  it('lets a client cancel, and begin again', async () => {
    const client = await come('stay');
    for (const command of ['AUTH PLAIN', 'AUTH LOGIN', `AUTH LOGIN ${base64('jane')}`]) {
      assert.equal((await client.send(command)).code, 334);
      assert.deepEqual((await client.send('*')).lines, ['501 5.7.0 Authentication cancelled']);
    }
    assert.equal((await client.send('AUTH LOGIN')).code, 334);
    assert.equal((await client.send('MAIL FROM:<a@b.example>')).code, 250);
    assert.equal((await client.send('RSET')).code, 250);
    assert.equal((await client.send(base64('jane'))).code, 500);
    assert.deepEqual((await client.send(`AUTH PLAIN ${good}`)).lines, succeeded);
    assert.deepEqual((await client.send(`AUTH PLAIN ${good}`)).lines, [
      '503 5.5.1 You have authenticated already',
    ]);
    await client.quit();
  });

  it('refuses AUTH in a transaction and before EHLO', async () => {
    const client = await come('stay');
    await client.mail('a@b.example');
    assert.equal((await client.send(`AUTH PLAIN ${good}`)).code, 503);
    await client.quit();
    const early = await connect({ port: gateway.port, localAddress: clients.stay });
    assert.equal((await early.send(`AUTH PLAIN ${good}`)).code, 503);
    await early.send('HELO client.example');
    assert.equal((await early.send(`AUTH PLAIN ${good}`)).code, 503);
    await early.quit();
  });

  it('survives a line longer than any limit', async () => {
    const client = await come('stay');
    await client.send('AUTH PLAIN');
    assert.equal((await client.send('A'.repeat(20_000))).code, 521);
    await client.close();
    assert.deepEqual((await (await come('stay')).send(`AUTH PLAIN ${good}`)).lines, succeeded);
  });

  it('requires AUTH on a channel with mustsasl, for MAIL with any sender', async () => {
    const client = await come('must');
    for (const from of ['a@b.example', '<>', 'jane@domain.com'])
      assert.deepEqual((await client.mail(from)).lines, ['530 5.7.0 No AUTH command has been given.']);
    assert.equal((await client.rcpt('bob@domain.com')).code, 503);
    await client.startTls();
    await client.ehlo();
    assert.equal((await client.mail('a@b.example')).code, 530);
    assert.deepEqual((await client.send(`AUTH PLAIN ${good}`)).lines, succeeded);
    assert.equal((await client.mail('a@b.example')).code, 250);
    assert.equal((await client.rcpt('bob@other.com')).code, 250);
    await client.quit();
  });

  it('makes a roaming user internal: it may relay, and Received says so', async () => {
    const client = await come('may', true);
    assert.equal((await client.mail('jane@domain.com')).code, 250);
    assert.equal((await client.rcpt('victim@other.com')).code, 550);
    await client.send('RSET');
    assert.deepEqual((await client.send(`AUTH PLAIN ${good}`)).lines, succeeded);
    for (const subject of ['one', 'two']) {
      assert.equal((await client.mail('jane@domain.com')).code, 250);
      assert.equal((await client.rcpt('friend@other.com')).code, 250);
      assert.equal((await client.data(sampleMessage(subject))).code, 250);
    }
    await client.quit();
    const [message] = await gateway.sinks.tcp_local.waitForMessages(2);
    assert.match(message?.raw.toString() ?? '', /^Received: .* with ESMTPSA [^;]*\(authenticated bits=0\)/ms);
    assert.match(message?.raw.toString() ?? '', /^Sender: .*jane@domain\.com/m);
    assert.doesNotMatch(gateway.log(), /apples/);
    assert.match(gateway.log(), /channel=tcp_auth client=127\.0\.3\.1 relaying=true/);
  });

  it('does not let a client relay that authenticates but is not switched', async () => {
    const client = await come('stay');
    assert.deepEqual((await client.send(`AUTH PLAIN ${good}`)).lines, succeeded);
    await client.mail('jane@domain.com');
    assert.equal((await client.rcpt('victim@other.com')).code, 550);
    assert.equal((await client.rcpt('bob@domain.com')).code, 250);
    await client.quit();
  });

  it('shows FROM_ACCESS the authenticated user, whose address `$J` uses', async () => {
    const bob = await come('clear');
    assert.deepEqual((await bob.send(`AUTH PLAIN ${plain('bob@domain.com', 'pears')}`)).lines, succeeded);
    assert.match((await bob.mail('bob@domain.com')).text, /bob is not to write/);
    await bob.quit();
    const jane = await come('clear');
    await jane.send(`AUTH PLAIN ${good}`);
    assert.equal((await jane.mail('forged@other.com')).code, 250);
    assert.equal((await jane.rcpt('bob@domain.com')).code, 250);
    assert.equal((await jane.data(sampleMessage('forged'))).code, 250);
    await jane.quit();
    const [message] = await gateway.sinks.l.waitForMessages(1);
    assert.equal(message?.envelopeFrom, 'jane@domain.com');
  });

  for (const [index, [what = '', response = '']] of [
    ['a wrong password', plain('jane', 'pears')],
    ['an unknown user', plain('nobody', 'apples')],
    ['a password for another service', plain('pop', 'plums')],
    ['the general password of a user with a service password', plain('two', 'one')],
    ['a name that cannot be one', plain('jane doe', 'apples')],
    ['a password in another case', plain('jane', 'Apples')],
  ].entries()) {
    it(`rejects ${what} with the same text`, async () => {
      const client = await come('may', true, 10 + index);
      assert.deepEqual((await client.send(`AUTH PLAIN ${response}`)).lines, failed);
      assert.equal((await client.mail('jane@domain.com')).code, 250);
      assert.equal((await client.rcpt('victim@other.com')).code, 550);
      await client.quit();
    });
  }

  it('uses a password as soon as it is set', async () => {
    const command = path.join(projectRoot(), 'dist/bin/pmdf.js');
    const words = [command, 'password', 'set', 'carol', '--config', path.join(gateway.dir, 'config')];
    assert.equal(spawnSync(process.execPath, words, { input: 'lemons\n' }).status, 0);
    const client = await come('clear');
    assert.deepEqual((await client.send(`AUTH PLAIN ${plain('Carol', 'lemons')}`)).lines, succeeded);
    await client.quit();
  });

  describe('with real clients', () => {
    for (const mechanism of ['PLAIN', 'LOGIN'] as const) {
      itWith(['swaks'], `accepts mail from swaks by ${mechanism}`, async () => {
        const swaks = requireProgram('/usr/bin/swaks');
        const server = [
          '--server',
          '127.0.0.1',
          '--port',
          String(gateway.port),
          '--local-interface',
          clients.must,
        ];
        const auth = ['--tls', '--auth', mechanism, '--auth-user', 'jane', '--auth-password', 'apples'];
        const envelope = ['--from', 'jane@domain.com', '--to', 'friend@other.com'];
        const { code, stdout } = await runProgram(swaks, [...server, ...auth, ...envelope]);
        assert.equal(code, 0, stdout);
        await gateway.sinks.tcp_local.waitForMessages(1);
      });
    }

    itWith(['python3'], 'accepts mail from smtplib', async () => {
      const script = `import smtplib, ssl
client = smtplib.SMTP('127.0.0.1', ${gateway.port}, source_address=('${clients.may}', 0))
context = ssl.create_default_context(); context.check_hostname = False; context.verify_mode = ssl.CERT_NONE
client.starttls(context=context)
client.login('jane', 'apples')
client.sendmail('jane@domain.com', ['friend@other.com'], 'Subject: smtplib\\r\\n\\r\\nbody\\r\\n')
client.quit()
`;
      const { code, stderr } = await runProgram('python3', ['-c', script]);
      assert.equal(code, 0, stderr);
      await gateway.sinks.tcp_local.waitForMessages(1);
    });

    itWith(['openssl'], 'works with openssl s_client', async () => {
      const openssl = requireProgram('/usr/bin/openssl');
      const where = ['-connect', `127.0.0.1:${gateway.port}`, '-bind', `${clients.must}:0`];
      const words = ['s_client', '-starttls', 'smtp', '-crlf', '-quiet', ...where];
      const child = spawn(openssl, words, { stdio: ['pipe', 'pipe', 'ignore'] });
      const output = collectOutput(child.stdout);
      for (const [line, wanted] of [
        ['EHLO client.example', /^250[- ]AUTH PLAIN LOGIN\r?$/m],
        [`AUTH PLAIN ${good}`, /^235 2\.7\.0/m],
        ['QUIT', /^221 /m],
      ] as const) {
        child.stdin.write(`${line}\n`);
        await output.waitFor((text) => wanted.test(text), 5_000);
      }
      child.stdin.end();
      child.kill();
    });
  });
});
