/*
 * Routines in the tables of a real Haraka with two workers: the limit counts for both together, DNS lists are asked, and senders
 * from hosts that do not exist are turned away.
 */
import assert from 'node:assert/strict';
import { connectionIni, exampleFile, type Gateway, startGateway } from './support/gateway.js';
import { connect, type SmtpClient } from './support/smtp-client.js';

const PROXY = '127.0.3.1';
const rate = 5;

const tables = `ORIG_MAIL_ACCESS

  TCP|*|*|203.0.113.12|*|SMTP|*|tcp_local|*|*|*  $C$[check_metermaid,greylisting,grey,$0/$4/$6]$X4.7.1|$NTry$ again$ later$E
  TCP|*|*|*|*|SMTP|*|tcp_local|*|*|*             $C$[PMDF_DNS_VERIFY,dns_verify_domain_warn,$2,warn.example,$2$ is$ listed]$E

PORT_ACCESS

  TCP|*|*|203.0.113.9|*  $C$[IMTA_LIB:conn_throttle.so,throttle,$1,${rate}]$N421$ Connection$ not$ accepted$ at$ this$ time$E
  TCP|*|*|203.0.113.10|*  $C$:A$[IMTA_LIB:check_metermaid.so,throttle,few,$1]$N421$ Connection$ declined$ at$ this$ time$E
  TCP|*|*|*|*  $C$[IMTA_LIB:dns_verify.so,dns_verify_domain_port,$2,bl.example,Your$ host$ ($2)$ found$ on$ list]$E
  *  $YEXTERNAL

FROM_ACCESS

  TCP|*|*|*|*|SMTP|MAIL|tcp_local|*@*|*  $C$[PMDF_DNS_VERIFY,dns_verify,$5|$$y|$$NInvalid$ host:$ $$5$ -$ %e]$E

`;

describe('routines, with two workers', () => {
  let gateway: Gateway;
  before(async () => {
    gateway = await startGateway({
      nodes: 2,
      mappings: `${tables}${exampleFile('mappings')}`,
      settings:
        'switch_lookup: literal\nreverse_timeout: 2\nmetermaid: { few: { quota: 2, quota_time: 3600 }, grey: { type: greylisting, block_time: 0 } }\n',
      names: {
        'A 7.113.0.203.bl.example': ['127.0.0.2'],
        'A 8.113.0.203.bl.example': ['127.0.0.2'],
        'TXT 8.113.0.203.bl.example': ['listed: $Y http://bl.example'],
        'A 14.113.0.203.warn.example': ['127.0.0.2'],
        'TXT 14.113.0.203.warn.example': ['see http://warn.example | $N'],
        'A 15.113.0.203.warn.example': ['127.0.0.2'],
        'A 6.113.0.203.bl.example': 'failure',
        'A there.example': ['192.0.2.1'],
        'A broken.example': 'failure',
      },
      config: { 'connection.ini': connectionIni(PROXY) },
    });
  });
  after(() => gateway?.stop());

  async function from(address: string): Promise<SmtpClient> {
    const client = await connect({ port: gateway.port, localAddress: PROXY, awaitGreeting: false });
    client.sendRaw(Buffer.from(`PROXY TCP4 ${address} 127.0.0.1 4000 25\r\n`));
    return client;
  }

  /** The greetings of so many connections, one after another. */
  async function greetings(address: string, count: number): Promise<string[]> {
    const all: string[] = [];
    for (let number = 0; number < count; number += 1) {
      const client = await from(address);
      const { code, text } = await client.readReply('a greeting');
      all.push(code === 220 ? '220' : `${code} ${text}`);
      await client.close();
    }
    return all;
  }

  it('count the connections of an address over both workers, exactly', async () => {
    const expected = [
      ...Array.from({ length: rate }, () => '220'),
      ...Array.from({ length: 3 }, () => '421 Connection not accepted at this time'),
    ];
    assert.deepEqual(await greetings('203.0.113.9', rate + 3), expected);
    // Others are not counted.
    assert.deepEqual(
      await greetings('203.0.113.11', rate + 1),
      Array.from({ length: rate + 1 }, () => '220'),
    );
  });

  it('are in the log with the reply as the client saw it', async () => {
    await greetings('203.0.113.9', 1);
    await gateway.waitForLog('reply="421 Connection not accepted at this time"');
  });

  it('count in a table of the settings', async () => {
    assert.deepEqual(await greetings('203.0.113.10', 3), [
      '220',
      '220',
      '421 Connection declined at this time',
    ]);
  });

  it('defer an unknown sender and recipient once', async () => {
    const codes: string[] = [];
    for (const sender of ['a@there.example', 'a@there.example', 'b@there.example']) {
      const client = await from('203.0.113.12');
      await client.readReply('a greeting');
      await client.ehlo();
      await client.mail(`<${sender}>`);
      const { code, text } = await client.rcpt('bob@domain.com');
      codes.push(code === 250 ? '250' : `${code} ${text}`);
      await client.quit();
    }
    assert.deepEqual(
      codes.map((one) => one.replace(/ Try again later.*$/, ' ...')),
      ['450 4.7.1 ...', '250', '450 4.7.1 ...'],
    );
  });

  it('refuse clients on a DNS list, with its text or that of the entry', async () => {
    const [usual] = await greetings('203.0.113.7', 1);
    assert.match(String(usual), /^5\d\d .*Your host \(203\.0\.113\.7\) found on list$/);
    const [own] = await greetings('203.0.113.8', 1);
    assert.match(String(own), /^5\d\d .*listed: \$Y http:\/\/bl\.example$/);
  });

  /** The client, and the header line that its message gets. */
  const warnings: readonly (readonly [string, readonly string[]])[] = [
    ['203.0.113.14', ['X-RBL-Warning: warn.example: see http://warn.example / $N']],
    ['203.0.113.15', ['X-RBL-Warning: warn.example: 203.0.113.15 is listed']],
    ['203.0.113.16', []],
  ];
  for (const [address, lines] of warnings) {
    it(`add ${lines.length} header lines to a message from ${address}`, async () => {
      gateway.clearSinks();
      const client = await from(address);
      await client.readReply('a greeting');
      await client.ehlo();
      await client.mail('a@there.example');
      for (const name of ['ann', 'bob']) assert.equal((await client.rcpt(`${name}@domain.com`)).code, 250);
      assert.equal((await client.data('Subject: warned\r\n\r\ntext\r\n')).code, 250);
      await client.quit();
      const [message] = await gateway.sinks.l.waitForMessages(1);
      const [header = ''] = String(message?.raw).split('\r\n\r\n');
      assert.match(header, /^Subject: warned$/m);
      assert.deepEqual(header.match(/^X-RBL-Warning: .*$/gm) ?? [], lines);
    });
  }

  it('let everybody in while the list fails, and log it', async () => {
    assert.deepEqual(await greetings('203.0.113.6', 1), ['220']);
    await gateway.waitForLog('the list bl.example is not asked');
  });

  /** The sender, and the reply to MAIL. */
  const senders: readonly (readonly [string, number, string])[] = [
    ['a@there.example', 250, ''],
    ['a@nx.example', 550, 'Invalid host: nx.example - host not found'],
    ['a@broken.example', 451, ''],
    ['', 250, ''],
  ];
  for (const [sender, code, text] of senders) {
    it(`reply ${code} to the sender <${sender}>`, async () => {
      const client = await from('203.0.113.11');
      await client.readReply('a greeting');
      await client.ehlo();
      const mail = await client.mail(`<${sender}>`);
      const reply = mail.code === 250 ? await client.rcpt('bob@domain.com') : mail;
      assert.equal(reply.code, code, reply.text);
      assert.ok(reply.text.includes(text), reply.text);
      await client.quit();
    });
  }
});
