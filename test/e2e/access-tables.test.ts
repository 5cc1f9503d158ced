/*
 * pmdf/access: each table at its point in the session, the reply to the client, and that no plugin cancels a rejection.
 * The plugin delay_deny is listed first: it turns other plugins' rejections into 250 for clients that may relay.
 */

import assert from 'node:assert/strict';
import { sampleMessage, utf8For } from './support/deliver.js';
import { exampleFile, type Gateway, startGateway } from './support/gateway.js';
import { connect, type SmtpClient } from './support/smtp-client.js';

const STRANGER = '127.0.2.1';
const OURS = '127.0.1.5';

const MAPPINGS = `PORT_ACCESS

  TCP|*|*|127.0.2.66|*   $N500$ 5.7.1$ Go$ away
  TCP|*|*|127.0.2.67|*   $NNo$ code$ here
  TCP|*|*|127.0.2.68|*   $N421$ Come$ back$ later
  TCP|*|*|127.0.2.69|*   $N
  TCP|*|*|127.0.2.71|*   $N554$ Go$ away$ too
  TCP|*|*|*|*            $Y

FROM_ACCESS

  TCP|*|SMTP|MAIL|tcp_local|bad@client.example|   $NSender$ unwelcome
  TCP|*|*|127.0.2.70|*|SMTP|MAIL|tcp_local||      $NNo$ bounces$ from$ you
  *|cut@client.example|*                          $NNot$ him
  *|tcp_internal|bad@domain.com|*                 $N

ORIG_SEND_ACCESS

  tcp_local|*|l|orig-send@domain.com   $NBy$ ORIG_SEND_ACCESS
  tcp_internal|*|tcp_local|*@blocked.example   $NNot$ even$ for$ us
  *|*|l|both@domain.com   $Y
  tcp_local|*|l|jörg-nein@domain.com   $NNein
  tcp_local|*|tcp_local|*   $NRelaying$ not$ permitted

ORIG_MAIL_ACCESS

  TCP|*|*|127.0.*|*|SMTP|MAIL|*|*|l|orig-mail@domain.com   $NBy$ ORIG_MAIL_ACCESS

SEND_ACCESS

  *|*|l|send@domain.com   $NBy$ SEND_ACCESS

MAIL_ACCESS

  TCP|*|SMTP|MAIL|*|*|l|mail@domain.com   $NBy$ MAIL_ACCESS
  TCP|*|SMTP|MAIL|*|*|l|both@domain.com   $NBy$ MAIL_ACCESS
`;

/** The name that the log gives to the entry on the line that holds the text. */
function entryWith(text: string): string {
  return `entry=mappings:${MAPPINGS.split('\n').findIndex((line) => line.includes(text)) + 1}`;
}

const CNF = exampleFile('pmdf.cnf').concat(
  '\ntcp_named smtp mx allowswitchchannel defaulthost named.example\nNAMED-DAEMON\n',
);

/** Accepts the sender before any other plugin runs. */
const HASTY = `exports.register = function () { this.register_hook('mail', 'take', -100) }
exports.take = function (next, connection, [from]) { next(from.user === 'cut' ? OK : CONT) }
`;

describe('pmdf/access', () => {
  let gateway: Gateway;

  before(async () => {
    gateway = await startGateway({
      cnf: CNF.replace('[127.0.1.]', '[127.0.4.]    $U%[127.0.4.$L]@NAMED-DAEMON$E$R\n[127.0.1.]'),
      mappings: MAPPINGS,
      names: {
        'PTR 3.2.0.127.in-addr.arpa': ['three.client.example'],
        'A three.client.example': ['127.0.2.3'],
      },
      pluginFiles: { 'hasty.js': HASTY },
      plugins: [
        'delay_deny',
        'hasty',
        'pmdf/switchchannel',
        'pmdf/access',
        'queue/smtp_forward',
        'pmdf/deliver',
      ],
    });
  });
  after(() => gateway?.stop());
  beforeEach(() => gateway.clearSinks());

  async function come(localAddress: string, helo?: string): Promise<SmtpClient> {
    const client = await connect({ port: gateway.port, localAddress });
    await client.ehlo(helo);
    return client;
  }

  describe('PORT_ACCESS', () => {
    const rows = [
      { client: '127.0.2.66', says: '500 5.7.1 Go away', entry: 'Go$ away' },
      { client: '127.0.2.67', says: '554 5.7.1 No code here', entry: 'No$ code' },
      { client: '127.0.2.68', says: '421 Come back later', entry: 'Come$ back' },
      { client: '127.0.2.69', says: '554 5.7.1 you are not allowed to connect', entry: '127.0.2.69' },
      { client: '127.0.2.71', says: '554 Go away too', entry: '127.0.2.71' },
    ];
    for (const { client, says, entry } of rows) {
      it(`tells ${client} \`${says}\` and closes the connection`, async () => {
        const smtp = await connect({ port: gateway.port, localAddress: client });
        assert.deepEqual(smtp.greeting?.lines, [says]);
        await smtp.closed;
        await gateway.waitForLog(`reject connection ${entryWith(entry)} `);
      });
    }
  });

  describe('FROM_ACCESS', () => {
    const rows = [
      {
        client: STRANGER,
        from: 'bad@client.example',
        says: '550 5.7.1 Sender unwelcome: bad@client.example',
      },
      { client: '127.0.2.70', from: '', says: '550 5.7.1 No bounces from you: <>' },
      {
        client: OURS,
        from: 'bad@domain.com',
        says: '550 5.7.1 you are not allowed to use this address: bad@domain.com',
      },
    ];
    for (const { client, from, says } of rows) {
      it(`answers MAIL FROM:<${from}> of ${client}: ${says}`, async () => {
        const smtp = await come(client);
        assert.deepEqual((await smtp.mail(from)).lines, [says]);
        assert.equal((await smtp.rcpt('bob@domain.com')).code, 503);
        assert.equal((await smtp.mail('good@client.example')).code, 250);
        await smtp.quit();
      });
    }

    it('rejects at RCPT TO if another plugin accepted the sender first', async () => {
      const smtp = await come(STRANGER);
      assert.equal((await smtp.mail('cut@client.example')).code, 250);
      assert.deepEqual((await smtp.rcpt('bob@domain.com')).lines, ['550 5.7.1 Not him: cut@client.example']);
      await smtp.quit();
    });

    it('names the entry in the log', async () => {
      const smtp = await come(STRANGER);
      await smtp.mail('bad@client.example');
      await gateway.waitForLog(`reject sender <bad@client.example> ${entryWith('Sender$ unwelcome')} `);
      await smtp.quit();
    });
  });

  describe('the tables at RCPT TO', () => {
    const rows = [
      { to: 'orig-send@domain.com', text: 'By ORIG_SEND_ACCESS', entry: 'By$ ORIG_SEND_ACCESS' },
      { to: 'orig-mail@domain.com', text: 'By ORIG_MAIL_ACCESS', entry: 'By$ ORIG_MAIL_ACCESS' },
      { to: 'send@domain.com', text: 'By SEND_ACCESS', entry: 'By$ SEND_ACCESS' },
      { to: 'mail@domain.com', text: 'By MAIL_ACCESS', entry: 'mail@domain.com   $NBy$ MAIL_ACCESS' },
      { to: 'both@domain.com', text: 'By MAIL_ACCESS', entry: 'both@domain.com   $NBy$ MAIL_ACCESS' },
      { to: 'SEND@Domain.COM', text: 'By SEND_ACCESS', entry: 'By$ SEND_ACCESS' },
      { to: 'victim@other.com', text: 'Relaying not permitted', entry: 'Relaying$' },
      { to: 'jörg-nein@domain.com', text: 'Nein', entry: 'Nein' },
    ];
    for (const { to, text, entry } of rows) {
      // A reply shows a domain as it is on the wire; the log shows it as received.
      const named = to.replace('@Domain.COM', '@domain.com');
      it(`refuses ${to} of a stranger: ${text}`, async () => {
        const smtp = await come(STRANGER);
        await smtp.mail('a@client.example', utf8For(to));
        assert.deepEqual((await smtp.rcpt(to)).lines, [`550 5.7.1 ${text}: ${named}`]);
        await gateway.waitForLog(`reject recipient <${to}> ${entryWith(entry)} `);
        await smtp.quit();
      });
    }

    const ourRows = [
      { to: 'x@blocked.example', text: 'Not even for us' },
      { to: 'orig-mail@domain.com', text: 'By ORIG_MAIL_ACCESS' },
      { to: 'send@domain.com', text: 'By SEND_ACCESS' },
      { to: 'mail@domain.com', text: 'By MAIL_ACCESS' },
    ];
    for (const { to, text } of ourRows) {
      it(`refuses ${to} of a client that may relay: ${text}`, async () => {
        const smtp = await come(OURS);
        await smtp.mail('a@domain.com');
        assert.deepEqual((await smtp.rcpt(to)).lines, [`550 5.7.1 ${text}: ${to}`]);
        assert.equal((await smtp.send('DATA')).code, 503);
        await smtp.quit();
      });
    }

    it('delivers a message to the recipients that were accepted, and to no other', async () => {
      const smtp = await come(STRANGER);
      await smtp.mail('a@client.example');
      const codes: number[] = [];
      for (const to of [
        'send@domain.com',
        'bob@domain.com',
        'v@other.com',
        'ann@domain.com',
        'mail@domain.com',
      ]) {
        codes.push((await smtp.rcpt(to)).code);
      }
      assert.deepEqual(codes, [550, 250, 550, 250, 550]);
      assert.equal((await smtp.data(sampleMessage('mixed'))).code, 250);
      await smtp.quit();
      const [message] = await gateway.sinks.l.waitForMessages(1);
      assert.deepEqual(message?.envelopeTo, ['bob@domain.com', 'ann@domain.com']);
      assert.equal(gateway.sinks.tcp_local.attempts.length, 0);
    });
  });

  describe('addresses', () => {
    for (const bare of ['postmaster', 'Postmaster', 'POSTMASTER']) {
      it(`completes the recipient ${bare}`, async () => {
        const smtp = await come(STRANGER);
        await smtp.mail('');
        assert.equal((await smtp.rcpt(bare)).code, 250);
        assert.equal((await smtp.data(sampleMessage('bare'))).code, 250);
        const [message] = await gateway.sinks.l.waitForMessages(1);
        assert.equal(message?.envelopeTo[0]?.toLowerCase(), 'postmaster@domain.com');
        assert.equal(message?.envelopeFrom, '');
        await smtp.quit();
      });
    }

    const senders = [
      { client: STRANGER, helo: 'said.example', from: 'postmaster@said.example' },
      { client: '127.0.2.3', helo: 'said.example', from: 'postmaster@three.client.example' },
      { client: OURS, helo: 'said.example', from: 'postmaster@domain.com' },
      { client: '127.0.4.1', helo: 'said.example', from: 'postmaster@named.example' },
    ];
    for (const { client, helo, from } of senders) {
      it(`completes the senders postmaster and joe of ${client} as in ${from}`, async () => {
        const smtp = await come(client, helo);
        for (const local of ['postmaster', 'joe']) {
          gateway.clearSinks();
          assert.equal((await smtp.mail(local, 'SIZE=100')).code, 250);
          assert.equal((await smtp.rcpt('bob')).code, 250);
          assert.equal((await smtp.data(sampleMessage('sender'))).code, 250);
          const [message] = await gateway.sinks.l.waitForMessages(1);
          assert.equal(message?.envelopeFrom, from.replace('postmaster', local));
          assert.deepEqual(message?.envelopeTo, ['bob@domain.com']);
        }
        await smtp.quit();
      });
    }

    it('completes only plain local parts in brackets', async () => {
      const smtp = await come(STRANGER);
      const forms = [
        '<joe%evil.example>',
        '<evil.example!joe>',
        '<"joe">',
        '<"joe@evil.example">',
        '<@evil.example:joe>',
        '<joe.>',
        '<.joe>',
        '<jo..e>',
        '<jo e>',
        '<joe',
        'joe>',
        '<joe><a@evil.example>',
        '<<joe>>',
      ];
      for (const form of forms) {
        assert.equal((await smtp.send(`MAIL FROM:${form}`)).code, 501, form);
      }
      await smtp.mail('a@client.example');
      for (const form of forms) assert.equal((await smtp.send(`RCPT TO:${form}`)).code, 501, form);
      await smtp.quit();
    });

    it('accepts addresses in UTF-8', async () => {
      const smtp = await come(STRANGER);
      assert.equal((await smtp.mail('jörg@client.example', 'SMTPUTF8')).code, 250);
      assert.equal((await smtp.rcpt('jörg@domain.com')).code, 250);
      assert.deepEqual((await smtp.rcpt('jörg@münchen.example')).lines, [
        '550 5.7.1 Relaying not permitted: jörg@xn--mnchen-3ya.example',
      ]);
      assert.equal((await smtp.data(sampleMessage('utf-8'))).code, 250);
      const [message] = await gateway.sinks.l.waitForMessages(1);
      assert.equal(message?.envelopeFrom, 'jörg@client.example');
      assert.deepEqual(message?.envelopeTo, ['jörg@domain.com']);
      await smtp.quit();
    });

    it('refuses the null recipient', async () => {
      const smtp = await come(STRANGER);
      await smtp.mail('a@client.example');
      const { lines } = await smtp.rcpt('<>');
      assert.deepEqual(lines, ['550 5.1.3 the null path cannot be a recipient']);
      await smtp.quit();
    });
  });
});
