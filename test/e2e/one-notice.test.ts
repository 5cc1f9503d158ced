/*
 * One message of which several recipients fail makes one notice to its sender, with what was said of each: however many copies,
 * queue files and servers it went to.
 */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { deliver, sampleMessage } from './support/deliver.js';
import { allPlugins, exampleFile, type Gateway, gatewayInstall, startGateway } from './support/gateway.js';
import { makeInstall } from './support/haraka-install.js';
import { namesInQueue, writeWaitingMail } from './support/queue-file.js';
import { reachInside } from './support/reach-inside.js';
import { type Sink, type SinkMessage, startSink } from './support/sink.js';
import { connect } from './support/smtp-client.js';
import { until } from './support/until.js';

const SENDER = 'forged@client.example';
const OURS = '127.0.1.5';

/** The blocks of a report about recipients: address, status and what the server said. */
function blocksOf({ raw }: SinkMessage): string[] {
  const blocks = raw.toString('latin1').split('\r\n\r\n');
  return blocks.flatMap((block) => {
    const field = (name: string): string => new RegExp(`^${name}: *(.*?)\r?$`, 'm').exec(block)?.[1] ?? '';
    const to = field('Final-Recipient');
    return to === ''
      ? []
      : [[to.replace(/^rfc822; ?/, ''), field('Status'), field('Diagnostic-Code')].join(' ')];
  });
}

interface Way {
  readonly name: string;
  readonly to: readonly string[];
  /** Programs what is refused. */
  readonly refuse: (sink: Sink, address: string, at: number) => void;
  readonly block: (address: string, at: number) => string;
}

const four = ['a', 'b', 'c', 'd'];
const said = (at: number) => ({ code: 550, text: `5.${at + 1}.1 not ${at}` });
const quoted = (address: string, at: number): string =>
  `${address} 5.${at + 1}.1 smtp; 550 5.${at + 1}.1 not ${at}`;

const ways: readonly Way[] = [
  {
    name: 'refused by an LMTP server after the message, while the client waits',
    to: four.map((one) => `${one}@lmtp.test`),
    refuse: (sink, address, at) => sink.refuseLmtpRecipient(address, said(at)),
    block: quoted,
  },
  {
    name: 'refused by an LMTP server after the message, from the queue',
    to: four.map((one) => `${one}@store.test`),
    refuse: (sink, address, at) => sink.refuseLmtpRecipient(address, said(at)),
    block: quoted,
  },
  {
    name: 'refused in copies of their own, from the queue',
    to: four.map((one) => `${one}@single.test`),
    refuse: (sink, address, at) => sink.refuseRecipient(address, said(at)),
    block: quoted,
  },
  {
    name: 'refused in copies for each domain, from the queue',
    to: four.map((one) => `x@${one}.example`),
    refuse: (sink, address, at) => sink.refuseRecipient(address, said(at)),
    block: quoted,
  },
  {
    name: 'rejected in the second pass',
    to: four.map((one) => `gone${one}@domain.com`),
    refuse: () => undefined,
    block: (address) => `${address.replace('gone', 'no').replace('domain', 'other')} 5.7.1 `,
  },
  {
    name: 'in a loop',
    to: four.map((one) => `loop${one}@domain.com`),
    refuse: () => undefined,
    block: (address) => `${address} 5.4.6 `,
  },
];

describe('one notice', () => {
  let gateway: Gateway;
  let store: Sink;

  before(async () => {
    store = await startSink();
    const names = ['lmtp', 'store', 'single'];
    gateway = await startGateway({
      cnf: names
        .map((name) => `${name}.test   $U@${name}.test@${name.toUpperCase()}-DAEMON\n`)
        .join('')
        .concat(exampleFile('pmdf.cnf'))
        .concat('\ntcp_lmtp smtp\nLMTP-DAEMON\n\ntcp_store smtp\nSTORE-DAEMON\n')
        .concat('\ntcp_single smtp single\nSINGLE-DAEMON\n'),
      mappings: exampleFile('mappings').concat(
        '\nSEND_ACCESS\n\n  process|*|*|no*   $NNo$ longer$ here\n  *|*|*|*   $Y\n',
      ),
      general: four
        .flatMap((one) => [
          `gone${one}  no${one}%other.com@PROCESS-DAEMON`,
          `loop${one}  away${one}%other.com@PROCESS-DAEMON`,
        ])
        .join('\n')
        .concat('\n'),
      delivery: (ports) => `delivery:
  l: { method: through, next_hop: '127.0.0.1:${ports.l}' }
  tcp_internal: { method: queue, next_hop: '127.0.0.1:${ports.tcp_internal}' }
  tcp_local: { method: queue, next_hop: '127.0.0.1:${ports.tcp_local}' }
  tcp_lmtp: { method: through, next_hop: 'lmtp://127.0.0.1:${store.port}' }
  tcp_store: { method: queue, next_hop: 'lmtp://127.0.0.1:${store.port}' }
  tcp_single: { method: queue, next_hop: '127.0.0.1:${store.port}' }
`,
    });
  });
  after(async () => {
    await gateway?.stop();
    await store?.stop();
  });
  beforeEach(() => {
    gateway.clearSinks();
    store.acceptAll();
    store.clear();
  });

  for (const { name, to, refuse, block } of ways) {
    it(`is made for recipients ${name}`, async () => {
      for (const [at, address] of to.entries()) {
        refuse(store, address, at);
        refuse(gateway.sinks.tcp_local, address, at);
      }
      const received = to.map(
        (one) =>
          `Received: by domain.com (pmdf forwarding)\r\n\tid A for <${one}>;\r\n\tTue, 1 Dec 2026 10:00:00 +0000\r\n`,
      );
      const isLoop = name === 'in a loop';
      // One recipient gets the message: otherwise the client gets the refusal.
      const good = 'good@lmtp.test';
      const { data } = await deliver({
        port: gateway.port,
        localAddress: OURS,
        from: SENDER,
        to: [good, ...to],
        message: `${isLoop ? received.join('') : ''}${sampleMessage('one')}`,
      });
      assert.equal(data?.code, 250, data?.text);
      await until(
        () => gateway.filesIn('queue').length === 0,
        10_000,
        () => 'an empty queue',
      );
      const reports = gateway.sinks.tcp_local.messages.filter(({ envelopeTo }) =>
        envelopeTo.includes(SENDER),
      );
      assert.equal(reports.length, 1, `${reports.length} reports`);
      assert.deepEqual(reports.flatMap(blocksOf).sort(), to.map(block));
    });
  }

  it('names recipients that were passed on while the client waits as the server heard them', async () => {
    const to = four.map((one) => `${one}@lmtp.test`);
    const client = await connect({ port: gateway.port, localAddress: OURS });
    await client.ehlo();
    await client.mail(SENDER);
    for (const one of to) assert.equal((await client.rcpt(one, 'NOTIFY=SUCCESS')).code, 250);
    assert.equal((await client.data(sampleMessage('passed on'))).code, 250);
    await client.quit();
    const messages = await gateway.sinks.tcp_local.waitForMessages(1);
    assert.deepEqual(
      messages.map((one) => blocksOf(one).map((block) => block.split(' ')[0])),
      [to],
    );
  });

  it('is made for recipients that were passed on by the queue', async () => {
    const to = four.map((one) => `${one}@store.test`);
    const client = await connect({ port: gateway.port, localAddress: OURS });
    await client.ehlo();
    await client.mail(SENDER);
    for (const one of to) assert.equal((await client.rcpt(one, 'NOTIFY=SUCCESS')).code, 250);
    assert.equal((await client.data(sampleMessage('passed on'))).code, 250);
    await client.quit();
    await until(
      () => gateway.filesIn('queue').length === 0,
      10_000,
      () => 'an empty queue',
    );
    const { messages } = gateway.sinks.tcp_local;
    assert.equal(messages.length, 1);
    // The files are delivered in any order, and the store counts its messages.
    const taken = store.messages.flatMap(({ envelopeTo }, at) =>
      envelopeTo.filter((one) => to.includes(one)).map((one) => `${one} 2.0.0 smtp; 250 taken as ${at + 1}`),
    );
    assert.equal(taken.length, to.length);
    assert.deepEqual(messages.flatMap(blocksOf).sort(), taken.sort());
  });
});

/** Logs each time that the message of a queue file is read for a notice. */
const reader = {
  'reader/package.json': '{"main": "index.js"}\n',
  'reader/index.js': `const { OutboundQueue } = ${reachInside('plugins/haraka/queue/outbound-queue.js')}
exports.register = function () {
  const { textOf } = OutboundQueue.prototype
  const plugin = this
  OutboundQueue.prototype.textOf = function (mail) {
    const text = textOf.call(this, mail)
    return { pipe: (...values) => { plugin.lognotice('a message is read'); return text.pipe(...values) } }
  }
}
`,
};

describe('one notice of a delay', () => {
  it('is made for the files of one message; each is read once, and one again for the first lines that come back', async () => {
    const [inside, outside] = [await startSink(), await startSink()];
    const ports = { l: inside.port, tcp_internal: inside.port, tcp_local: outside.port };
    const cnf = exampleFile('pmdf.cnf').replace(
      /^tcp_local .*$/m,
      '$& notices 1 2 4 urgentnotices 2 4 postheadonly',
    );
    const settings = 'notices: { return_units: hours }\n';
    const install = await makeInstall(
      gatewayInstall(
        { cnf, settings, plugins: ['reader', ...allPlugins], pluginFiles: reader },
        ports,
        '127.0.0.1:9',
      ),
    );
    const queue = path.join(install.dir, 'queue');
    mkdirSync(queue, { recursive: true });
    const to = four.map((one) => `${one}@other.com`);
    for (const address of to) {
      outside.refuseRecipient(address, { code: 451, text: '4.3.2 later' });
      const pmdf = { channel: 'tcp_local', address, message: 'MESSAGE.1' };
      const message = sampleMessage('waits');
      writeWaitingMail(queue, {
        from: 'ann@domain.com',
        to: [address],
        message,
        ageHours: 2.5,
        notes: { pmdf },
      });
    }
    const haraka = await install.start();
    try {
      const reports = (): SinkMessage[] =>
        inside.messages.filter(({ envelopeTo }) => envelopeTo.includes('ann@domain.com'));
      await until(
        () => reports().length > 0 && namesInQueue(queue).length === to.length,
        15_000,
        () => 'a report, and four files',
      );
      assert.deepEqual(
        reports().map((one) => blocksOf(one).sort()),
        [to.map((one) => `${one} 4.3.2 smtp; 451 4.3.2 later`)],
      );
      assert.equal(haraka.log().match(/a message is read/g)?.length, to.length + 1);
    } finally {
      await haraka.stop();
      install.remove();
      await Promise.all([inside, outside].map((one) => one.stop()));
    }
  });
});
