/*
 * pmdf/deliver with the queue plugins of an install: smtp_forward with sections for domains, lmtp, and dkim, which
 * signs queued mail.
 */

import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { deliver, sampleMessage } from '../support/deliver.js';
import { exampleFile, type Gateway, startGateway } from '../support/gateway.js';
import { type Sink, startSink } from '../support/sink.js';
import type { Reply } from '../support/smtp-client.js';

const STRANGER = '127.0.2.1';
const GENERAL = 'jane.doe jdoe%other.com@PROCESS-DAEMON\nback back%sub.domain.com@PROCESS-DAEMON\n';

async function send(gateway: Gateway, to: readonly string[]): Promise<Reply | undefined> {
  const message = sampleMessage('queue plugins');
  const from = 'a@client.example';
  const { data } = await deliver({ port: gateway.port, localAddress: STRANGER, from, to, message });
  return data;
}

const outsideOnly = ({ tcp_local }: { readonly tcp_local: number }): string =>
  `delivery:\n  tcp_local: { next_hop: '127.0.0.1:${tcp_local}' }\n`;

describe('queue/smtp_forward with a section for a domain', () => {
  let other: Sink;
  let gateway: Gateway;

  before(async () => {
    other = await startSink();
    gateway = await startGateway({
      general: GENERAL,
      delivery: outsideOnly,
      config: {
        'smtp_forward.ini': `host=127.0.0.1\nport=1\n[sub.domain.com]\nhost=localhost\nport=${other.port}\n`,
      },
    });
  });
  after(async () => {
    await gateway?.stop();
    await other?.stop();
  });
  beforeEach(() => other.clear());

  for (const [way, to] of [
    ['of a client', 'back@sub.domain.com'],
    ['of the process channel', 'back@domain.com'],
  ] as const) {
    it(`delivers mail ${way} as it is configured`, async () => {
      assert.equal((await send(gateway, [to]))?.code, 250);
      const [message] = await other.waitForMessages(1);
      assert.deepEqual(message?.envelopeTo, ['back@sub.domain.com']);
    });
  }
});

describe('queue/smtp_forward with a pool of hosts', () => {
  it('delivers mail of the process channel to one that answers', async () => {
    const sink = await startSink();
    const gateway = await startGateway({
      general: GENERAL,
      delivery: outsideOnly,
      config: { 'smtp_forward.ini': `forwarding_host_pool=127.0.0.1:1, 127.0.0.1:${sink.port}\n` },
    });
    try {
      assert.equal((await send(gateway, ['back@domain.com']))?.code, 250);
      const [message] = await sink.waitForMessages(1);
      assert.deepEqual(message?.envelopeTo, ['back@sub.domain.com']);
    } finally {
      await gateway.stop();
      await sink.stop();
    }
  });
});

describe('queue/smtp_forward with a pool of hosts, for a client that waits', () => {
  it('asks another host when one does not answer', async () => {
    const sink = await startSink();
    const gateway = await startGateway({
      delivery: outsideOnly,
      config: { 'smtp_forward.ini': `forwarding_host_pool=127.0.0.1:1, 127.0.0.1:${sink.port}\n` },
    });
    try {
      // One of two attempts begins with the host that does not answer.
      for (const count of [1, 2]) {
        assert.equal((await send(gateway, ['bob@domain.com']))?.code, 250);
        assert.equal(sink.messages.length, count);
      }
    } finally {
      await gateway.stop();
      await sink.stop();
    }
  });
});

describe('queue/lmtp as the queue plugin', () => {
  let lmtp: Sink;
  let gateway: Gateway;

  before(async () => {
    lmtp = await startSink();
    gateway = await startGateway({
      general: GENERAL,
      plugins: ['pmdf/switchchannel', 'pmdf/access', 'queue/lmtp', 'pmdf/deliver'],
      delivery: (ports) => `${outsideOnly(ports)}  through_plugin: lmtp\n`,
      config: { 'lmtp.ini': `host=127.0.0.1\nport=${lmtp.port}\n` },
    });
  });
  after(async () => {
    await gateway?.stop();
    await lmtp?.stop();
  });
  beforeEach(() => {
    lmtp.clear();
    gateway.clearSinks();
  });

  it('gets mail of `through` channels, and nothing else', async () => {
    assert.equal((await send(gateway, ['bob@domain.com', 'jane.doe@domain.com']))?.code, 250);
    const [message] = await lmtp.waitForMessages(1);
    assert.deepEqual([message?.isLmtp, message?.envelopeTo], [true, ['bob@domain.com']]);
    const [forwarded] = await gateway.sinks.tcp_local.waitForMessages(1);
    assert.deepEqual([forwarded?.isLmtp, forwarded?.envelopeTo], [false, ['jdoe@other.com']]);
    assert.equal(lmtp.messages.length, 1);
  });

  it('gets internal mail from the process channel', async () => {
    assert.equal((await send(gateway, ['back@domain.com']))?.code, 250);
    const [message] = await lmtp.waitForMessages(1);
    assert.deepEqual([message?.isLmtp, message?.envelopeTo], [true, ['back@sub.domain.com']]);
  });
});

describe('haraka-plugin-dkim', () => {
  it('signs forwarded mail', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const gateway = await startGateway({
      cnf: exampleFile('pmdf.cnf'),
      plugins: ['dkim', 'pmdf/switchchannel', 'pmdf/access', 'queue/smtp_forward', 'pmdf/deliver'],
      config: {
        'dkim.ini': '[sign]\nenabled=true\nselector=test\ndomain=client.example\n[verify]\nenabled=false\n',
        'dkim.private.key': privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
      },
    });
    try {
      assert.equal((await send(gateway, ['jane.doe@domain.com']))?.code, 250);
      const [message] = await gateway.sinks.tcp_local.waitForMessages(1);
      const signatures = message?.raw
        .toString('latin1')
        .match(/^DKIM-Signature: .*\r\n\td=client\.example;/gm);
      assert.equal(signatures?.length, 1);
    } finally {
      await gateway.stop();
    }
  });
});
