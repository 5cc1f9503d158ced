/*
 * What a sender asked for is in the held file, whichever way the message was held, and counts again when the message is sent on by
 * hand as docs/access.md says.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { sampleMessage } from './support/deliver.js';
import { exampleFile, type Gateway, startGateway } from './support/gateway.js';
import { type Sink, startSink } from './support/sink.js';
import { connect } from './support/smtp-client.js';
import { until } from './support/until.js';

const mappings = `ORIG_SEND_ACCESS

  tcp_local|*|tcp_direct|held@*    $Y$H
  tcp_local|*|tcp_direct|*         $Y
  process|*|*|second@*             $Y$H
  tcp_local|*|tcp_local|*          $NRelaying$ not$ permitted
`;

/** A held file, read as docs/access.md describes it. */
interface Held {
  readonly mail: string;
  readonly recipients: readonly string[];
  readonly message: Buffer;
}

function readHeld(file: string): Held {
  const octets = readFileSync(file);
  const lines = octets.toString('latin1').split('\r\n');
  const commands: string[] = [];
  let length = 0;
  for (const line of lines) {
    const [, name, value = ''] = /^X-Envelope-(Lines|From|Expanded|To|Parameters): ?(.*)$/.exec(line) ?? [];
    if (name === undefined) break;
    length += line.length + 2;
    if (name === 'Lines' || name === 'Expanded') continue;
    const text = Buffer.from(value, 'latin1').toString('utf8');
    if (name === 'Parameters') commands.push(`${commands.pop() ?? ''} ${text}`);
    else commands.push(`${name.toUpperCase()}:<${text}>`);
  }
  const [from = '', ...to] = commands;
  return {
    mail: `MAIL ${from}`,
    recipients: to.map((one) => `RCPT ${one}`),
    message: octets.subarray(length),
  };
}

describe('the parameters of held mail', () => {
  let gateway: Gateway;
  let dsn: Sink;

  before(async () => {
    dsn = await startSink({ extensions: ['DSN', '8BITMIME', 'SMTPUTF8'] });
    gateway = await startGateway({
      mappings,
      cnf: exampleFile('pmdf.cnf')
        .replace('\n.domain.com   ', '\ndirect.dsn.test   $U%direct.dsn.test@DIRECT-DAEMON\n.domain.com   ')
        .replace(/^(tcp_local .*)$/m, '$1 holdlimit 2')
        .concat('\ntcp_direct smtp\nDIRECT-DAEMON\n'),
      general: 'joe  second%direct.dsn.test@PROCESS-DAEMON\n',
      delivery: (ports) => `delivery:
  l: { method: through, next_hop: '127.0.0.1:${ports.l}' }
  tcp_direct: { method: through, next_hop: '127.0.0.1:${dsn.port}' }
`,
    });
  });
  after(async () => {
    await gateway?.stop();
    await dsn?.stop();
  });
  beforeEach(() => dsn.clear());

  for (const [what, mail, to, heldAs, sent] of [
    [
      '$H',
      'RET=HDRS ENVID=QQ+2B1',
      [['held@direct.dsn.test', 'NOTIFY=SUCCESS,DELAY ORCPT=rfc822;first+2B1@a.example']],
      [
        'MAIL FROM:<a@client.example> RET=HDRS ENVID=QQ+2B1',
        'RCPT TO:<held@direct.dsn.test> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;first+2B1@a.example',
      ],
      ['NOTIFY=SUCCESS,DELAY ORCPT=rfc822;first+2B1@a.example'],
    ],
    [
      '$H, with UTF-8',
      'SMTPUTF8 BODY=8BITMIME',
      [['held@direct.dsn.test', 'NOTIFY=NEVER ORCPT=utf-8;jörg@a.example']],
      [
        'MAIL FROM:<a@client.example> SMTPUTF8 BODY=8BITMIME',
        'RCPT TO:<held@direct.dsn.test> NOTIFY=NEVER ORCPT=utf-8;j\\x{F6}rg@a.example',
      ],
      ['NOTIFY=NEVER ORCPT=utf-8;j\\x{F6}rg@a.example'],
    ],
    [
      'holdlimit',
      'ENVID=QQ2',
      [
        ['one@direct.dsn.test', 'NOTIFY=NEVER'],
        ['two@direct.dsn.test', ''],
        ['three@direct.dsn.test', 'NOTIFY=FAILURE'],
      ],
      [
        'MAIL FROM:<a@client.example> ENVID=QQ2',
        'RCPT TO:<one@direct.dsn.test> NOTIFY=NEVER',
        'RCPT TO:<two@direct.dsn.test>',
        'RCPT TO:<three@direct.dsn.test> NOTIFY=FAILURE',
      ],
      ['NOTIFY=NEVER', '', 'NOTIFY=FAILURE'],
    ],
    [
      '$H of the process channel',
      'RET=FULL',
      [['joe@domain.com', 'NOTIFY=FAILURE']],
      [
        'MAIL FROM:<a@client.example> RET=FULL',
        'RCPT TO:<second@direct.dsn.test> NOTIFY=FAILURE ORCPT=rfc822;joe@domain.com',
      ],
      ['NOTIFY=FAILURE ORCPT=rfc822;joe@domain.com'],
    ],
    [
      '$H, of nothing',
      '',
      [['held@direct.dsn.test', '']],
      ['MAIL FROM:<a@client.example>', 'RCPT TO:<held@direct.dsn.test>'],
      [''],
    ],
  ] as const) {
    it(`are kept and sent on: ${what}`, async () => {
      const before = new Set(gateway.filesIn('held'));
      const added = (): string[] =>
        gateway.filesIn('held').filter((name) => name.endsWith('.HELD') && !before.has(name));
      const client = await connect({ port: gateway.port, localAddress: '127.0.2.1' });
      await client.ehlo();
      assert.equal((await client.mail('a@client.example', mail)).code, 250);
      for (const [address, parameters] of to)
        assert.equal((await client.rcpt(address, parameters)).code, 250, address);
      assert.equal((await client.data(sampleMessage('held'))).code, 250);
      await client.quit();
      await until(
        () => added().length === 1,
        5_000,
        () => `a held file, not ${added().join(' ')}`,
      );
      const held = readHeld(path.join(gateway.dir, 'held', added()[0] ?? ''));
      assert.deepEqual([held.mail, ...held.recipients], heldAs);
      assert.equal(dsn.messages.length, 0);

      const again = await connect({ port: gateway.port, localAddress: '127.0.1.5' });
      await again.ehlo();
      for (const command of [held.mail, ...held.recipients]) {
        const reply = await again.send(command);
        assert.equal(reply.code, 250, `${command}: ${reply.text}`);
      }
      assert.equal((await again.data(held.message)).code, 250);
      await again.quit();
      assert.deepEqual(
        dsn.messages.flatMap((message) => message.rcptParameters),
        sent,
      );
    });
  }
});
