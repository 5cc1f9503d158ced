/*
 * Everything else that a stranger can send: senders, parameters, names and whole sessions that might change a decision.
 * Also what internal clients may do.
 */

import assert from 'node:assert/strict';
import { describeWith } from '../../support/programs.js';
import type { RunningHaraka } from '../support/haraka-process.js';
import { connect, type Reply, type SmtpClient } from '../support/smtp-client.js';
import { assertNoLeak } from './assert-no-leak.js';
import { type Lab, startLab } from './lab.js';
import { sendToEach, strangersAddress, strangersHost } from './strangers-mail.js';

const insideHost = '127.0.1.5';
const limitMs = 90_000;
/** Recipients that are refused to every stranger. */
const forbidden: readonly string[] = [
  'bob@other.com',
  'victim%evil.example@domain.com',
  'victim%evil@domain.com',
  '"victim@evil.example"@domain.com',
];
const sample = 'Subject: hello\r\n\r\nHello.\r\n';

describeWith(['postfix'], 'a stranger', function () {
  this.timeout(limitMs * 2);
  let lab: Lab;
  let front: RunningHaraka;
  let client: SmtpClient;

  before(async () => {
    lab = await startLab('postfix');
    front = await lab.startFront();
  });
  after(() => lab?.stop());
  beforeEach(async () => {
    lab.sentOn.clear();
    lab.outside.clear();
    client = await connect({ port: front.port, localAddress: strangersHost });
  });
  afterEach(async () => {
    await client.close();
    await lab.idle(front, limitMs);
    assertNoLeak(lab, front);
  });

  async function rcptCodes(recipients: readonly string[]): Promise<number[]> {
    const codes: number[] = [];
    for (const recipient of recipients) codes.push((await client.rcpt(recipient)).code);
    return codes;
  }

  /** The rejections, all permanent. */
  const refusals = forbidden.map(() => 550);

  describe('gains nothing by a sender', () => {
    for (const sender of [
      '<>',
      'bob@domain.com',
      'bob@sub.domain.com',
      'postmaster',
      '"x|l|bob"@domain.com',
      'x|l|bob@domain.com',
      'x|tcp_internal|y@evil.example',
      '"tcp_internal|x|tcp_internal|x"@evil.example',
      'x%domain.com@TCP-INTERNAL',
      'x@TCP-INTERNAL',
      'x@process-daemon',
      'x@[127.0.1.5]',
      '@domain.com:x@evil.example',
      '@TCP-INTERNAL:x@evil.example',
      '"x@domain.com"@evil.example',
      'jane.doe@domain.com',
      '$($U)@domain.com',
      '*@*.example',
      '%@domain.com',
    ]) {
      it(`${sender}`, async () => {
        await client.ehlo('stranger.example');
        const mail = await client.mail(sender);
        // If the front rejects the sender, there is no transaction.
        const expected = mail.code === 250 ? refusals : forbidden.map(() => 503);
        assert.deepEqual(await rcptCodes(forbidden), expected, `${mail.code} ${mail.text}`);
      });
    }
  });

  describe('gains nothing by a name', () => {
    for (const name of [
      'domain.com',
      'sub.domain.com',
      'TCP-INTERNAL',
      'tcp_internal',
      '[127.0.1.5]',
      '[127.0.0.1]',
      'localhost',
      'x|tcp_internal|y',
    ]) {
      it(`${name}`, async () => {
        await client.ehlo(name);
        await client.mail(strangersAddress);
        assert.deepEqual(await rcptCodes(forbidden), refusals);
      });
    }

    it('and none by HELO', async () => {
      await client.send('HELO domain.com');
      await client.mail(strangersAddress);
      assert.deepEqual(await rcptCodes(forbidden), refusals);
    });
  });

  describe('gains nothing by parameters', () => {
    const parameters: readonly (readonly [mail: string | undefined, rcpt: string | undefined])[] = [
      [undefined, 'ORCPT=rfc822;bob@domain.com'],
      [undefined, 'ORCPT=rfc822;bob@TCP-INTERNAL NOTIFY=NEVER'],
      [undefined, 'ORCPT=x|tcp_internal|y|l;z@domain.com'],
      [undefined, 'NOTIFY=SUCCESS,FAILURE,DELAY'],
      ['SIZE=1 BODY=8BITMIME', undefined],
      ['RET=FULL ENVID=tcp_internal', undefined],
      ['SMTPUTF8', undefined],
    ];
    for (const [ofMail, ofRcpt] of parameters) {
      it(`${ofMail ?? ''} ${ofRcpt ?? ''}`.trim(), async () => {
        await client.ehlo('stranger.example');
        assert.equal((await client.mail(strangersAddress, ofMail)).code, 250);
        for (const recipient of forbidden) assert.equal((await client.rcpt(recipient, ofRcpt)).code, 550);
      });
    }

    it('and AUTH is refused, which was not offered', async () => {
      await client.ehlo('stranger.example');
      assert.equal((await client.mail(strangersAddress, 'AUTH=bob@domain.com')).code, 555);
      assert.equal((await client.rcpt('bob@other.com')).code, 503);
    });

    it('does not get mail sent to the original recipient', async () => {
      await client.ehlo('stranger.example');
      await client.mail(strangersAddress, 'RET=FULL ENVID=x');
      const parameter = 'NOTIFY=SUCCESS,FAILURE,DELAY ORCPT=rfc822;victim@evil.example';
      assert.equal((await client.rcpt('bob@domain.com', parameter)).code, 250);
      assert.equal((await client.data(sample)).code, 250);
      await lab.idle(front, limitMs);
      // The report that was asked for.
      assert.deepEqual(lab.sentOn.attempts, [{ envelopeFrom: '', recipient: strangersAddress, code: 250 }]);
    });
  });

  describe('is not believed to be somebody else', () => {
    it('by XCLIENT', async () => {
      await client.ehlo('stranger.example');
      assert.equal((await client.send(`XCLIENT ADDR=${insideHost} NAME=inside.domain.com`)).code, 500);
      await client.mail(strangersAddress);
      assert.deepEqual(await rcptCodes(forbidden), refusals);
    });

    it('by PROXY', async () => {
      const proxied = await connect({
        port: front.port,
        localAddress: strangersHost,
        awaitGreeting: false,
      });
      try {
        proxied.sendRaw(Buffer.from(`PROXY TCP4 ${insideHost} 127.0.0.1 40000 25\r\n`));
        const replies: Reply[] = [await proxied.readReply()];
        // Greeted or not: after an untrusted PROXY line no transaction may count as internal.
        const rest = await proxied
          .ehlo('x.example')
          .then(() => proxied.mail(strangersAddress))
          .then(() => proxied.rcpt('bob@other.com'))
          .catch(() => undefined);
        if (rest !== undefined) replies.push(rest);
        assert.ok(replies.length === 1 || (replies[1]?.code ?? 0) >= 500, JSON.stringify(replies));
      } finally {
        await proxied.close();
      }
    });

    it('by AUTH, which is not offered', async () => {
      const ehlo = await client.ehlo('stranger.example');
      assert.doesNotMatch(ehlo.text, /^AUTH/m);
      assert.ok(
        (await client.send(`AUTH PLAIN ${Buffer.from('\0bob\0bob').toString('base64')}`)).code >= 500,
      );
      await client.mail(strangersAddress);
      assert.deepEqual(await rcptCodes(forbidden), refusals);
    });
  });

  describe('cannot hide a recipient behind a legitimate one', () => {
    it('in one message: only the legitimate one gets it', async () => {
      await client.ehlo('stranger.example');
      await client.mail(strangersAddress);
      const recipients = [
        'victim%evil@domain.com',
        'user@sub.domain.com',
        'victim@evil.example',
        'bob@domain.com',
      ];
      assert.deepEqual(await rcptCodes(recipients), [550, 250, 550, 250]);
      assert.equal((await client.data(sample)).code, 250);
      await lab.idle(front, limitMs);
      assert.deepEqual(
        lab.sentOn.attempts.map(({ recipient }) => recipient),
        ['user@sub.domain.com'],
      );
    });

    it('in one message with a forwarded one', async () => {
      await client.ehlo('stranger.example');
      await client.mail(strangersAddress);
      const recipients = ['jane.doe@domain.com', 'victim@evil.example', 'jane.doe%evil.example@domain.com'];
      assert.deepEqual(await rcptCodes(recipients), [250, 550, 550]);
      assert.equal((await client.data(sample)).code, 250);
      await lab.idle(front, limitMs);
      assert.deepEqual(
        lab.outside.attempts.map(({ recipient }) => recipient),
        ['jdoe@other.com'],
      );
    });

    it('in the next transaction, or after RSET', async () => {
      await client.ehlo('stranger.example');
      await client.mail(strangersAddress);
      assert.deepEqual(await rcptCodes(['bob@domain.com']), [250]);
      assert.equal((await client.data(sample)).code, 250);
      await client.mail(strangersAddress);
      assert.deepEqual(await rcptCodes(forbidden), refusals);
      await client.send('RSET');
      await client.mail(strangersAddress);
      assert.deepEqual(await rcptCodes(['bob@domain.com', ...forbidden]), [250, ...refusals]);
      await client.ehlo('again.example');
      await client.mail(strangersAddress);
      assert.deepEqual(await rcptCodes(forbidden), refusals);
      assert.equal((await client.data(sample)).code, 503);
    });

    it('in one packet', async () => {
      await client.ehlo('stranger.example');
      const commands = [
        `MAIL FROM:<${strangersAddress}>`,
        'RCPT TO:<bob@domain.com>',
        ...forbidden.map((recipient) => `RCPT TO:<${recipient}>`),
        'RSET',
        ...forbidden.map((recipient) => `RCPT TO:<${recipient}>`),
      ];
      client.sendRaw(Buffer.from(commands.map((command) => `${command}\r\n`).join('')));
      const codes: number[] = [];
      for (const command of commands) codes.push((await client.readReply(command)).code);
      assert.deepEqual(codes, [250, 250, ...refusals, 250, ...forbidden.map(() => 503)]);
    });
  });

  describe('is refused malformed recipients', () => {
    const commands: readonly string[] = [
      'RCPT TO:<>',
      'RCPT TO:',
      'RCPT TO:<@domain.com>',
      'RCPT TO:<@domain.com:>',
      'RCPT TO:victim@evil.example',
      'RCPT TO: <victim@evil.example>',
      'RCPT TO:<bob@domain.com> <victim@evil.example>',
      'RCPT TO:<bob@domain.com>,<victim@evil.example>',
      'RCPT TO:<bob@domain.com,victim@evil.example>',
      'RCPT TO:Bob <victim@evil.example>',
      'RCPT TO:"bob@domain.com" <victim@evil.example>',
      'RCPT TO:<<victim@evil.example>>',
      'RCPT TO:<victim@evil.example> bob@domain.com',
      'RCPT TO:<victim@evil.example>bob@domain.com',
      'RCPT TO:<victim@evil.example\0@domain.com>',
      'RCPT TO:<victim@evil.example\r@domain.com>',
      'RCPT TO:<victim@evil.example\\@domain.com>',
      'RCPT TO:<victim@evil.example(@domain.com)>',
      'RCPT TO:<victim%evil.example@domain.com> ORCPT=rfc822;bob@domain.com',
      `RCPT TO:<${'@domain.com,'.repeat(20)}@domain.com:victim@evil.example>`,
    ];
    for (const command of commands) {
      it(JSON.stringify(command), async () => {
        await client.ehlo('stranger.example');
        await client.mail(strangersAddress);
        const reply = await client.send(command);
        assert.ok(reply.code >= 500 && reply.code < 600, `${reply.code} ${reply.text}`);
      });
    }
  });

  it('does not mislead the look-up of forwarded addresses', async () => {
    const outcomes = await sendToEach(front, [
      'jane.doe@domain.com',
      'jane.doe%domain.com@domain.com',
      'jane.doe%host.domain.com@domain.com',
      'jane.doe+x@domain.com',
      '"jane.doe"@domain.com',
      'jane.doe%other.com@domain.com',
      'jane.doe%other.com%domain.com@domain.com',
      'jdoe%other.com@domain.com',
      '"jdoe%other.com@PROCESS-DAEMON"@domain.com',
      'jane.doe%PROCESS-DAEMON@domain.com',
      '$($)@domain.com',
      '"$($U)"@domain.com',
      '"jane.doe   x%evil.example"@domain.com',
    ]);
    assert.deepEqual(
      outcomes.map(({ rcpt }) => rcpt.code),
      [250, 250, 250, 250, 250, 550, 550, 550, 550, 550, 501, 250, 550],
    );
    await lab.idle(front, limitMs);
    const forwarded = lab.outside.attempts.map(({ recipient }) => recipient);
    assert.deepEqual(forwarded, ['jdoe@other.com', 'jdoe@other.com']);
  });
});

describeWith(['postfix'], 'an internal client', function () {
  this.timeout(limitMs * 2);
  let lab: Lab;
  let front: RunningHaraka;

  before(async () => {
    lab = await startLab('postfix');
    front = await lab.startFront();
  });
  after(() => lab?.stop());

  it('may write to any address', async () => {
    const outcomes = await sendToEach({ port: front.port, localAddress: insideHost }, [
      'bob@other.com',
      'bob@evil',
      'bob%evil.example@domain.com',
      'bob%third.example%host.domain.com@domain.com',
      '"b ob"@other.com',
    ]);
    assert.deepEqual(
      outcomes.map(({ rcpt, data }) => [rcpt.code, data?.code]),
      outcomes.map(() => [250, 250]),
    );
    await lab.idle(front, limitMs);
    const recipients = [...lab.outside.attempts, ...lab.sentOn.attempts].map(({ recipient }) => recipient);
    assert.deepEqual(recipients.sort(), [
      '"b ob"@other.com',
      'bob@evil',
      'bob@evil.example',
      'bob@other.com',
      'bob@third.example',
    ]);
  });
});
