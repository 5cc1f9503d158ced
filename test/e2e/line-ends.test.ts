/*
 * Messages whose line ends servers read differently, sent through a real Haraka to real servers: none of them finds an
 * end of the message, with commands after it, that the gateway did not see. A rejected message leaves nothing behind; a
 * repaired one arrives once and clean; header lines keep their octets.
 */

import assert from 'node:assert/strict';
import { itWith, missing } from '../support/programs.js';
import { mtaNames, startMta } from './relay/lab.js';
import { exampleFile, type Gateway, startGateway } from './support/gateway.js';
import type { Mta } from './support/mta.js';
import { type Sink, startSink } from './support/sink.js';
import { connect, type Reply, type SmtpClient } from './support/smtp-client.js';
import { until } from './support/until.js';

const STRANGER = '127.0.2.1';
const VICTIM = 'victim@evil.example';
const START_LIMIT_MS = 180_000;

/** The text after `first`; commands follow it. */
const seams: readonly string[] = [
  '\r\n.\r\r\n',
  '\r\n.\r\r\r\n',
  '\r\r\n.\r\r\n',
  '\r\r\n.\r\r\n\r\n',
  '\r.\r',
  '\r\n.\r',
  '\r.\r\n',
  '\r\r.\r\r\n',
  '\r\n\r.\r\r\n',
  '\r\n.\0\r\n',
  '\r\n\0.\r\n',
  '\r\n.\r\0\r\n',
  '\0',
  '\nx\r\n',
];

/** A lone dot that ends the message for some servers only. */
const doubtfulSeams: readonly string[] = ['\n.\n', '\n.\r\n', '\r\n.\n', '\r\r\n.\n', '\0\n.\r\n'];

function smuggled(seam: string): Buffer {
  const inner = `MAIL FROM:<s@b.example>\r\nRCPT TO:<${VICTIM}>\r\nDATA\r\nSubject: inner\r\n\r\nx\r\n.\r\n`;
  return Buffer.from(`Subject: outer\r\n\r\nfirst${seam}${inner}`, 'latin1');
}

/** The servers that are installed. */
const behind = mtaNames.filter((name) => process.env['CI'] === 'true' || missing([name]) === undefined);

function channelOf(name: string): string {
  return `tcp_${name}`;
}

function configuration(): string {
  const rules = behind.map((name) => `${name}.example   $U%domain.com@TCP-${name.toUpperCase()}\n`);
  const blocks = behind.map((name) => `\n${channelOf(name)} smtp single_sys mx\nTCP-${name.toUpperCase()}\n`);
  return `${rules.join('')}${exampleFile('pmdf.cnf')}${blocks.join('')}`;
}

describe('line ends that servers read differently', function () {
  this.timeout(START_LIMIT_MS);
  let gateway: Gateway;
  let sentOn: Sink;
  const servers: Mta[] = [];
  let settings = '';

  before(async () => {
    sentOn = await startSink();
    // One after the other, so that the running ones are stopped when another does not start.
    for (const name of behind) servers.push(await startMta(name, sentOn.port));
    gateway = await startGateway({
      cnf: configuration(),
      config: { 'outbound.ini': 'temp_fail_intervals=1h\nalways_split=true\n' },
      delivery: (ports) => {
        const lines = servers.map(
          ({ name, port }) => `  ${channelOf(name)}: { method: through, next_hop: '127.0.0.1:${port}' }\n`,
        );
        settings = `delivery:
  l: { method: through, next_hop: '127.0.0.1:${ports.l}' }
  tcp_internal: { method: through, next_hop: '127.0.0.1:${ports.tcp_internal}' }
  tcp_local: { method: queue, next_hop: '127.0.0.1:${ports.tcp_local}' }
${lines.join('')}reload: { settle: 0 }
`;
        return settings;
      },
    });
  });
  after(async () => {
    await gateway?.stop();
    for (const server of servers) await server.stop();
    await sentOn?.stop();
  });

  const recipients = [
    'bob@domain.com',
    'jane.doe@domain.com',
    ...behind.map((name) => `bob@${name}.example`),
  ];

  /** Sends the octets after DATA, to one recipient. */
  async function send(
    to: string,
    octets: Buffer,
    hello = 'EHLO client.example',
  ): Promise<[Reply, SmtpClient]> {
    const client = await connect({ port: gateway.port, localAddress: STRANGER });
    assert.equal((await client.send(hello)).code, 250);
    assert.equal((await client.mail('a@client.example')).code, 250);
    assert.equal((await client.rcpt(to)).code, 250, to);
    assert.equal((await client.send('DATA')).code, 354);
    client.sendRaw(octets);
    return [await client.readReply('a reply to the message'), client];
  }

  async function untilIdle(): Promise<void> {
    await until(
      () => gateway.filesIn('queue').length === 0,
      15_000,
      () => `an empty queue\n${gateway.log().slice(-3_000)}`,
    );
    for (const server of servers) await server.idle();
  }

  function arrived(): string[] {
    const { l, tcp_local: outside } = gateway.sinks;
    return [...l.messages, ...outside.messages].map(({ raw }) => raw.toString('latin1'));
  }

  function assertNothingSmuggled(): void {
    const { l, tcp_local: outside } = gateway.sinks;
    for (const sink of [l, outside, sentOn]) {
      assert.deepEqual(
        sink.attempts.filter(({ recipient }) => recipient === VICTIM),
        [],
      );
    }
    for (const text of arrived()) assert.doesNotMatch(text, /\0|\r(?!\n)|(?<!\r)\n/);
  }

  /** Sends every message to every recipient, some at a time. */
  async function sendAll(expected: RegExp, texts: readonly string[]): Promise<void> {
    for (const seam of texts) {
      await Promise.all(
        recipients.map(async (to) => {
          const [reply, client] = await send(to, smuggled(seam));
          assert.match(reply.lines.join('\n'), expected, `${to} ${JSON.stringify(seam)}`);
          await client.close();
        }),
      );
    }
    await untilIdle();
    assertNothingSmuggled();
  }

  it('are rejected after the message, and nothing leaves', async () => {
    await sendAll(/^554 5\.6\.0 (?:bare CR|bare LF|NUL) in line \d+ of the message; /, seams);
    assert.deepEqual(arrived(), []);
    const [reply, client] = await send('bob@domain.com', smuggled('\r'));
    assert.equal(reply.code, 554);
    assert.equal((await client.send('RSET')).code, 250);
    await client.quit();
  });

  it('close the connection if they make an ambiguous end of the message', async () => {
    for (const seam of doubtfulSeams) {
      const [reply, client] = await send('bob@domain.com', smuggled(seam));
      assert.match(reply.lines.join('\n'), /^554 5\.6\.0 the message ends in a dot with a bare LF/);
      await client.closed;
    }
    await untilIdle();
    assertNothingSmuggled();
    assert.deepEqual(arrived(), []);
  });

  it('do not result from a HELO name whose characters end in the octets of CR and LF', async () => {
    gateway.clearSinks();
    const [reply, client] = await send(
      'bob@domain.com',
      Buffer.from('Subject: a\r\n\r\nfirst\r\n.\r\n'),
      'HELO x\u010d\u010a.\u010d\u010aInjected:\u0100y',
    );
    assert.equal(reply.code, 250);
    await client.quit();
    const [text = ''] = arrived();
    assert.doesNotMatch(text, /^Injected:/m);
    assertNothingSmuggled();
    gateway.clearSinks();
  });

  const headers: readonly (readonly [string, string])[] = [
    ['EHLO client.example', 'Subject: k\u00e4se\r\n'],
    ['HELO client.example', 'Subject: k\u00e4se\r\n'],
    ['HELO client.example', `Subject: ${Buffer.from('k\u00e4se').toString('latin1')}\r\n`],
  ];
  for (const [hello, header] of headers) {
    it(`header octets leave as they came after ${hello}: ${JSON.stringify(header)}`, async () => {
      gateway.clearSinks();
      for (const to of ['bob@domain.com', 'jane.doe@domain.com']) {
        const [reply, client] = await send(to, Buffer.from(`${header}\r\n\u00e4\r\n.\r\n`, 'latin1'), hello);
        assert.equal(reply.code, 250);
        await client.quit();
      }
      await untilIdle();
      assert.equal(arrived().length, 2);
      for (const text of arrived())
        assert.ok(text.includes(header) && text.includes('\r\n\r\n\u00e4\r\n'), text);
    });
  }

  it('do not appear in a bounce after a server rejected a message with odd characters in its reply', async () => {
    gateway.clearSinks();
    gateway.sinks.tcp_local.refuseRecipient('jdoe@other.com', { code: 550, text: '5.1.1 no\0such\0user' });
    const [reply, client] = await send(
      'jane.doe@domain.com',
      Buffer.from('Subject: a\r\n\r\nfirst\r\n.\r\n'),
    );
    assert.equal(reply.code, 250);
    await client.quit();
    await gateway.sinks.tcp_local.waitForMessages(1);
    // The copy for the postmaster.
    await gateway.sinks.l.waitForMessages(1);
    const [text = ''] = arrived();
    assert.match(text, /^Diagnostic-Code: .*no such user/m);
    assertNothingSmuggled();
    gateway.clearSinks();
  });

  it('are repaired if the setting says so, and every server reads one message', async () => {
    gateway.replaceFile('pmdf.yaml', `${settings}bare_line_ends: repair\n`);
    await gateway.waitForLog((log) => log.includes('policy 2 is in force'));
    await sendAll(/^250 /, seams);
    assert.equal(gateway.sinks.l.messages.length, seams.length);
    assert.equal(gateway.sinks.tcp_local.messages.length, seams.length);
    for (const text of arrived()) assert.match(text, /\r\nSubject: inner\r\n\r\nx\r\n$/);
    const [reply] = await send('bob@domain.com', smuggled('\n.\r\n'));
    assert.equal(reply.code, 554);
  });

  for (const name of mtaNames) {
    itWith([name], `were sent to ${name}`, () => assert.ok(servers.some((server) => server.name === name)));
  }
});
