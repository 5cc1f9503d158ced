/*
 * pmdf/deliver with an LMTP next hop, while the client waits and from the queue. Each recipient gets its own reply after the
 * message, and the reply to one does not affect the others.
 */

import assert from 'node:assert/strict';
import path from 'node:path';
import { bounceOf } from './support/bounce.js';
import { deliver, sampleMessage } from './support/deliver.js';
import { freePort } from './support/free-port.js';
import { allPlugins, type Gateway, type GatewayOptions, startGateway } from './support/gateway.js';
import { recipientsInFile } from './support/queue-file.js';
import { type Sink, startSink } from './support/sink.js';
import { until } from './support/until.js';

const plugins = allPlugins.filter((line) => line !== 'queue/smtp_forward');

const ways: readonly { readonly name: string; readonly options: (port: number) => GatewayOptions }[] = [
  {
    name: 'a next hop of the channel, while the client waits',
    options: (port) => ({
      plugins,
      delivery: (ports) => `delivery:
  l: { next_hop: 'lmtp://127.0.0.1:${port}' }
  tcp_internal: queue
  tcp_local: { next_hop: '127.0.0.1:${ports.tcp_local}' }
`,
    }),
  },
  {
    name: 'a next hop of the channel, from the queue',
    options: (port) => ({
      plugins,
      delivery: (ports) => `delivery:
  l: { method: queue, next_hop: 'lmtp://127.0.0.1:${port}' }
  tcp_internal: queue
  tcp_local: { next_hop: '127.0.0.1:${ports.tcp_local}' }
`,
    }),
  },
  {
    name: 'queue/lmtp as the plugin for `through`',
    options: (port) => ({
      config: { 'lmtp.ini': `host=127.0.0.1\nport=${port}\n` },
      plugins: [...plugins.slice(0, -1), 'queue/lmtp', 'pmdf/deliver'],
      delivery: (ports) => `delivery:
  through_plugin: lmtp
  tcp_internal: queue
  tcp_local: { next_hop: '127.0.0.1:${ports.tcp_local}' }
`,
    }),
  },
];

for (const { name, options } of ways) {
  describe(`LMTP by ${name}`, () => {
    let gateway: Gateway;
    let store: Sink;

    before(async () => {
      store = await startSink();
      gateway = await startGateway(options(store.port));
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

    function recipientsInQueue(): string[] {
      const folder = path.join(gateway.dir, 'queue');
      return gateway.filesIn('queue').flatMap((file) => recipientsInFile(folder, file));
    }

    /** How many messages arrived for each recipient. */
    function counts(): Readonly<Record<string, number>> {
      const found: Record<string, number> = {};
      // The postmaster gets copies of notices.
      const mail = store.messages.filter(({ envelopeFrom }) => envelopeFrom !== '');
      for (const one of mail.flatMap(({ envelopeTo }) => envelopeTo)) found[one] = (found[one] ?? 0) + 1;
      return found;
    }

    it('delivers to every recipient, by LMTP', async () => {
      const { data } = await deliver({
        port: gateway.port,
        localAddress: '127.0.2.1',
        from: 'a@client.example',
        to: ['bob@domain.com', 'ann@domain.com'],
        message: sampleMessage('lmtp'),
      });
      assert.equal(data?.code, 250);
      await until(
        () => Object.keys(counts()).length === 2,
        5_000,
        () => 'two recipients served',
      );
      assert.ok(store.messages.every(({ isLmtp }) => isLmtp));
      assert.deepEqual(counts(), { 'bob@domain.com': 1, 'ann@domain.com': 1 });
    });

    const orders = [
      [250, 452, 250],
      [452, 250, 250],
      [250, 250, 452],
      [250, 550, 250],
      [550, 250, 452],
      [452, 452, 250],
      [550, 452, 552],
    ];
    for (const codes of orders) {
      it(`handles ${codes.join(' ')}: one copy each, the rest waits or is bounced, with one notice`, async () => {
        const to = codes.map((code, at) => `u${at}-${code}-${codes.join('')}@domain.com`);
        for (const [at, code] of codes.entries()) {
          if (code > 250) store.refuseLmtpRecipient(to[at] ?? '', { code, text: `${code} as told` });
        }
        const { data } = await deliver({
          port: gateway.port,
          localAddress: '127.0.2.1',
          from: 'a@client.example',
          to,
          message: sampleMessage('lmtp'),
        });
        assert.equal(data?.code, 250);
        const having = (wanted: number): string[] => to.filter((_, at) => codes[at] === wanted).sort();
        const served = [...having(250), ...having(452)];
        const bounced = to.filter((one) => !served.includes(one)).sort();
        await gateway.sinks.tcp_local.waitForMessages(Math.min(1, bounced.length));
        await until(
          () =>
            having(452).join() ===
            recipientsInQueue()
              .filter((one) => to.includes(one))
              .sort()
              .join(),
          5_000,
          () => `${having(452).join()} in the queue, which has ${recipientsInQueue().join()}`,
        );
        await until(
          () => having(250).every((one) => counts()[one] === 1),
          5_000,
          () => 'the others served',
        );
        assert.deepEqual(
          gateway.sinks.tcp_local.messages.map((one) => bounceOf(one).finalRecipients.join(' ')),
          bounced.length === 0 ? [] : [bounced.map((one) => `rfc822;${one}`).join(' ')],
        );
        // The deferred ones are delivered at the next attempt, the others not a second time.
        store.acceptAll();
        await until(
          () => {
            gateway.kill('SIGHUP');
            return gateway.filesIn('queue').length === 0;
          },
          5_000,
          () => 'an empty queue',
        );
        assert.deepEqual(counts(), Object.fromEntries(served.map((one) => [one, 1])));
      });
    }
  });
}

describe('a message that goes to an LMTP server while the client waits', () => {
  let gateway: Gateway;
  let store: Sink;
  const from = 'a@client.example';

  before(async () => {
    store = await startSink();
    gateway = await startGateway({
      plugins,
      delivery: () =>
        `delivery:\n  l: { next_hop: 'lmtp://127.0.0.1:${store.port}' }\n  tcp_internal: queue\n`,
    });
  });
  after(async () => {
    await gateway?.stop();
    await store?.stop();
  });
  beforeEach(() => {
    store.acceptAll();
    store.clear();
  });

  const send = (to: readonly string[]) =>
    deliver({ port: gateway.port, localAddress: '127.0.2.1', from, to, message: sampleMessage('waits') });

  it('is sent to several recipients at once, and leaves no file', async () => {
    assert.equal((await send(['ann@domain.com', 'bob@domain.com'])).data?.code, 250);
    assert.deepEqual(
      store.messages.map(({ envelopeTo }) => envelopeTo),
      [['ann@domain.com', 'bob@domain.com']],
    );
    assert.deepEqual(gateway.filesIn('queue'), []);
  });

  for (const code of [452, 552]) {
    it(`is answered with ${code} when that is the answer for all`, async () => {
      for (const one of ['ann@domain.com', 'bob@domain.com'])
        store.refuseLmtpRecipient(one, { code, text: `${code === 452 ? 4 : 5}.2.2 full` });
      const { data } = await send(['ann@domain.com', 'bob@domain.com']);
      // Core has one code for each class at this point.
      assert.equal(data?.code, code === 452 ? 450 : 550);
      assert.match(data?.text ?? '', /^[45]\.2\.2 full/);
      await until(
        () => gateway.filesIn('queue').length === 0,
        5_000,
        () => 'no file left',
      );
    });
  }

  it('is not sent to several when the queue cannot be written, but to one', async () => {
    gateway.breakFolder('queue');
    try {
      assert.match((await send(['ann@domain.com', 'bob@domain.com'])).data?.lines[0] ?? '', /^45\d 4\.3\.0 /);
      assert.deepEqual(store.messages, []);
      assert.equal((await send(['ann@domain.com'])).data?.code, 250);
    } finally {
      gateway.mendFolder('queue');
    }
  });
});

describe('a queue file with several recipients whose next hop speaks LMTP now', () => {
  it('becomes a file for each recipient', async () => {
    const store = await startSink();
    const delivery = (hop: string): string =>
      `delivery:\n  l: { method: queue, next_hop: '${hop}' }\n  tcp_internal: queue\n`;
    const dead = await freePort();
    const gateway = await startGateway({ plugins, delivery: () => delivery(`127.0.0.1:${dead}`) });
    const [ann, bob] = ['ann@domain.com', 'bob@domain.com'];
    try {
      const message = sampleMessage('later');
      const from = 'a@client.example';
      await deliver({ port: gateway.port, localAddress: '127.0.2.1', from, to: [ann, bob], message });
      const folder = path.join(gateway.dir, 'queue');
      const waiting = (): string =>
        gateway
          .filesIn('queue')
          .map((file) => recipientsInFile(folder, file).join())
          .join(' ');
      // The file is renamed after the attempt.
      await gateway.waitForLog('Temp failing');
      await until(
        () => waiting() === `${ann},${bob}`,
        5_000,
        () => `one file for both, not: ${waiting()}`,
      );
      store.refuseLmtpRecipient(ann, { code: 452, text: '4.2.2 full for now' });
      gateway.install.writeConfig('pmdf/pmdf.yaml', delivery(`lmtp://127.0.0.1:${store.port}`));
      await gateway.waitForLog('policy 2 is in force');
      gateway.kill('SIGHUP');
      await store.waitForMessages(1);
      await until(
        () => waiting() === ann,
        5_000,
        () => `one file for the one who was deferred, not: ${waiting()}`,
      );
      assert.deepEqual(
        store.messages.map(({ envelopeTo }) => envelopeTo),
        [[bob]],
      );
    } finally {
      await gateway.stop();
      await store.stop();
    }
  });
});
