/*
 * pmdf/access: the effects of flags in access entries, apart from permitting and rejecting, and the input flags that
 * they test.
 * Ref: PMDF 16.1.1
 */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { makeCertificate } from './support/certificate.js';
import { sampleMessage } from './support/deliver.js';
import { exampleFile, type Gateway, startGateway } from './support/gateway.js';
import { connect, type Reply, type SmtpClient } from './support/smtp-client.js';
import { until } from './support/until.js';

const STRANGER = '127.0.2.1';

/** ACCESS_ORCPT is on: probes of the SEND tables end in the ORCPT address. */
const MAPPINGS = `FROM_ACCESS

  *|forged@client.example|*     $Yreal@client.example$J
  *|broken@client.example|*     $Ynot$ an$ address@@$J
  *|secretary@client.example|*  $Yboss@client.example$K
  *|marked@client.example|*     $YX-Sender-Mark:$ seen$A
  *|held@client.example|*       $Y$H
  *|patient@client.example|*    $Y40$D
  *|quick@client.example|*      $Y-40$D

ORIG_SEND_ACCESS

  *|*|l|header@domain.com|*     $YX-PMDF-Mark:$ by$ the$ entry$A
  *|*|l|header2@domain.com|*    $YX-PMDF-Mark:$ by$ another$A
  *|*|l|held@domain.com|*       $Y$H
  *|*|l|gone@domain.com|*       $Y$B
  *|*|l|later@domain.com|*      $N4.7.1|Try$ later$X
  *|*|l|never@domain.com|*      $N5.7.9|Not$ ever$X
  *|*|l|loud@domain.com|*       $Yseen$ $1$<
  *|*|l|rejected@domain.com|*   $Nasked$ by$ $1|refused$ $1|No$<$>
  *|*|l|tagged@domain.com|*     $Ygold$T
  *|*|l|delayed@domain.com|*    $Y40$D
  *|*|l|delayed-once@domain.com|*  $Y-40$D
  *|*|l|awaited@domain.com|*    $Yseen$ awaited|40$<$D
  *|*|l|esmtp@domain.com|*      $:E$NESMTP
  *|*|l|tls@domain.com|*        $:T$NTLS
  *|*|l|auth@domain.com|*       $:A$NAUTH
  *|*|l|noauth@domain.com|*     $;A$NNo$ AUTH
  *|*|l|success@domain.com|*    $:S$NSuccess
  *|*|l|failure@domain.com|*    $:F$NFailure
  *|*|l|delay@domain.com|*      $:D$NDelay
  *|*|l|*|was@first.example     $NForwarded
  *|*|l|plain@domain.com|       $NNo$ ORCPT
  *|*|l|bare@domain.com|*       $N
  tcp_local|*|tcp_local|*|*     $NRelaying$ not$ permitted
`;

/** Records the tag that other plugins can see; authenticates every client that says AUTH. */
const OBSERVER = `exports.hook_data_post = function (next, connection) {
  connection.lognotice(this, 'tag ' + connection.transaction.notes.get('pmdf.tag'))
  next()
}
exports.hook_unrecognized_command = function (next, connection, params) {
  if (params[0] !== 'AUTH') return next()
  connection.notes.auth_user = 'jane'
  connection.respond(235, '2.7.0 welcome', () => next(OK))
}
`;

/** Records when a reply arrives, without waiting for it. */
function follow(reply: Promise<Reply>): { readonly reply: Promise<Reply>; hasCome(): boolean } {
  let come = false;
  const followed = reply.then((one) => {
    come = true;
    return one;
  });
  return { reply: followed, hasCome: () => come };
}

describe('flags of access entries', () => {
  let gateway: Gateway;

  before(async () => {
    const { key, cert } = await makeCertificate('domain.com');
    gateway = await startGateway({
      mappings: MAPPINGS,
      cnf: exampleFile('pmdf.cnf').replace(
        'switchchannel remotehost',
        'switchchannel remotehost authrewrite',
      ),
      settings: 'access: { orcpt: true, default_text: that is not for you }\n',
      plugins: ['tls', 'pmdf/switchchannel', 'pmdf/access', 'observer', 'queue/smtp_forward', 'pmdf/deliver'],
      pluginFiles: { 'observer.js': OBSERVER },
      config: {
        'tls_key.pem': key,
        'tls_cert.pem': cert,
        // Without a file Haraka spends seconds on making one.
        'tls.ini': '[main]\ndhparam=none.pem\n',
        'none.pem': '',
      },
    });
  });
  after(() => gateway?.stop());
  beforeEach(() => gateway.clearSinks());

  async function begin(from = 'a@client.example'): Promise<SmtpClient> {
    const client = await connect({ port: gateway.port, localAddress: STRANGER });
    await client.ehlo();
    assert.equal((await client.mail(from)).code, 250);
    return client;
  }

  async function send(from: string, to: readonly string[], message = sampleMessage('flags')): Promise<Reply> {
    const client = await begin(from);
    for (const one of to) assert.equal((await client.rcpt(one)).code, 250, one);
    const reply = await client.data(message);
    await client.quit();
    return reply;
  }

  async function headerInSink(): Promise<string> {
    const [message] = await gateway.sinks.l.waitForMessages(1);
    return (message?.raw.toString('utf8') ?? '').split('\r\n\r\n')[0] ?? '';
  }

  function held(): readonly string[] {
    return gateway.filesIn('held');
  }

  function heldText(name: string): string {
    return readFileSync(path.join(gateway.dir, 'held', name), 'utf8');
  }

  it('$J replaces the envelope From', async () => {
    assert.equal((await send('forged@client.example', ['bob@domain.com'])).code, 250);
    const [message] = await gateway.sinks.l.waitForMessages(1);
    assert.equal(message?.envelopeFrom, 'real@client.example');
  });

  it('$J with an invalid address defers', async () => {
    const client = await connect({ port: gateway.port, localAddress: STRANGER });
    await client.ehlo();
    assert.equal(
      (await client.mail('broken@client.example')).lines[0],
      '451 4.3.0 could not decide, try again later',
    );
    await gateway.waitForLog('defer sender <broken@client.example>');
    await client.quit();
  });

  it('$K replaces the Sender header', async () => {
    const message = `Sender: someone@else.example\r\n${sampleMessage('sender')}`;
    assert.equal((await send('secretary@client.example', ['bob@domain.com'], message)).code, 250);
    const header = await headerInSink();
    assert.deepEqual(header.match(/^Sender: .*$/gm), ['Sender: boss@client.example']);
  });

  it('$K does nothing on a channel without authrewrite', async () => {
    const client = await connect({ port: gateway.port, localAddress: '127.0.1.5' });
    await client.ehlo();
    await client.mail('secretary@client.example');
    await client.rcpt('bob@domain.com');
    await client.data(sampleMessage('sender'));
    await client.quit();
    assert.ok(!/^Sender:/m.test(await headerInSink()));
  });

  it('$A adds each header line once', async () => {
    await send('marked@client.example', ['header@domain.com', 'header2@domain.com', 'bob@domain.com']);
    const header = await headerInSink();
    assert.deepEqual(header.match(/^X-\S+-Mark: .*$/gm)?.sort(), [
      'X-PMDF-Mark: by another',
      'X-PMDF-Mark: by the entry',
      'X-Sender-Mark: seen',
    ]);
  });

  it('$H writes the message to disk before it is acknowledged, and delivers nothing', async () => {
    const before = new Set(held());
    assert.equal((await send('a@client.example', ['held@domain.com'])).code, 250);
    const [name = '', ...more] = held().filter((one) => !before.has(one));
    assert.match(name, /^[0-9A-F-]+\.\d+\.HELD$/);
    assert.deepEqual(more, []);
    const [count, envelopeFrom, envelopeTo] = heldText(name).split('\r\n');
    assert.equal(count, 'X-Envelope-Lines: 2');
    assert.equal(envelopeFrom, 'X-Envelope-From: a@client.example');
    assert.equal(envelopeTo, 'X-Envelope-To: held@domain.com');
    assert.match(heldText(name), /\r\nSubject: flags\r\n\r\nHello\.\r\n$/);
    assert.deepEqual([...gateway.sinks.l.attempts, ...gateway.sinks.tcp_local.attempts], []);
    assert.deepEqual(gateway.filesIn('queue'), []);
  });

  it('$H for one recipient does not affect the others', async () => {
    const before = new Set(held());
    assert.equal((await send('a@client.example', ['held@domain.com', 'bob@domain.com'])).code, 250);
    const [message] = await gateway.sinks.l.waitForMessages(1);
    assert.deepEqual(message?.envelopeTo, ['bob@domain.com']);
    const [name = ''] = held().filter((one) => !before.has(one));
    assert.deepEqual(heldText(name).match(/^X-Envelope-To: .*$/gm), ['X-Envelope-To: held@domain.com']);
  });

  it('$H of FROM_ACCESS holds for every recipient', async () => {
    const before = new Set(held());
    assert.equal((await send('held@client.example', ['bob@domain.com', 'ann@domain.com'])).code, 250);
    const [name = ''] = held().filter((one) => !before.has(one));
    assert.equal(heldText(name).match(/^X-Envelope-To: .*$/gm)?.length, 2);
    assert.deepEqual(gateway.sinks.l.attempts, []);
  });

  it('$H keeps nothing of a message that was rejected for the other recipients', async () => {
    const before = held().length;
    gateway.sinks.l.refuseData({ code: 550, text: '5.7.1 no' });
    assert.equal((await send('a@client.example', ['held@domain.com', 'bob@domain.com'])).code, 550);
    await until(
      () => held().length === before,
      5_000,
      () => `${before} held files, not ${held().join(' ')}`,
    );
  });

  it('$B accepts the message and discards it', async () => {
    assert.equal((await send('a@client.example', ['gone@domain.com'])).code, 250);
    assert.deepEqual(gateway.sinks.l.attempts, []);
    assert.equal((await send('a@client.example', ['gone@domain.com', 'bob@domain.com'])).code, 250);
    const [message] = await gateway.sinks.l.waitForMessages(1);
    assert.deepEqual(message?.envelopeTo, ['bob@domain.com']);
  });

  const replies = [
    { to: 'later@domain.com', says: '450 4.7.1 Try later: later@domain.com' },
    { to: 'never@domain.com', says: '550 5.7.9 Not ever: never@domain.com' },
    { to: 'bare@domain.com', says: '550 5.7.1 that is not for you: bare@domain.com' },
    { to: 'esmtp@domain.com', says: '550 5.7.1 ESMTP: esmtp@domain.com' },
    { to: 'noauth@domain.com', says: '550 5.7.1 No AUTH: noauth@domain.com' },
    {
      to: 'success@domain.com',
      parameters: 'NOTIFY=SUCCESS,FAILURE',
      says: '550 5.7.1 Success: success@domain.com',
    },
    {
      to: 'failure@domain.com',
      parameters: 'NOTIFY=success,failure',
      says: '550 5.7.1 Failure: failure@domain.com',
    },
    { to: 'delay@domain.com', parameters: 'NOTIFY=DELAY', says: '550 5.7.1 Delay: delay@domain.com' },
    {
      to: 'ann@domain.com',
      parameters: 'ORCPT=rfc822;was@first.example',
      says: '550 5.7.1 Forwarded: ann@domain.com',
    },
    { to: 'plain@domain.com', says: '550 5.7.1 No ORCPT: plain@domain.com' },
  ];
  for (const { to, parameters, says } of replies) {
    it(`RCPT TO:<${to}>${parameters === undefined ? '' : ` ${parameters}`}: ${says}`, async () => {
      const client = await begin();
      assert.deepEqual((await client.rcpt(to, parameters)).lines, [says]);
      await client.quit();
    });
  }

  for (const to of [
    'tls@domain.com',
    'auth@domain.com',
    'delay@domain.com',
    'failure@domain.com',
    'success@domain.com',
  ]) {
    it(`RCPT TO:<${to}> is accepted without the flag`, async () => {
      const client = await begin();
      assert.equal((await client.rcpt(to, to.startsWith('delay') ? 'NOTIFY=NEVER' : undefined)).code, 250);
      await client.quit();
    });
  }

  it('sees HELO, TLS and AUTH', async () => {
    const client = await connect({ port: gateway.port, localAddress: STRANGER });
    await client.send('HELO client.example');
    await client.mail('a@client.example');
    assert.equal((await client.rcpt('esmtp@domain.com')).code, 250);
    await client.ehlo();
    await client.startTls();
    await client.ehlo();
    await client.mail('a@client.example');
    assert.equal((await client.rcpt('tls@domain.com')).code, 550);
    await client.send('RSET');
    await client.send('AUTH PLAIN whatever');
    await client.mail('a@client.example');
    assert.equal((await client.rcpt('auth@domain.com')).code, 550);
    assert.equal((await client.rcpt('noauth@domain.com')).code, 250);
    await client.quit();
  });

  it('$< writes a line when the entry matches, $> when it rejects', async () => {
    const client = await begin('loud@client.example');
    await client.rcpt('loud@domain.com');
    await gateway.waitForLog('seen loud@client.example');
    await client.rcpt('rejected@domain.com');
    await gateway.waitForLog('asked by loud@client.example');
    await gateway.waitForLog('refused loud@client.example');
    await client.quit();
  });

  it('$T shows the tag to other plugins', async () => {
    await send('a@client.example', ['tagged@domain.com']);
    await gateway.waitForLog('tag gold');
  });

  it('a client that leaves during a delay is no error of ours', async () => {
    const before = gateway.log().length;
    const client = await connect({ port: gateway.port, localAddress: STRANGER });
    await client.ehlo();
    await client.mail('a@client.example');
    client.sendRaw(Buffer.from('RCPT TO:<awaited@domain.com>\r\n'));
    await gateway.waitForLog((log) => log.slice(before).includes('seen awaited'));
    await client.close();
    await gateway.waitForLog((log) => log.slice(before).includes('the client left'));
    assert.doesNotMatch(gateway.log().slice(before), /\[ERROR\]/);
  });

  describe('$D delays the reply, and no other client', () => {
    /** Another client's whole session, which ends before a delayed reply arrives. */
    async function meanwhile(): Promise<void> {
      const other = await begin();
      assert.equal((await other.rcpt('bob@domain.com')).code, 250);
      await other.quit();
    }

    const rows = [
      { from: 'a@client.example', to: 'delayed@domain.com', mail: false, rcpt: true, next: true, data: true },
      {
        from: 'a@client.example',
        to: 'delayed-once@domain.com',
        mail: false,
        rcpt: true,
        next: false,
        data: false,
      },
      {
        from: 'patient@client.example',
        to: 'bob@domain.com',
        mail: true,
        rcpt: true,
        next: true,
        data: true,
      },
      {
        from: 'quick@client.example',
        to: 'bob@domain.com',
        mail: true,
        rcpt: false,
        next: false,
        data: false,
      },
    ];
    for (const { from, to, ...delayed } of rows) {
      it(`from ${from} to ${to}`, async () => {
        const client = await connect({ port: gateway.port, localAddress: STRANGER });
        await client.ehlo();
        const commands = [
          { isDelayed: delayed.mail, say: () => client.mail(from), code: 250 },
          { isDelayed: delayed.rcpt, say: () => client.rcpt(to), code: 250 },
          { isDelayed: delayed.next, say: () => client.rcpt('ann@domain.com'), code: 250 },
          { isDelayed: delayed.data, say: () => client.send('DATA'), code: 354 },
        ];
        for (const { isDelayed, say, code } of commands) {
          const followed = follow(say());
          if (isDelayed) {
            await meanwhile();
            assert.equal(followed.hasCome(), false);
          } else {
            await followed.reply;
          }
          assert.equal((await followed.reply).code, code);
        }
        await client.close();
      });
    }
  });
});
