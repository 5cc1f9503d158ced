/*
 * Clients that a trusted proxy passes on, by the PROXY protocol and by XCLIENT: the channel is chosen from the address
 * that the proxy names, and again when it names another.
 */

import assert from 'node:assert/strict';
import { connectionIni, type Gateway, startGateway } from './support/gateway.js';
import { connect, type Reply, type SmtpClient } from './support/smtp-client.js';

const PROXY = '127.0.1.20';
const XCLIENT = '127.0.3.2';
/** Clients that may name another client. */
const CHAIN = ['127.0.1.5', '198.51.100.40', '198.51.100.9', '198.51.100.41'];

const MAPPINGS = `PORT_ACCESS

  TCP|*|*|198.51.100.66|*   $N554$ 5.7.1$ Go$ away
  TCP|*|*|2001:db8:bad:*|*  $N554$ 5.7.1$ Go$ away
  TCP|*|*|fe80:*|*          $N554$ 5.7.1$ Go$ away
  TCP|*|*|198.51.100.67|*   $Y$<at$ $0$ port$ $1

ORIG_SEND_ACCESS

  tcp_local|*|tcp_local|*   $NRelaying$ not$ permitted
`;

describe('a client behind a proxy', () => {
  let gateway: Gateway;

  before(async () => {
    gateway = await startGateway({
      mappings: MAPPINGS,
      names: {
        'PTR 9.100.51.198.in-addr.arpa': ['pc.domain.com'],
        'A pc.domain.com': ['198.51.100.9'],
      },
      settings: 'listeners: { 2500: tcp_internal }\nopen_relay: allowed\n',
      plugins: ['xclient', 'pmdf/switchchannel', 'pmdf/access', 'queue/smtp_forward', 'pmdf/deliver'],
      config: {
        'connection.ini': connectionIni(PROXY),
        'xclient.hosts': `${[XCLIENT, ...CHAIN].join('\n')}\n`,
      },
    });
  });
  after(() => gateway?.stop());

  /** Connects from the PROXY host; resolves after the greeting. */
  async function proxied(line: string): Promise<{ client: SmtpClient; greeting: Reply }> {
    const client = await connect({ port: gateway.port, localAddress: PROXY, awaitGreeting: false });
    client.sendRaw(Buffer.from(`${line}\r\n`));
    return { client, greeting: await client.readReply('a greeting') };
  }

  async function relayReply(client: SmtpClient): Promise<number> {
    await client.mail('a@client.example');
    const { code } = await client.rcpt('bob@other.com');
    await client.send('RSET');
    return code;
  }

  const proxyRows = [
    { line: 'PROXY TCP4 127.0.1.5 127.0.0.1 4000 25', channel: 'tcp_internal', client: '127.0.1.5' },
    { line: 'PROXY TCP4 198.51.100.7 127.0.0.1 4000 25', channel: 'tcp_local', client: '198.51.100.7' },
    { line: 'PROXY TCP4 198.51.100.9 127.0.0.1 4000 25', channel: 'tcp_internal', client: '198.51.100.9' },
    { line: 'PROXY TCP6 2001:db8::7 2001:db8::1 4000 25', channel: 'tcp_local', client: '2001:db8::7' },
    { line: 'PROXY TCP4 198.51.100.8 127.0.0.1 4000 2500', channel: 'tcp_internal', client: '198.51.100.8' },
  ];
  for (const { line, channel, client: address } of proxyRows) {
    it(`${line}: ${channel}`, async () => {
      const { client, greeting } = await proxied(line);
      assert.equal(greeting.code, 220);
      await gateway.waitForLog(`channel=${channel} client=${address} `);
      await client.ehlo();
      const mayRelay = address === '127.0.1.5' || address === '198.51.100.9';
      assert.equal(await relayReply(client), mayRelay || channel === 'tcp_internal' ? 250 : 550);
      await client.quit();
    });
  }

  it('never uses the address of the proxy, although that is an internal one', async () => {
    const { client } = await proxied('PROXY TCP4 198.51.100.30 127.0.0.1 4000 25');
    assert.ok(!gateway.log().includes(`client=${PROXY} `));
    await client.quit();
  });

  it('runs PORT_ACCESS on the address that PROXY names', async () => {
    const { client, greeting } = await proxied('PROXY TCP4 198.51.100.66 127.0.0.1 4000 25');
    assert.deepEqual(greeting.lines, ['554 5.7.1 Go away']);
    await client.closed;
  });

  const spellings: readonly (readonly [string, string])[] = [
    ['TCP6', '::ffff:198.51.100.66'],
    ['TCP6', '::FFFF:C633:6442'],
    ['TCP6', '0:0:0:0:0:ffff:198.51.100.66'],
    ['TCP6', '2001:0DB8:0BAD:0000::1'],
    ['TCP6', '2001:DB8:BAD::1'],
    ['TCP6', '2001:db8:bad:0:0:0:0:1%eth0'],
    ['TCP6', 'fe80::1%eth0'],
    ['TCP6', 'FE80:0::1'],
  ];
  for (const [protocol, address] of spellings) {
    it(`finds the entry of PORT_ACCESS for ${address}`, async () => {
      const { client, greeting } = await proxied(`PROXY ${protocol} ${address} ::1 4000 25`);
      assert.deepEqual(greeting.lines, ['554 5.7.1 Go away']);
      await client.closed;
    });
  }

  for (const address of ['198.51.100.066', '0306.51.100.66', '0xc6336442', '198.51.25666', '3325256770']) {
    it(`disconnects a client whose address can be read in several ways: ${address}`, async () => {
      const { client, greeting } = await proxied(`PROXY TCP4 ${address} 127.0.0.1 4000 25`);
      assert.equal(greeting.code, 421);
      await client.closed;
    });
  }

  it('logs an address in one spelling', async () => {
    const { client } = await proxied('PROXY TCP6 2001:0DB8:0:0::00AB ::1 4000 25');
    await gateway.waitForLog('channel=tcp_local client=2001:db8::ab ');
    await client.quit();
  });

  it('finds the entry for what XCLIENT names', async () => {
    for (const address of ['::FFFF:198.51.100.66', '2001:0DB8:0BAD::1']) {
      const xclient = await fromXclientHost();
      assert.equal((await xclient.send(`XCLIENT ADDR=IPV6:${address}`)).code, 554, address);
      await xclient.closed;
    }
  });

  it('accepts no PROXY line from other clients', async () => {
    const client = await connect({ port: gateway.port, localAddress: '127.0.2.30' });
    const reply = await client.send('PROXY TCP4 127.0.1.5 127.0.0.1 4000 25');
    assert.equal(reply.code, 421);
    await client.closed;
  });

  async function fromXclientHost(): Promise<SmtpClient> {
    const client = await connect({ port: gateway.port, localAddress: XCLIENT });
    await client.ehlo('proxy.example');
    return client;
  }

  it('chooses the channel again after each XCLIENT', async () => {
    const client = await fromXclientHost();
    const steps = [
      { xclient: 'ADDR=127.0.1.5 NAME=pc.domain.com', code: 250 },
      { xclient: 'ADDR=198.51.100.40', code: 550 },
      { xclient: 'ADDR=198.51.100.9', code: 250 },
      { xclient: 'ADDR=198.51.100.41 NAME=pc.domain.com', code: 550 },
      { xclient: 'ADDR=IPV6:2001:db8::40', code: 550 },
    ];
    assert.equal(await relayReply(client), 550);
    for (const { xclient, code } of steps) {
      assert.equal((await client.send(`XCLIENT ${xclient} PROTO=ESMTP`)).code, 220, xclient);
      await client.ehlo();
      assert.equal(await relayReply(client), code, xclient);
    }
    await client.quit();
  });

  it('gives the tables the listener although XCLIENT does not name it', async () => {
    const client = await fromXclientHost();
    assert.equal((await client.send('XCLIENT ADDR=198.51.100.67')).code, 220);
    await gateway.waitForLog(`at 127.0.0.1 port ${gateway.port}`);
    await client.quit();
  });
});
