/*
 * Outgoing addresses that Haraka by itself would mangle or refuse: local parts and domains beyond ASCII, and host names
 * with `_` from our own files.
 */

import assert from 'node:assert/strict';
import { bounceOf } from './support/bounce.js';
import { deliver, sampleMessage } from './support/deliver.js';
import { allPlugins, exampleFile, type Gateway, startGateway } from './support/gateway.js';
import { type Sink, startSink } from './support/sink.js';
import type { Reply } from './support/smtp-client.js';

const OURS = '127.0.1.5';

describe('names that are not plain', () => {
  /** Offers no SMTPUTF8. */
  let plain: Sink;
  let gateway: Gateway;

  before(async () => {
    plain = await startSink({ smtputf8: false });
    gateway = await startGateway({
      plugins: allPlugins,
      cnf: `plain.test    $U%plain.test@PLAIN-DAEMON
${exampleFile('pmdf.cnf')}
tcp_plain smtp switchchannel
PLAIN-DAEMON

tcp_fax smtp
tcp_fax-daemon
`,
      config: {
        'pmdf/aliases': `fax: u@tcp_fax-daemon
old: v@old_host.sub.domain.com
`,
      },
      delivery: (ports) => `delivery:
  l: { method: through, next_hop: '127.0.0.1:${plain.port}' }
  tcp_internal: { method: through, next_hop: '127.0.0.1:${ports.tcp_internal}' }
  tcp_local: { method: queue, next_hop: '127.0.0.1:${ports.tcp_local}' }
  tcp_plain: { method: queue, next_hop: '127.0.0.1:${plain.port}' }
  tcp_fax: { method: queue, next_hop: '127.0.0.1:${ports.l}' }
`,
    });
  });
  after(async () => {
    await gateway?.stop();
    await plain?.stop();
  });
  beforeEach(() => {
    gateway.clearSinks();
    plain.clear();
  });

  async function send(to: string, from = 'a@sub.domain.com'): Promise<Reply | undefined> {
    const message = sampleMessage('names');
    const { rcpt, data } = await deliver({ port: gateway.port, localAddress: OURS, from, to: [to], message });
    for (const { code, lines } of rcpt) assert.equal(code, 250, lines.join());
    return data;
  }

  const said: readonly (readonly [
    to: string,
    sink: 'tcp_internal' | 'tcp_local',
    recipient: string,
    parameters: string,
  ])[] = [
    ['jörg@sub.domain.com', 'tcp_internal', 'jörg@sub.domain.com', 'SMTPUTF8'],
    ['bob@bücher.domain.com', 'tcp_internal', 'bob@xn--bcher-kva.domain.com', 'SMTPUTF8'],
    ['jörg@other.com', 'tcp_local', 'jörg@other.com', 'SMTPUTF8'],
    ['bob@BÜCHER.example', 'tcp_local', 'bob@xn--bcher-kva.example', 'SMTPUTF8'],
    ['bob@xn--bcher-kva.example', 'tcp_local', 'bob@xn--bcher-kva.example', ''],
  ];
  for (const [to, channel, recipient, parameters] of said) {
    it(`a server that offers SMTPUTF8 gets ${to} as ${recipient} ${parameters}`, async () => {
      assert.equal((await send(to))?.code, 250);
      const [message] = await gateway.sinks[channel].waitForMessages(1);
      assert.deepEqual(message?.envelopeTo, [recipient]);
      assert.equal(message?.mailParameters, parameters);
    });
  }

  it('a sender beyond ASCII adds it once', async () => {
    assert.equal((await send('jörg@other.com', 'jürgen@sub.domain.com'))?.code, 250);
    const [message] = await gateway.sinks.tcp_local.waitForMessages(1);
    assert.equal(message?.envelopeFrom, 'jürgen@sub.domain.com');
    assert.equal(message?.mailParameters, 'SMTPUTF8');
  });

  it('a server without SMTPUTF8 is sent nothing while the client waits: 5.6.7', async () => {
    const { rcpt } = await deliver({
      port: gateway.port,
      localAddress: OURS,
      from: 'a@sub.domain.com',
      to: ['jörg@domain.com'],
    });
    assert.match(rcpt.map(({ lines }) => lines.join()).join(), /^553 5\.6\.7 /);
    assert.deepEqual(plain.attempts, []);
    assert.equal((await send('bob@domain.com'))?.code, 250);
  });

  it('nor by the queue: the sender gets a bounce at once', async () => {
    assert.equal((await send('jörg@plain.test'))?.code, 250);
    const [message] = await gateway.sinks.tcp_internal.waitForMessages(1);
    assert.ok(message !== undefined);
    const { action, status, text, to } = bounceOf(message);
    assert.deepEqual({ action, to }, { action: 'failed', to: ['a@sub.domain.com'] });
    assert.match(status, /^5\.6\.7\b/);
    assert.match(text, /does not accept non-ASCII addresses/);
    // The postmaster gets a copy of the report.
    assert.deepEqual(
      plain.attempts.filter(({ envelopeFrom }) => envelopeFrom !== ''),
      [],
    );
  });

  it('a host name with `_` from an alias can be delivered by queue and by through', async () => {
    assert.equal((await send('fax@domain.com'))?.code, 250);
    assert.deepEqual((await gateway.sinks.l.waitForMessages(1))[0]?.envelopeTo, ['u@tcp_fax-daemon']);
    assert.equal((await send('old@domain.com'))?.code, 250);
    const [old] = await gateway.sinks.tcp_internal.waitForMessages(1);
    assert.deepEqual(old?.envelopeTo, ['v@old_host.sub.domain.com']);
  });

  it('and is refused if a client names it', async () => {
    const { rcpt } = await deliver({
      port: gateway.port,
      localAddress: OURS,
      from: 'a@sub.domain.com',
      to: ['u@old_host.sub.domain.com', 'u@old＿host.sub.domain.com', 'v@evil.example（.domain.com'],
    });
    assert.deepEqual(
      rcpt.map(({ code }) => code),
      [501, 550, 550],
    );
    assert.match(rcpt[1]?.text ?? '', /^5\.1\.3 /);
    const { mail } = await deliver({
      port: gateway.port,
      localAddress: OURS,
      from: 'v@evil.example（.domain.com',
      to: [],
    });
    assert.equal(`${mail.code} ${mail.text.slice(0, 5)}`, '550 5.1.7');
  });
});
