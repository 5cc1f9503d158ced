/*
 * The DSN extension in a running Haraka: what clients ask for is checked, passed on to servers that offer DSN, directly, by the
 * queue and through forwarding, kept across a restart, and answered by a report where a server does not offer it.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { bounceOf } from './support/bounce.js';
import { sampleMessage } from './support/deliver.js';
import { exampleFile, type Gateway, startGateway } from './support/gateway.js';
import type { RunningHaraka } from './support/haraka-process.js';
import { harakaFolder } from './support/project-root.js';
import { type Sink, type SinkMessage, startSink } from './support/sink.js';
import { connect, type Reply } from './support/smtp-client.js';
import { until } from './support/until.js';

const OURS = '127.0.1.5';
/** Reports to this sender go to the sink `tcp_local`. */
const ANN = 'ann@client.example';

/** Channel `l` and tcp_local: no DSN; `*.dsn.test`: DSN and SIZE. */
const BOB = 'bob@domain.com';
const DIRECT = 'kim@direct.dsn.test';
const QUEUED = 'lee@queue.dsn.test';
const BY_LMTP = 'max@lmtp.dsn.test';

const limit = 20_000;

interface Sent {
  readonly mail?: string;
  readonly to: readonly (readonly [address: string, parameters?: string])[];
  readonly text?: string | Buffer;
}

describe('what a sender asks to be told', () => {
  let gateway: Gateway;
  let restarted: RunningHaraka | undefined;
  let dsn: Sink;

  before(async () => {
    dsn = await startSink({ extensions: ['DSN', `SIZE ${limit}`] });
    gateway = await startGateway({
      cnf: exampleFile('pmdf.cnf')
        .replace(
          '\n.domain.com   ',
          '\ndirect.dsn.test   $U@direct.dsn.test@DIRECT-DAEMON\nqueue.dsn.test   $U@queue.dsn.test@QUEUE-DAEMON\nlmtp.dsn.test   $U@lmtp.dsn.test@LMTP-DAEMON\nstore.test   $U@store.test@STORE-DAEMON\n.domain.com   ',
        )
        .concat(
          '\ntcp_direct smtp\nDIRECT-DAEMON\n\ntcp_queue smtp\nQUEUE-DAEMON\n\ntcp_lmtp smtp\nLMTP-DAEMON\n\ntcp_store smtp\nSTORE-DAEMON\n',
        ),
      mappings: `ORIG_SEND_ACCESS

  tcp_local|*|tcp_local|*             $NRelaying$ not$ permitted
  *|*|*|${BOB}|no+1@first.example   $NNot$ him
  *|*|*|${BOB}*                     $C$:S$NNot$ so
`,
      general: 'jane.doe  lou%queue.dsn.test@PROCESS-DAEMON\njoe  joe%other.com@PROCESS-DAEMON\n',
      config: {
        'pmdf/aliases':
          'alias: kim@direct.dsn.test\nlist: kim@direct.dsn.test, lee@queue.dsn.test\nsecond: max@lmtp.dsn.test, lee@queue.dsn.test\nlater: several@process-daemon\nseveral: ned@queue.dsn.test, lee@queue.dsn.test\n',
      },
      settings: 'access: { orcpt: true }\n',
      delivery: (ports) => `delivery:
  l: { method: through, next_hop: '127.0.0.1:${ports.l}' }
  tcp_local: { method: queue, next_hop: '127.0.0.1:${ports.tcp_local}' }
  tcp_internal: { method: through, next_hop: '127.0.0.1:${ports.tcp_internal}' }
  tcp_direct: { method: through, next_hop: '127.0.0.1:${dsn.port}' }
  tcp_queue: { method: queue, next_hop: '127.0.0.1:${dsn.port}' }
  tcp_lmtp: { method: through, next_hop: 'lmtp://127.0.0.1:${dsn.port}' }
  tcp_store: { method: queue, next_hop: 'lmtp://127.0.0.1:${ports.tcp_internal}' }
`,
    });
  });
  after(async () => {
    await restarted?.stop();
    await gateway?.stop();
    await dsn?.stop();
  });
  beforeEach(() => {
    gateway.clearSinks();
    dsn.acceptAll();
    dsn.clear();
  });

  async function send({ mail, to, text = sampleMessage('notary') }: Sent, from = ANN): Promise<Reply> {
    const client = await connect({ port: (restarted ?? gateway).port, localAddress: OURS });
    await client.ehlo();
    const begun = await client.mail(from, mail);
    assert.equal(begun.code, 250, begun.text);
    for (const [address, parameters] of to) {
      const given = await client.rcpt(address, parameters);
      assert.equal(given.code, 250, given.text);
    }
    const reply = await client.data(text);
    await client.quit();
    return reply;
  }

  async function accepted(sent: Sent, from?: string): Promise<void> {
    const reply = await send(sent, from);
    assert.equal(reply.code, 250, reply.text);
  }

  function queueIsEmpty(): Promise<void> {
    return until(
      () => gateway.filesIn('queue').length === 0,
      8_000,
      () => `${gateway.filesIn('queue').join(' ')} gone`,
    );
  }

  async function reports(count: number): Promise<readonly SinkMessage[]> {
    await queueIsEmpty();
    const { messages } = gateway.sinks.tcp_local;
    const found = messages.filter(({ envelopeFrom }) => envelopeFrom === '');
    assert.equal(found.length, count, messages.map(({ raw }) => raw.toString()).join('\n'));
    return found;
  }

  function fieldOf(text: string, name: string): string | undefined {
    return new RegExp(`^${name}: *(.*?)\\r?$`, 'im').exec(text)?.[1];
  }

  /** The report says when the message came: since `before`. */
  function assertArrival(text: string, before: number): void {
    const arrival = Date.parse(fieldOf(text, 'Arrival-Date') ?? '');
    assert.ok(arrival >= before - 1_000 && arrival <= Date.now(), fieldOf(text, 'Arrival-Date'));
  }

  it('is offered', async () => {
    const client = await connect({ port: gateway.port, localAddress: OURS });
    assert.match((await client.ehlo()).text, /^DSN$/m);
    await client.quit();
  });

  for (const [command, parameters, line] of [
    ['MAIL', 'RET=ALL', '501 5.5.4 RET must be FULL or HDRS'],
    ['MAIL', 'RET=FULL RET=HDRS', '501 5.5.4 MAIL has the parameter RET twice'],
    ['MAIL', 'ENVID=a+', '501 5.5.4 ENVID must be xtext of 1 to 100 characters'],
    ['MAIL', `ENVID=${'x'.repeat(101)}`, '501 5.5.4 ENVID must be xtext of 1 to 100 characters'],
    ['MAIL', 'BODY=BINARYMIME', '555 5.5.4 the parameter BODY=BINARYMIME of MAIL is not supported'],
    ['MAIL', 'BY=120;R', '555 5.5.4 the parameter BY of MAIL is not supported'],
    ['MAIL', 'AUTH=<>', '555 5.5.4 the parameter AUTH of MAIL is not supported'],
    ['MAIL', 'NOTIFY=NEVER', '555 5.5.4 the parameter NOTIFY of MAIL is not supported'],
    ['MAIL', 'SIZE=99999999999', '552 5.3.4 the message is larger than 26214400 octets'],
    [
      'RCPT',
      'NOTIFY=NEVER,SUCCESS',
      '501 5.5.4 NOTIFY must be NEVER, or a list of SUCCESS, FAILURE and DELAY, each once',
    ],
    ['RCPT', 'NOTIFY=DELAY NOTIFY=DELAY', '501 5.5.4 RCPT has the parameter NOTIFY twice'],
    [
      'RCPT',
      'ORCPT=rfc822;a+0D+0Ab',
      '501 5.5.4 ORCPT must be TYPE;ADDRESS in xtext, at most 500 characters',
    ],
    ['RCPT', 'RET=FULL', '555 5.5.4 the parameter RET of RCPT is not supported'],
    ['RCPT', 'X=1', '555 5.5.4 the parameter X of RCPT is not supported'],
  ] as const) {
    it(`${command} with ${parameters.slice(0, 40)} gets ${line.slice(0, 9)}, and the next one counts`, async () => {
      const client = await connect({ port: gateway.port, localAddress: OURS });
      await client.ehlo();
      if (command === 'RCPT') assert.equal((await client.mail(ANN)).code, 250);
      const given =
        command === 'MAIL' ? await client.mail(ANN, parameters) : await client.rcpt(BOB, parameters);
      assert.deepEqual(given.lines, [line]);
      if (command === 'MAIL') assert.equal((await client.mail(ANN)).code, 250);
      assert.equal((await client.rcpt(BOB)).code, 250);
      assert.equal((await client.data(sampleMessage('next'))).code, 250);
      await client.quit();
      const [message] = gateway.sinks.l.messages;
      assert.deepEqual([message?.mailParameters, message?.rcptParameters], ['', ['']]);
    });
  }

  it('may have as many characters as the RFC permits, though connection.ini permits lines of 512', async () => {
    const client = await connect({ port: gateway.port, localAddress: OURS });
    await client.ehlo();
    const ini = readFileSync(path.join(harakaFolder(), 'config', 'connection.ini'), 'utf8');
    assert.match(ini, /^line_length *= *512$/m);
    assert.equal((await client.mail(ANN, `RET=HDRS ENVID=${'x'.repeat(100)}`)).code, 250);
    const orcpt = `ORCPT=rfc822;${'x'.repeat(493)}`;
    const longest = `${'b'.repeat(64)}@${'d'.repeat(56)}.${'d'.repeat(56)}.${'d'.repeat(56)}.direct.dsn.test`;
    for (const to of [DIRECT, longest]) {
      const reply = await client.rcpt(to, `${orcpt} NOTIFY=SUCCESS,FAILURE,DELAY`);
      assert.ok([250, 550].includes(reply.code), reply.text);
    }
    assert.equal((await client.send(`NOOP ${'x'.repeat(1_100)}`)).code, 521);
    await client.close();
  });

  it('a non-ASCII address requires SMTPUTF8', async () => {
    const client = await connect({ port: gateway.port, localAddress: OURS });
    const refusal = ['553 5.6.7 a non-ASCII address requires the parameter SMTPUTF8 of MAIL'];
    await client.ehlo();
    assert.deepEqual((await client.mail('jörg@domain.com')).lines, refusal);
    assert.equal((await client.mail(ANN, 'SMTPUTF8')).code, 250);
    assert.equal((await client.rcpt('jörg@direct.dsn.test')).code, 250);
    assert.equal((await client.mail(ANN)).code, 250);
    for (const to of ['jörg@direct.dsn.test', 'bob@bücher.dsn.test'])
      assert.deepEqual((await client.rcpt(to)).lines, refusal);
    await client.quit();
  });

  it('a non-ASCII ORCPT requires SMTPUTF8', async () => {
    const client = await connect({ port: gateway.port, localAddress: OURS });
    await client.ehlo();
    assert.equal((await client.mail(ANN)).code, 250);
    assert.deepEqual((await client.rcpt(DIRECT, 'ORCPT=utf-8;jörg@domain.com')).lines, [
      '501 5.5.4 a non-ASCII ORCPT requires the parameter SMTPUTF8 of MAIL',
    ]);
    assert.equal((await client.rcpt(DIRECT, 'ORCPT=utf-8;j\\x{F6}rg@domain.com')).code, 250);
    await client.send('RSET');
    assert.equal((await client.mail(ANN, 'SMTPUTF8')).code, 250);
    assert.equal((await client.rcpt(DIRECT, 'ORCPT=utf-8;jörg@domain.com')).code, 250);
    await client.quit();
  });

  it('is in the probes of the tables, decoded', async () => {
    const client = await connect({ port: gateway.port, localAddress: OURS });
    await client.ehlo();
    await client.mail(ANN);
    for (const [parameters, text] of [
      ['ORCPT=rfc822;no+2B1@first.example', /^5\.7\.1 Not him/],
      ['NOTIFY=SUCCESS,DELAY', /^5\.7\.1 Not so/],
      ['NOTIFY=DELAY', null],
      ['ORCPT=rfc822;no+2B2@first.example', null],
    ] as const) {
      const given = await client.rcpt(BOB, parameters);
      if (text === null) assert.equal(given.code, 250, given.text);
      else assert.match(given.text, text);
    }
    await client.quit();
  });

  for (const to of [DIRECT, QUEUED, BY_LMTP]) {
    it(`is passed on to a server with DSN, which reports: ${to}`, async () => {
      const text = sampleMessage('grüße').replace('Hello', 'Grüße');
      const size = text.length + 2;
      await accepted({
        mail: `RET=HDRS ENVID=QQ+2B1 BODY=8BITMIME SIZE=${size}`,
        to: [
          [to, 'NOTIFY=success,FAILURE ORCPT=rfc822;first+2B1@a.example'],
          [`other-${to}`, 'NOTIFY=NEVER'],
          [`third-${to}`],
        ],
        text,
      });
      const [message] = await dsn.waitForMessages(1);
      assert.match(message?.mailParameters ?? '', /^BODY=8BITMIME SIZE=\d+ RET=HDRS ENVID=QQ\+2B1$/);
      assert.deepEqual(message?.envelopeTo, [to, `other-${to}`, `third-${to}`]);
      assert.deepEqual(message?.rcptParameters, [
        'NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;first+2B1@a.example',
        'NOTIFY=NEVER',
        '',
      ]);
      await reports(0);
    });
  }

  it('is passed on with each message on a kept connection', async () => {
    for (const id of ['one', 'two', 'three']) {
      await accepted({ mail: `ENVID=${id}`, to: [[QUEUED, 'NOTIFY=SUCCESS']] });
      await queueIsEmpty();
    }
    assert.deepEqual(
      dsn.messages.map(({ mailParameters }) => mailParameters.replace(/^SIZE=\d+ /, '')),
      ['ENVID=one', 'ENVID=two', 'ENVID=three'],
    );
    assert.ok(dsn.messages.every(({ rcptParameters }) => rcptParameters.join() === 'NOTIFY=SUCCESS'));
  });

  for (const [to, channel] of [
    [`x@sub.domain.com`, 'tcp_internal'],
    ['bob@other.com', 'tcp_local'],
    ['bob@store.test', 'tcp_internal'],
  ] as const) {
    it(`is answered by \`relayed\` where a server has no DSN: ${to}`, async () => {
      const before = Date.now();
      await accepted({
        mail: 'ENVID=QQ1 RET=HDRS',
        to: [
          [to, 'NOTIFY=SUCCESS ORCPT=rfc822;first@a.example'],
          [`b${to}`, 'NOTIFY=FAILURE'],
          [`c${to}`, 'NOTIFY=NEVER'],
          [`d${to}`],
        ],
      });
      const [report] = await reports(1);
      const said = gateway.sinks[channel].messages
        .filter(({ envelopeFrom }) => envelopeFrom !== '')
        .map(({ mailParameters, rcptParameters }) => `${mailParameters}${rcptParameters.join('')}`);
      assert.equal(said.join(''), '');
      assert.ok(report !== undefined);
      const { action, finalRecipient, text, to: reportTo } = bounceOf(report);
      assert.deepEqual([action, reportTo], ['relayed', [ANN]]);
      assert.match(finalRecipient, new RegExp(`^rfc822; ?${to}$`));
      assert.equal(fieldOf(text, 'Original-Envelope-Id'), 'QQ1');
      assert.match(fieldOf(text, 'Original-Recipient') ?? '', /^rfc822; ?first@a\.example$/);
      assert.match(fieldOf(text, 'Status') ?? '', /^2\.0\.0/);
      assert.equal([...text.matchAll(/^Final-Recipient:/gim)].length, 1);
      assertArrival(text, before);
    });
  }

  it('is asked in vain by the null sender', async () => {
    await accepted({ to: [['x@sub.domain.com', 'NOTIFY=SUCCESS']] }, '');
    await reports(0);
  });

  it('is kept through the process channel, with the address that the client named', async () => {
    await accepted({
      mail: 'ENVID=QQ2',
      to: [
        ['jane.doe@domain.com', 'NOTIFY=SUCCESS,DELAY'],
        ['joe@domain.com', 'NOTIFY=SUCCESS'],
      ],
    });
    const [forwarded] = await dsn.waitForMessages(1);
    assert.match(forwarded?.mailParameters ?? '', /ENVID=QQ2$/);
    assert.deepEqual(forwarded?.rcptParameters, ['NOTIFY=SUCCESS,DELAY ORCPT=rfc822;jane.doe@domain.com']);
    const [report] = await reports(1);
    assert.ok(report !== undefined);
    const { action, text } = bounceOf(report);
    assert.equal(action, 'relayed');
    assert.match(fieldOf(text, 'Original-Recipient') ?? '', /^rfc822; ?joe@domain\.com$/);
  });

  it('is kept for an alias, and named where nothing was asked', async () => {
    await accepted({ to: [['alias@domain.com']] });
    await accepted({ to: [['alias@domain.com', 'NOTIFY=NEVER ORCPT=rfc822;first@a.example']] });
    assert.deepEqual(
      dsn.messages.map(({ rcptParameters }) => rcptParameters),
      [['ORCPT=rfc822;alias@domain.com'], ['NOTIFY=NEVER ORCPT=rfc822;first@a.example']],
    );
  });

  for (const [name, members] of [
    ['list@domain.com', 2],
    ['later@domain.com', 2],
  ] as const) {
    it(`is answered by \`expanded\` for ${name}, whose members report failures only`, async () => {
      const before = Date.now();
      await accepted({ mail: 'ENVID=QQ3', to: [[name, 'NOTIFY=SUCCESS,FAILURE']] });
      const [report] = await reports(1);
      assert.ok(report !== undefined);
      const { action, finalRecipient, text } = bounceOf(report);
      assert.equal(action, 'expanded');
      assertArrival(text, before);
      if (name === 'list@domain.com') assert.match(finalRecipient, /^rfc822; ?list@domain\.com$/);
      else assert.match(fieldOf(text, 'Original-Recipient') ?? '', /^rfc822; ?later@domain\.com$/);
      const each = dsn.messages.flatMap(({ rcptParameters }) => rcptParameters);
      assert.deepEqual(
        each,
        Array.from({ length: members }, () => `NOTIFY=FAILURE ORCPT=rfc822;${name}`),
      );
    });
  }

  it('is answered by one report, however many lists are named and however often', async () => {
    const lists: (readonly [string, string])[] = ['list', 'second', 'list', 'list', 'second'].map((name) => [
      `${name}@domain.com`,
      'NOTIFY=SUCCESS',
    ]);
    await accepted({ to: [...lists, ['list@domain.com', 'NOTIFY=SUCCESS ORCPT=rfc822;a@b.example']] });
    const [report] = await reports(1);
    const text = report?.raw.toString() ?? '';
    assert.deepEqual(
      [...text.matchAll(/^(?:Original|Final)-Recipient: rfc822; (.*)\r$/gm)].map(([, address]) => address),
      ['list@domain.com', 'second@domain.com', 'a@b.example', 'list@domain.com'],
    );
  });

  it('is all of what was asked for a mailbox that is named twice', async () => {
    for (const to of [DIRECT, QUEUED]) {
      dsn.clear();
      await accepted({
        to: [
          [to, 'NOTIFY=DELAY'],
          [to.replace('dsn.test', 'DSN.test'), 'NOTIFY=SUCCESS'],
        ],
      });
      await queueIsEmpty();
      assert.deepEqual(
        dsn.messages.map(({ rcptParameters }) => rcptParameters),
        [['NOTIFY=SUCCESS,DELAY']],
      );
    }
  });

  it('of SIZE is too much for the next server: nothing is sent', async () => {
    const client = await connect({ port: gateway.port, localAddress: OURS });
    await client.ehlo();
    assert.equal((await client.mail(ANN, `SIZE=${limit + 1}`)).code, 250);
    assert.deepEqual((await client.rcpt(DIRECT)).lines, [
      `552 5.3.4 the next mail server takes at most ${limit} octets`,
    ]);
    await client.quit();
    assert.deepEqual(dsn.attempts, []);
    const text = `${sampleMessage('large')}${`${'x'.repeat(70)}\r\n`.repeat(limit / 70)}`;
    const large = await send({ to: [[DIRECT]], text });
    // At the end of DATA Haraka's own code for every refusal is 550.
    assert.equal(`${large.code} ${large.text.slice(0, 5)}`, '550 5.3.4');
    await accepted({ to: [[QUEUED]], text });
    const [report] = await reports(1);
    assert.ok(report !== undefined);
    assert.match(bounceOf(report).status, /^5\.3\.4/);
    assert.deepEqual(dsn.messages, []);
    // The connection that was kept is still good.
    await accepted({ to: [[QUEUED]] });
    await dsn.waitForMessages(1);
  });

  it('is kept across a restart', async () => {
    for (const one of [QUEUED, 'lou@queue.dsn.test'])
      dsn.refuseRecipient(one, { code: 450, text: '4.2.1 busy' });
    await accepted({
      mail: 'RET=FULL ENVID=QQ4',
      to: [
        [QUEUED, 'NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;first@a.example'],
        ['jane.doe@domain.com', 'NOTIFY=FAILURE'],
      ],
    });
    await until(
      () => dsn.attempts.length >= 2,
      5_000,
      () => 'two attempts',
    );
    gateway.kill('SIGKILL');
    await gateway.exited;
    dsn.acceptAll();
    restarted = await gateway.install.start();
    await until(
      () => {
        restarted?.kill('SIGHUP');
        return dsn.messages.length === 2;
      },
      8_000,
      () => 'two messages',
    );
    const said = dsn.messages.map(({ mailParameters, rcptParameters }) => [
      mailParameters.replace(/^SIZE=\d+ /, ''),
      ...rcptParameters,
    ]);
    assert.deepEqual(said.sort(), [
      ['RET=FULL ENVID=QQ4', 'NOTIFY=FAILURE ORCPT=rfc822;jane.doe@domain.com'],
      ['RET=FULL ENVID=QQ4', 'NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;first@a.example'],
    ]);
  });
});
