/*
 * `$[IMTA_LIBUTIL,hostName,$L]` in the rewrite rules of a real Haraka, with a name server of its own: the confirmed name of an
 * address literal chooses the channel of a client, and the channel and address of a recipient. Without such a name the next rule
 * is tried.
 */
import assert from 'node:assert/strict';
import { connectionIni, type Gateway, startGateway } from './support/gateway.js';
import { connect, type SmtpClient } from './support/smtp-client.js';

const PROXY = '127.0.3.1';

const cnf = `domain.com    $U@domain.com
[127.0.1.]    $U%[127.0.1.$L]@TCP-INTERNAL$E$R
[]            $E$U%$[IMTA_LIBUTIL,hostName,$L]@TCP-NAMED
.             $U%$H@TCP-DAEMON

l
domain.com

tcp_local smtp mx switchchannel
TCP-DAEMON

tcp_internal smtp mx
TCP-INTERNAL

tcp_named smtp mx
TCP-NAMED

process
PROCESS-DAEMON
`;

interface Row {
  readonly what: string;
  readonly address: string;
  /** The channel of a client with the address. */
  readonly source: string;
  /** Where mail for a user at the address literal goes, and the host in it. */
  readonly sink: 'tcp_internal' | 'tcp_local';
  readonly host: string;
}

const rows: readonly Row[] = [
  {
    what: 'a confirmed name',
    address: '203.0.113.7',
    source: 'tcp_named',
    sink: 'tcp_internal',
    host: 'mail.partner.example',
  },
  {
    what: 'a name that resolves to another address',
    address: '203.0.113.8',
    source: 'tcp_local',
    sink: 'tcp_local',
    host: '[203.0.113.8]',
  },
  {
    what: 'no name',
    address: '203.0.113.9',
    source: 'tcp_local',
    sink: 'tcp_local',
    host: '[203.0.113.9]',
  },
  {
    what: 'a name server that fails',
    address: '203.0.113.10',
    source: 'tcp_local',
    sink: 'tcp_local',
    host: '[203.0.113.10]',
  },
  {
    what: 'a name server that does not answer',
    address: '203.0.113.11',
    source: 'tcp_local',
    sink: 'tcp_local',
    host: '[203.0.113.11]',
  },
  {
    what: 'a name without a dot',
    address: '203.0.113.12',
    source: 'tcp_local',
    sink: 'tcp_local',
    host: '[203.0.113.12]',
  },
];

describe('hostName in rewrite rules', () => {
  let gateway: Gateway;
  before(async () => {
    gateway = await startGateway({
      cnf,
      general: '',
      settings: 'switch_lookup: literal\nreverse_timeout: 1\n',
      delivery: ({ l, tcp_internal: inside, tcp_local: outside }) => `delivery:
  l: { method: through, next_hop: '127.0.0.1:${l}' }
  tcp_internal: { method: through, next_hop: '127.0.0.1:${inside}' }
  tcp_named: { method: through, next_hop: '127.0.0.1:${inside}' }
  tcp_local: { method: queue, next_hop: '127.0.0.1:${outside}' }
`,
      names: {
        'PTR 7.113.0.203.in-addr.arpa': ['mail.partner.example'],
        'A mail.partner.example': ['203.0.113.7'],
        'PTR 8.113.0.203.in-addr.arpa': ['forged.example'],
        'A forged.example': ['192.0.2.99'],
        'PTR 10.113.0.203.in-addr.arpa': 'failure',
        'PTR 11.113.0.203.in-addr.arpa': 'silence',
        'PTR 12.113.0.203.in-addr.arpa': ['gate'],
        'A gate': ['203.0.113.12'],
      },
      config: { 'connection.ini': connectionIni(PROXY) },
    });
  });
  after(() => gateway?.stop());
  beforeEach(() => gateway.clearSinks());

  async function from(address: string): Promise<SmtpClient> {
    const client = await connect({ port: gateway.port, localAddress: PROXY, awaitGreeting: false });
    client.sendRaw(Buffer.from(`PROXY TCP4 ${address} 127.0.0.1 4000 25\r\n`));
    assert.equal((await client.readReply('a greeting')).code, 220);
    await client.ehlo();
    return client;
  }

  for (const { what, address, source, sink, host } of rows) {
    it(`${what}: a client comes in on ${source}`, async () => {
      const client = await from(address);
      await client.quit();
      await gateway.waitForLog(`channel=${source} client=${address} `);
    });

    it(`${what}: mail for the literal goes to ${host}`, async () => {
      const client = await from('127.0.1.5');
      await client.mail('a@domain.com');
      assert.equal((await client.rcpt(`user@[${address}]`)).code, 250);
      assert.equal((await client.data('Subject: literal\r\n\r\ntext\r\n')).code, 250);
      await client.quit();
      const [message] = await gateway.sinks[sink].waitForMessages(1);
      assert.deepEqual(message?.envelopeTo, [`user@${host}`]);
    });
  }
});
