/*
 * Address lines of any octets and any length get an answer in bounded time, cause no crash, and let nothing pass to the
 * outside.
 */

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { sampleMessage } from './support/deliver.js';
import { type Gateway, startGateway } from './support/gateway.js';
import { connect, type Reply, type SmtpClient } from './support/smtp-client.js';

const STRANGER = '127.0.2.1';
/** The longest time that any line may need. */
const LIMIT_MS = 2_000;

interface Line {
  readonly name: string;
  readonly address: string | Buffer;
  /** The code, or `refused` for any 4yz or 5yz and for a closed connection. */
  readonly code: number | 'refused';
}

const octets = (...values: readonly number[]): Buffer => Buffer.from(values);
const around = (middle: Buffer): Buffer =>
  Buffer.concat([Buffer.from('a'), middle, Buffer.from('@domain.com')]);

const lines: readonly Line[] = [
  { name: 'a local part of 64 octets', address: `${'a'.repeat(64)}@domain.com`, code: 250 },
  { name: 'a local part of 65 octets', address: `${'a'.repeat(65)}@domain.com`, code: 501 },
  { name: 'a local part of 64 octets in UTF-8', address: `${'é'.repeat(32)}@domain.com`, code: 250 },
  { name: 'a label of 63 octets', address: `a@${'d'.repeat(63)}.domain.com`, code: 250 },
  { name: 'a label of 64 octets', address: `a@${'d'.repeat(64)}.domain.com`, code: 501 },
  { name: '10 kB of local part', address: `${'a'.repeat(10_000)}@domain.com`, code: 'refused' },
  { name: '10 kB of domain', address: `a@${'d.'.repeat(5_000)}domain.com`, code: 'refused' },
  { name: '10 kB of quotes', address: `"${'\\"'.repeat(5_000)}"@domain.com`, code: 'refused' },
  { name: '100 kB without an end', address: `${'<'.repeat(100_000)}`, code: 'refused' },
  { name: '1000 percent hops', address: `a${'%h'.repeat(1_000)}@domain.com`, code: 'refused' },
  { name: '1000 bang hops', address: `${'h!'.repeat(1_000)}a@domain.com`, code: 'refused' },
  {
    name: '1000 source route hops',
    address: `${'@h.example,'.repeat(999)}@h.example:a@domain.com`,
    code: 'refused',
  },
  { name: 'as many percent hops as fit', address: `a${'%h'.repeat(31)}@domain.com`, code: 'refused' },
  { name: 'as many bangs as fit', address: `${'!'.repeat(63)}a@domain.com`, code: 'refused' },
  { name: 'as many colons as fit', address: `"${':'.repeat(61)}"@domain.com`, code: 'refused' },
  { name: 'a quoted quote', address: '"\\""@domain.com', code: 250 },
  { name: 'a quoted bar', address: '"a|tcp_local|b"@domain.com', code: 250 },
  { name: 'a bar', address: 'a|tcp_internal|l|b@domain.com', code: 250 },
  { name: 'pattern characters', address: '$%*$$0@domain.com', code: 'refused' },
  { name: 'template characters', address: '$u$h$m@domain.com', code: 250 },
  { name: 'braces', address: '{a}${b}$[c]@domain.com', code: 'refused' },
  { name: 'NUL', address: around(octets(0)), code: 501 },
  { name: 'a bare CR', address: around(octets(13)), code: 'refused' },
  { name: 'DEL', address: around(octets(127)), code: 501 },
  { name: 'bytes that are no UTF-8', address: around(octets(0xff, 0xfe, 0xc0, 0x80)), code: 'refused' },
  { name: 'a surrogate in UTF-8', address: around(octets(0xed, 0xa0, 0x80)), code: 'refused' },
  {
    name: 'half a character at the end',
    address: Buffer.concat([Buffer.from('a@domain.co'), octets(0xc3)]),
    code: 'refused',
  },
  { name: 'nothing', address: '', code: 'refused' },
  { name: 'an at sign', address: '@', code: 501 },
  { name: 'only a domain', address: '@domain.com', code: 501 },
];

describe('bad input', () => {
  let gateway: Gateway;

  before(async () => {
    gateway = await startGateway();
  });
  after(() => gateway?.stop());

  async function begin(hello: 'EHLO' | 'HELO' = 'EHLO'): Promise<SmtpClient> {
    const client = await connect({ port: gateway.port, localAddress: STRANGER, timeoutMs: LIMIT_MS });
    assert.equal((await client.send(`${hello} client.example`)).code, 250);
    const utf8 = hello === 'EHLO' ? 'SMTPUTF8' : undefined;
    assert.equal((await client.mail('a@client.example', utf8)).code, 250);
    return client;
  }

  /** Sends a command; null when the server closed the connection instead of a reply. */
  async function say(client: SmtpClient, verb: string, address: string | Buffer): Promise<Reply | null> {
    client.sendRaw(Buffer.concat([Buffer.from(`${verb}:<`), Buffer.from(address), Buffer.from('>\r\n')]));
    try {
      return await client.readReply();
    } catch (error) {
      assert.match(String(error), /closed|ECONNRESET|EPIPE/);
      return null;
    }
  }

  function check(reply: Reply | null, code: Line['code']): void {
    if (code === 'refused') assert.ok(reply === null || reply.code >= 400, reply?.lines[0]);
    else assert.equal(reply?.code, code, reply?.lines[0]);
  }

  afterEach('still takes mail', async () => {
    assert.deepEqual(gateway.sinks.tcp_local.attempts, []);
    const client = await begin();
    assert.equal((await client.rcpt('bob@domain.com')).code, 250);
    assert.equal((await client.data(sampleMessage('alive'))).code, 250);
    await client.quit();
  });

  for (const { name, address, code } of lines) {
    it(`RCPT TO with ${name}: ${code}`, async () => {
      const client = await begin();
      check(await say(client, 'RCPT TO', address), code);
      await client.close();
    });
  }

  for (const { name, address } of lines.filter((line) => line.code !== 250)) {
    it(`MAIL FROM with ${name}: an answer`, async () => {
      const client = await connect({ port: gateway.port, localAddress: STRANGER, timeoutMs: LIMIT_MS });
      await client.ehlo();
      await say(client, 'MAIL FROM', address);
      await client.close();
    });
  }

  it('8-bit octets after HELO are refused', async () => {
    const client = await begin('HELO');
    check(await say(client, 'RCPT TO', 'jörg@domain.com'), 501);
    check(await say(client, 'RCPT TO', octets(0xff, 0x40, 0x80)), 501);
    check(await say(client, 'RCPT TO', 'bob@domain.com'), 250);
    await client.quit();
  });

  it('hostile names in HELO and EHLO have no effect', async () => {
    const names = ['[127.0.1.5]', 'pc.domain.com', 'x'.repeat(400), '"; $N $Y', 'a|b|c', '%s%s', 'ÿ'];
    for (const name of names) {
      const client = await connect({ port: gateway.port, localAddress: STRANGER, timeoutMs: LIMIT_MS });
      await client.send(`EHLO ${name}`);
      assert.equal((await client.mail('a@client.example')).code, 250, name);
      assert.equal((await client.rcpt('victim@other.com')).code, 550, name);
      assert.equal((await client.rcpt('bob@domain.com')).code, 250, name);
      await client.close();
    }
  });

  it('a bare sender is not completed with an invalid domain', async () => {
    for (const name of ['a|b|c', '[127.0.1.5', 'x'.repeat(300), 'a%b@c', 'evil.example（.x', 'ÿ']) {
      gateway.sinks.l.clear();
      const client = await connect({ port: gateway.port, localAddress: STRANGER });
      await client.send(`EHLO ${name}`);
      assert.equal((await client.mail('postmaster')).code, 250, name);
      await client.rcpt('bob@domain.com');
      assert.equal((await client.data(sampleMessage('bare sender'))).code, 250, name);
      await client.quit();
      const from = gateway.sinks.l.messages[0]?.envelopeFrom;
      assert.equal(from, name === 'ÿ' ? 'postmaster@xn--wda' : 'postmaster@[127.0.2.1]');
    }
  });

  it('hostile ESMTP parameters are refused', async () => {
    const client = await begin();
    const parameters = [
      'ORCPT',
      'ORCPT=',
      'ORCPT=;',
      'ORCPT=rfc822;a+0D+0AX',
      'NOTIFY=,,,',
      'NOTIFY',
      '__PROTO__=1',
      'CONSTRUCTOR=x',
    ];
    for (const parameter of parameters) {
      assert.ok([501, 555].includes((await client.rcpt('bob@domain.com', parameter)).code), parameter);
      assert.ok([501, 555].includes((await client.rcpt('victim@other.com', parameter)).code), parameter);
    }
    await client.quit();
  });

  it('arbitrary octets get an answer', async () => {
    let client = await begin();
    const octet = fc.integer({ min: 0, max: 255 }).filter((one) => one !== 10 && one !== 13);
    const anyOctets = fc
      .uint8Array({ maxLength: 200 })
      .map((bytes) => Buffer.from(bytes.filter((one) => one !== 10 && one !== 13)));
    const nearAddress = fc
      .array(
        fc.oneof(
          fc.constantFrom(...'@%!:"\\<>.,;|$*()[] aZ9'),
          octet.map((one) => String.fromCharCode(one)),
        ),
        { maxLength: 60 },
      )
      .map((parts) => Buffer.from(`${parts.join('')}@domain.com`, 'latin1'));
    await fc.assert(
      fc.asyncProperty(fc.oneof(anyOctets, nearAddress), async (address) => {
        const reply = await say(client, 'RCPT TO', address);
        if (reply === null || reply.code === 421) {
          await client.close();
          client = await begin();
        }
      }),
      { numRuns: 400 },
    );
    await client.close();
  });
});
