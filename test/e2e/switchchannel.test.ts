/*
 * pmdf/switchchannel: which channel a client comes in on, by its name, its address and the listener, and what that
 * channel lets it do. Ref: PMDF 2.3.4.40, 2.3.4.42
 */

import assert from 'node:assert/strict';
import { sampleMessage } from './support/deliver.js';
import { freePort } from './support/free-port.js';
import { exampleFile, type Gateway, startGateway } from './support/gateway.js';
import { connect, type SmtpClient } from './support/smtp-client.js';

/** A rule for the IPv6 loopback, and initial channels that differ in one keyword. */
const CNF = exampleFile('pmdf.cnf')
  .replace('[127.0.1.]', '[IPv6:::1]    $U%[IPv6:::1]@TCP-INTERNAL$E$R\n[127.0.1.]')
  .concat(
    ['identnonelimited', 'identnonenumeric', 'forwardchecknone', 'forwardchecktag', 'forwardcheckdelete']
      .map((keyword) => `\ntcp_${keyword} smtp mx switchchannel remotehost ${keyword}\n${keyword}-DAEMON\n`)
      .join(''),
    '\ntcp_fixed smtp mx noswitchchannel\nFIXED-DAEMON\n',
  );

const NAMES = {
  'PTR 5.2.0.127.in-addr.arpa': ['pc.domain.com'],
  'A pc.domain.com': ['127.0.2.5'],
  'PTR 6.2.0.127.in-addr.arpa': ['pc.domain.com'],
  'PTR 7.2.0.127.in-addr.arpa': ['mx.other.example'],
  'A mx.other.example': ['127.0.2.7'],
  'PTR 8.2.0.127.in-addr.arpa': ['domain.com'],
  'A domain.com': ['127.0.2.8'],
  'PTR 9.2.0.127.in-addr.arpa': ['first.other.example', 'second.domain.com'],
  'A second.domain.com': ['127.0.2.9'],
  'PTR 10.2.0.127.in-addr.arpa': ['[127.0.1.5]'],
  'PTR 11.2.0.127.in-addr.arpa': 'failure',
  'PTR 12.2.0.127.in-addr.arpa': 'silence',
  'PTR 13.2.0.127.in-addr.arpa': ['slow.domain.com'],
  'A slow.domain.com': 'silence',
  'PTR 14.2.0.127.in-addr.arpa': ['PC14.Domain.COM'],
  'A pc14.domain.com': ['127.0.2.14'],
  'PTR 6.1.0.127.in-addr.arpa': ['pc.elsewhere.example'],
  'A pc.elsewhere.example': ['127.0.1.6'],
  'PTR 7.1.0.127.in-addr.arpa': ['forged.elsewhere.example'],
  'PTR 8.1.0.127.in-addr.arpa': 'silence',
} as const;

/** Records what other plugins can see of the choice. */
const OBSERVER = `exports.hook_mail = function (next, connection) {
  connection.lognotice(this, 'results ' + JSON.stringify(connection.results.get('pmdf/switchchannel')))
  next()
}
`;

interface Row {
  readonly client: string;
  readonly channel: string;
  readonly why: RegExp;
  /** The reply to a stranger who tries to relay; 451 if a name could have made the client internal. */
  readonly refusal?: number;
}

describe('pmdf/switchchannel', () => {
  let gateway: Gateway;
  const ports = new Map<string, number>();

  before(async () => {
    const channels = [
      'tcp_local',
      'tcp_identnonelimited',
      'tcp_identnonenumeric',
      'tcp_forwardchecknone',
      'tcp_forwardchecktag',
      'tcp_forwardcheckdelete',
      'tcp_fixed',
    ];
    for (const channel of channels) ports.set(channel, await freePort());
    const listeners = [...ports].map(([channel, port]) => `  ${port}: ${channel}\n`).join('');
    gateway = await startGateway({
      cnf: CNF,
      names: NAMES,
      settings: `open_relay: allowed\nreverse_timeout: 0.3\nlisteners:\n${listeners}`,
      listen: [...[...ports.values()].map((port) => `127.0.0.1:${port}`), '[::1]:0'],
      plugins: ['pmdf/switchchannel', 'pmdf/access', 'observer', 'queue/smtp_forward', 'pmdf/deliver'],
      pluginFiles: { 'observer.js': OBSERVER },
    });
  });
  after(() => gateway?.stop());
  afterEach(() => gateway.clearSinks());

  async function come(client: string, listener = 'tcp_local'): Promise<{ client: SmtpClient; said: string }> {
    const port = ports.get(listener) ?? 0;
    const before = gateway.log().length;
    const smtp = await connect({ port, localAddress: client });
    await smtp.ehlo('pc.domain.com');
    const line = new RegExp(`channel=\\S+ client=${client.replaceAll('.', '\\.')} .*$`, 'm');
    const log = await gateway.waitForLog((output) => line.test(output.slice(before)));
    return { client: smtp, said: line.exec(log.slice(before))?.[0] ?? '' };
  }

  const rows: readonly Row[] = [
    {
      client: '127.0.1.5',
      channel: 'tcp_internal',
      why: /`\[127\.0\.1\.5\]` belongs to channel `tcp_internal`/,
    },
    { client: '127.0.2.1', channel: 'tcp_local', why: /no name: the address has no name/ },
    {
      client: '127.0.2.5',
      channel: 'tcp_internal',
      why: /`pc\.domain\.com` belongs to channel `tcp_internal`/,
    },
    { client: '127.0.2.6', channel: 'tcp_local', why: /not confirmed, the name has other addresses/ },
    {
      client: '127.0.2.7',
      channel: 'tcp_local',
      why: /`mx\.other\.example` stays on channel `tcp_local`/,
    },
    { client: '127.0.2.8', channel: 'tcp_local', why: /channel `l`, which has noswitchchannel/ },
    { client: '127.0.2.9', channel: 'tcp_internal', why: /`second\.domain\.com` belongs/ },
    { client: '127.0.2.10', channel: 'tcp_local', why: /the address has no usable name/ },
    { client: '127.0.2.11', channel: 'tcp_local', why: /the look-up of the address failed/, refusal: 451 },
    { client: '127.0.2.12', channel: 'tcp_local', why: /no answer within 300 ms/, refusal: 451 },
    {
      client: '127.0.2.13',
      channel: 'tcp_local',
      why: /not confirmed, no answer within 300 ms/,
      refusal: 451,
    },
    { client: '127.0.2.14', channel: 'tcp_internal', why: /belongs to channel `tcp_internal`/ },
    {
      client: '127.0.1.6',
      channel: 'tcp_local',
      why: /`pc\.elsewhere\.example` stays on channel `tcp_local`/,
    },
    { client: '127.0.1.7', channel: 'tcp_internal', why: /`\[127\.0\.1\.7\]` .*not confirmed/ },
    { client: '127.0.1.8', channel: 'tcp_internal', why: /`\[127\.0\.1\.8\]` .*no answer within 300 ms/ },
  ];
  for (const { client, channel, why, refusal = 550 } of rows) {
    it(`puts ${client} on ${channel}: ${why.source}`, async () => {
      const { client: smtp, said } = await come(client);
      assert.match(said, new RegExp(`^channel=${channel} `));
      assert.match(said, why);
      const relaying = channel === 'tcp_internal';
      assert.match(said, new RegExp(` relaying=${relaying} `));
      await smtp.mail('a@client.example');
      assert.equal((await smtp.rcpt('bob@other.com')).code, relaying ? 250 : refusal);
      await smtp.close();
    });
  }

  const listenerRows: readonly (Row & { readonly listener: string })[] = [
    {
      listener: 'tcp_fixed',
      client: '127.0.1.5',
      channel: 'tcp_fixed',
      why: /`tcp_fixed` has noswitchchannel/,
    },
    {
      listener: 'tcp_identnonelimited',
      client: '127.0.2.5',
      channel: 'tcp_local',
      why: /does not switch by name/,
    },
    {
      listener: 'tcp_identnonelimited',
      client: '127.0.1.6',
      channel: 'tcp_internal',
      why: /\[127\.0\.1\.6\]/,
    },
    {
      listener: 'tcp_identnonenumeric',
      client: '127.0.2.5',
      channel: 'tcp_local',
      why: /does not switch by name/,
    },
    {
      listener: 'tcp_forwardchecknone',
      client: '127.0.2.6',
      channel: 'tcp_internal',
      why: /`pc\.domain\.com` belongs/,
    },
    { listener: 'tcp_forwardchecktag', client: '127.0.2.6', channel: 'tcp_local', why: /not confirmed/ },
    { listener: 'tcp_forwardcheckdelete', client: '127.0.2.6', channel: 'tcp_local', why: /not confirmed/ },
    {
      listener: 'tcp_forwardcheckdelete',
      client: '127.0.2.5',
      channel: 'tcp_internal',
      why: /`pc\.domain\.com` belongs/,
    },
  ];
  for (const { listener, client, channel, why } of listenerRows) {
    it(`puts ${client} on ${channel} when it connects to the listener of ${listener}`, async () => {
      const { client: smtp, said } = await come(client, listener);
      assert.match(said, new RegExp(`^channel=${channel} `));
      assert.match(said, why);
      assert.match(said, new RegExp(` relaying=${channel === 'tcp_internal'} `));
      await smtp.close();
    });
  }

  const receivedRows = [
    { listener: 'tcp_local', client: '127.0.2.5', from: 'pc.domain.com [127.0.2.5]' },
    { listener: 'tcp_identnonelimited', client: '127.0.2.5', from: 'pc.domain.com [127.0.2.5]' },
    { listener: 'tcp_identnonenumeric', client: '127.0.2.5', from: 'Unknown [127.0.2.5]' },
    { listener: 'tcp_forwardchecknone', client: '127.0.2.6', from: 'pc.domain.com [127.0.2.6]' },
    {
      listener: 'tcp_forwardchecktag',
      client: '127.0.2.6',
      from: 'pc.domain.com (not confirmed) [127.0.2.6]',
    },
    { listener: 'tcp_forwardcheckdelete', client: '127.0.2.6', from: 'Unknown [127.0.2.6]' },
  ];
  for (const { listener, client, from } of receivedRows) {
    it(`writes ${from} into the Received line of mail that came to ${listener}`, async () => {
      const { client: smtp } = await come(client, listener);
      await smtp.mail('a@client.example');
      await smtp.rcpt('bob@domain.com');
      assert.equal((await smtp.data(sampleMessage('received'))).code, 250);
      const [message] = await gateway.sinks.l.waitForMessages(1);
      const received = /^Received: from \S+ \((.*)\)\r$/m.exec(message?.raw.toString('utf8') ?? '')?.[1];
      assert.equal(received, from);
      await smtp.close();
    });
  }

  it('looks up no name if the channel has identnonenumeric', async () => {
    const { client } = await come('127.0.2.99', 'tcp_identnonenumeric');
    assert.ok(!gateway.names.questions.includes('PTR 99.2.0.127.in-addr.arpa'));
    await client.close();
  });

  it('ignores the name in EHLO', async () => {
    const { client, said } = await come('127.0.2.1');
    await client.ehlo('[127.0.1.5]');
    assert.match(said, /^channel=tcp_local /);
    await client.mail('a@client.example');
    assert.equal((await client.rcpt('bob@other.com')).code, 550);
    await client.close();
  });

  it('switches a client that comes over IPv6', async () => {
    const port = gateway.ports.at(-1) ?? 0;
    const client = await connect({ port, host: '::1' });
    await gateway.waitForLog(/channel=tcp_internal client=::1 .*`\[IPv6:::1\]` belongs/);
    await client.ehlo();
    await client.mail('a@client.example');
    assert.equal((await client.rcpt('bob@other.com')).code, 250);
    await client.close();
  });

  it('writes channel, reason and kind of name into the results of the connection', async () => {
    const { client } = await come('127.0.2.9');
    await client.mail('a@client.example');
    const log = await gateway.waitForLog(/results .*second\.domain\.com.*/);
    const results = JSON.parse(/results (\{.*second\.domain\.com.*\})/.exec(log)?.[1] ?? '{}');
    assert.equal(results.channel, 'tcp_internal');
    assert.match(results.why, /`second\.domain\.com` belongs to channel `tcp_internal`/);
    assert.equal(results.name, 'confirmed');
    await client.close();
  });

  it('gives the reason in one line for each connection', async () => {
    const before = gateway.log().length;
    const client = await connect({ port: ports.get('tcp_local') ?? 0, localAddress: '127.0.2.77' });
    await client.ehlo();
    await client.mail('a@client.example');
    await client.rcpt('bob@domain.com');
    await client.quit();
    const lines = gateway
      .log()
      .slice(before)
      .match(/channel=\S+ client=127\.0\.2\.77 /g);
    assert.equal(lines?.length, 1);
  });
});

describe('pmdf/switchchannel with other settings', () => {
  const settings = [
    'switch_lookup: literal-then-name\nrelaying_channels: [tcp_local]\n',
    'switch_lookup: literal\nrelaying_channels: []\n',
    'switch_lookup: name\n',
  ];
  const expected = [
    { internal: 'tcp_internal relaying=false', named: 'tcp_internal', other: 'tcp_local relaying=true' },
    { internal: 'tcp_internal relaying=false', named: 'tcp_local', other: 'tcp_local relaying=false' },
    { internal: 'tcp_local relaying=false', named: 'tcp_internal', other: 'tcp_local relaying=false' },
  ];
  for (const [index, text] of settings.entries()) {
    const { internal = '', named = '', other = '' } = expected[index] ?? {};
    it(text.trim().replace('\n', ', '), async () => {
      const gateway = await startGateway({ settings: text, names: NAMES });
      try {
        const rows = [
          ['127.0.1.6', internal],
          ['127.0.2.5', named],
          ['127.0.2.7', other],
        ] as const;
        for (const [client, channel] of rows) {
          const smtp = await connect({ port: gateway.port, localAddress: client });
          const [name = '', relaying = 'relaying='] = channel.split(' ');
          await gateway.waitForLog(`channel=${name} client=${client} ${relaying}`);
          await smtp.quit();
        }
      } finally {
        await gateway.stop();
      }
    });
  }
});
