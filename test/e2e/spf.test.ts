/*
 * SPF in a real Haraka, with a name server of its own: each row is a sender and the reply to it. The client of the row is on
 * the channel with the keyword, which its address in the header of the proxy protocol chooses.
 */
import assert from 'node:assert/strict';
import { connectionIni, exampleFile, type Gateway, startGateway } from './support/gateway.js';
import { connect, type SmtpClient } from './support/smtp-client.js';

const PROXY = '127.0.3.1';
const client = '203.0.113.7';

const chain = (count: number): Record<string, readonly string[]> =>
  Object.fromEntries(
    Array.from({ length: count }, (_, at) => [
      `TXT n${at}.chain${count}.example`,
      [at === count - 1 ? 'v=spf1 -all' : `v=spf1 redirect=n${at + 1}.chain${count}.example`],
    ]),
  );

const addresses = (count: number): string =>
  `v=spf1 ${Array.from({ length: count }, (_, at) => `a:h${at}.example`).join(' ')} ip4:${client} -all`;

const hosts = Object.fromEntries(
  Array.from({ length: 11 }, (_, at) => [`A h${at}.example`, ['192.0.2.1']] as const),
);

const names = {
  ...hosts,
  ...chain(11),
  ...chain(12),
  'TXT pass.example': [`v=spf1 ip4:${client} -all`],
  'TXT fail.example': ['v=spf1 ip4:192.0.2.1 -all'],
  'TXT soft.example': ['v=spf1 ~all'],
  'TXT neutral.example': ['v=spf1 ?all'],
  'TXT wrong.example': ['v=spf1 ipv4:192.0.2.1 -all'],
  'TXT two.example': ['v=spf1 -all', 'v=spf1 +all'],
  'TXT broken.example': 'failure',
  'TXT silent.example': 'silence',
  'TXT includes.example': ['v=spf1 include:pass.example -all'],
  'TXT includes-not.example': ['v=spf1 -include:pass.example +all'],
  'TXT includes-none.example': ['v=spf1 include:none.example +all'],
  'TXT loop.example': ['v=spf1 include:loop2.example -all'],
  'TXT loop2.example': ['v=spf1 include:loop.example -all'],
  'TXT self.example': ['v=spf1 redirect=self.example'],
  'TXT ten.example': [addresses(10)],
  'TXT eleven.example': [addresses(11)],
  'TXT macros.example': ['v=spf1 exists:%{s}.x.example -all'],
  'TXT helo-macro.example': ['v=spf1 exists:%{h}.x.example -all'],
  'TXT explained.example': [`v=spf1 ip4:${client} -all exp=why.%{d} unknown=%{i}`],
  'TXT redirected.example': ['v=spf1 redirect=%{l}.%{o}'],
  'TXT a.redirected.example': [`v=spf1 exists:%{ir}.%{v}.%{d2} -all`],
  'TXT v4.redirected.example': ['v=spf1 exists:%{i}.%{d2} -all'],
  'A 7.113.0.203.in-addr.redirected.example': ['127.0.0.2'],
  'TXT tab.example': ['v=spf1\t-all'],
  'TXT a-prefix.example': ['v=spf1 a:h.prefix.example/24//64 -all'],
  'TXT a-prefix6.example': ['v=spf1 a:h.prefix.example//64 -all'],
  'TXT mx-prefix.example': ['v=spf1 mx:prefix.example/24//64 -all'],
  'TXT mx-prefix6.example': ['v=spf1 mx:prefix.example//64 -all'],
  'TXT a-wide.example': ['v=spf1 a:h.prefix.example/33 +all'],
  'TXT mx-wide.example': ['v=spf1 mx:prefix.example/24//129 +all'],
  'MX prefix.example': ['10 h.prefix.example'],
  'A h.prefix.example': ['203.0.113.9'],
  'AAAA h.prefix.example': ['2001:db8::9'],
  'TXT helo.example': [`v=spf1 ip4:${client} -all`],
} as const;

/** The sender, and the beginning of the reply. */
const senders: readonly (readonly [sender: string, reply: string])[] = [
  ['a@pass.example', '250'],
  ['a@fail.example', `550 5.7.23 SPF: fail.example does not permit ${client} to send`],
  ['a@soft.example', '250'],
  ['a@neutral.example', '250'],
  ['a@none.example', '250'],
  ['a@wrong.example', '550 5.7.24'],
  ['a@two.example', '550 5.7.24'],
  ['a@broken.example', '451 4.3.0'],
  ['a@silent.example', '451 4.3.0'],
  ['a@includes.example', '250'],
  ['a@includes-not.example', '550 5.7.23'],
  ['a@includes-none.example', '550 5.7.24'],
  ['a@loop.example', '550 5.7.24'],
  ['a@self.example', '550 5.7.24'],
  ['a@ten.example', '250'],
  ['a@eleven.example', '550 5.7.24'],
  ['a@n0.chain11.example', '550 5.7.23'],
  ['a@n0.chain12.example', '550 5.7.24'],
  ['a@explained.example', '250'],
  ['a@redirected.example', '250'],
  ['a@v4.redirected.example', '550 5.7.23'],
  ['a@tab.example', '250'],
  // A macro in the sender would grow without end if it were expanded.
  ['%{s}%{s}@macros.example', '550 5.7.23'],
];

/** The domain, the client, and the code of the reply. */
const prefixes: readonly (readonly [domain: string, address: string, code: string])[] = [
  ...['a-prefix', 'a-prefix6', 'mx-prefix', 'mx-prefix6'].flatMap(
    (name) =>
      [
        [`${name}.example`, '2001:db8::7', '250'],
        [`${name}.example`, '2001:db8:0:1::7', '550'],
        [`${name}.example`, '203.0.113.9', '250'],
        [`${name}.example`, '203.0.114.9', '550'],
        [`${name}.example`, client, name.endsWith('6') ? '550' : '250'],
      ] as const,
  ),
  ['a-wide.example', client, '550'],
  ['mx-wide.example', client, '550'],
  ['mx-prefix.example', '2001:db8:0:0:0:0:0:9', '250'],
  ['a-prefix6.example', '2001:db8:0:0:0:0:0:9', '250'],
];

describe('SPF', () => {
  const gateways = new Map<string, Gateway>();
  before(async () => {
    for (const keywords of ['spfmailfrom', 'spfrcptto', 'spfhelo spfmailfrom']) {
      const gateway = await startGateway({
        cnf: exampleFile('pmdf.cnf').replace('remotehost maytls', `remotehost maytls ${keywords}`),
        settings: 'switch_lookup: literal\nreverse_timeout: 1\nspf: { timeout: 1 }\n',
        names,
        config: { 'connection.ini': connectionIni(PROXY) },
      });
      gateways.set(keywords, gateway);
    }
  });
  after(async () => {
    for (const gateway of gateways.values()) await gateway.stop();
  });

  async function from(keywords: string, address: string): Promise<SmtpClient> {
    const port = gateways.get(keywords)?.port ?? 0;
    const opened = await connect({ port, localAddress: PROXY, awaitGreeting: false });
    const [family, ours] = address.includes(':') ? ['TCP6', '::1'] : ['TCP4', '127.0.0.1'];
    opened.sendRaw(Buffer.from(`PROXY ${family} ${address} ${ours} 4000 25\r\n`));
    await opened.readReply('a greeting');
    return opened;
  }

  async function repliesTo(
    keywords: string,
    commands: readonly string[],
    address = client,
  ): Promise<string[]> {
    const opened = await from(keywords, address);
    const replies: string[] = [];
    for (const command of commands) {
      const { code, text } = await opened.send(command);
      replies.push(`${code} ${text}`);
    }
    await opened.quit();
    return replies;
  }

  for (const [sender, expected] of senders)
    it(`at MAIL: ${expected} to <${sender}>`, async () => {
      const [, reply = ''] = await repliesTo('spfmailfrom', ['EHLO none.example', `MAIL FROM:<${sender}>`]);
      assert.ok(reply.startsWith(expected), reply);
    });

  for (const [domain, address, code] of prefixes)
    it(`prefixes of addresses: ${code} to ${address} for ${domain}`, async () => {
      const commands = ['EHLO none.example', `MAIL FROM:<a@${domain}>`];
      const [, reply = ''] = await repliesTo('spfmailfrom', commands, address);
      assert.equal(reply.slice(0, 3), code, reply);
    });

  it('of the null sender: postmaster at the name of the client', async () => {
    for (const [helo, code] of [
      ['fail.example', '550'],
      ['pass.example', '250'],
      ['[203.0.113.7]', '250'],
    ] as const) {
      const [, reply = ''] = await repliesTo('spfmailfrom', [`EHLO ${helo}`, 'MAIL FROM:<>']);
      assert.equal(reply.slice(0, 3), code, `${helo}: ${reply}`);
    }
  });

  it('without end for no name that a client gives', async () => {
    for (const helo of ['%{h}%{h}', '$&$&', '%{s}%{l}']) {
      const [, reply = ''] = await repliesTo('spfmailfrom', [
        `EHLO ${helo}`,
        'MAIL FROM:<a@helo-macro.example>',
      ]);
      assert.match(reply, /^550 5\.7\.23 /, helo);
    }
  });

  it('at RCPT', async () => {
    const recipient = 'RCPT TO:<bob@domain.com>';
    for (const [domain, code] of [
      ['fail.example', '550'],
      ['pass.example', '250'],
      ['broken.example', '451'],
    ] as const) {
      const commands = ['EHLO none.example', `MAIL FROM:<a@${domain}>`, recipient];
      const [, mail = '', reply = ''] = await repliesTo('spfrcptto', commands);
      assert.equal(`${mail.slice(0, 3)} ${reply.slice(0, 3)}`, `250 ${code}`, `${domain}: ${reply}`);
    }
  });

  it('at RCPT, with one question for all recipients of a message', async () => {
    const recipient = 'RCPT TO:<bob@domain.com>';
    const commands = ['EHLO none.example', 'MAIL FROM:<many@pass.example>', recipient, recipient, recipient];
    const replies = await repliesTo('spfrcptto', commands);
    assert.equal(replies.filter((reply) => reply.startsWith('250 ')).length, commands.length, replies.join());
    const asked = gateways.get('spfrcptto')?.names.questions ?? [];
    const before = asked.filter((one) => one === 'TXT pass.example').length;
    await repliesTo('spfrcptto', commands);
    assert.equal(asked.filter((one) => one === 'TXT pass.example').length, before);
    assert.ok(before > 0);
  });

  it('at EHLO and HELO', async () => {
    const replies = await repliesTo('spfhelo spfmailfrom', [
      'EHLO fail.example',
      'HELO fail.example',
      'EHLO helo.example',
    ]);
    assert.deepEqual(
      replies.map((reply) => reply.slice(0, 3)),
      ['550', '550', '250'],
    );
  });

  it('not of inside clients', async () => {
    const commands = ['EHLO fail.example', 'MAIL FROM:<a@fail.example>', 'RCPT TO:<bob@domain.com>'];
    const replies = await repliesTo('spfhelo spfmailfrom', commands, '127.0.1.5');
    assert.deepEqual(
      replies.map((reply) => reply.slice(0, 3)),
      ['250', '250', '250'],
    );
  });
});
