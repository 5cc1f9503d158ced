/*
 * Haraka is killed while a notice waits for others to join it: the queue files that it is about are still there, and after a new start
 * each recipient is told of.
 */
import assert from 'node:assert/strict';
import { deliver, sampleMessage } from './support/deliver.js';
import { exampleFile, type Gateway, startGateway } from './support/gateway.js';
import { type Sink, startSink } from './support/sink.js';
import { until } from './support/until.js';

const SENDER = 'ann@client.example';
const four = ['a', 'b', 'c', 'd'];

describe('a notice that waits for others when Haraka is killed', () => {
  let gateway: Gateway;
  let store: Sink;

  beforeEach(async () => {
    store = await startSink();
    gateway = await startGateway({
      cnf: ['lmtp', 'single']
        .map((name) => `${name}.test   $U@${name}.test@${name.toUpperCase()}-DAEMON\n`)
        .join('')
        .concat(exampleFile('pmdf.cnf'))
        .concat('\ntcp_lmtp smtp\nLMTP-DAEMON\n\ntcp_single smtp single\nSINGLE-DAEMON\n'),
      delivery: (ports) => `delivery:
  l: { method: through, next_hop: '127.0.0.1:${ports.l}' }
  tcp_internal: { method: queue, next_hop: '127.0.0.1:${ports.tcp_internal}' }
  tcp_local: { method: queue, next_hop: '127.0.0.1:${ports.tcp_local}' }
  tcp_lmtp: { method: through, next_hop: 'lmtp://127.0.0.1:${store.port}' }
  tcp_single: { method: queue, next_hop: '127.0.0.1:${store.port}' }
`,
    });
  });
  afterEach(async () => {
    await gateway?.stop();
    await store?.stop();
  });

  for (const [name, domain, refusals] of [
    ['refused from the queue', 'single.test', 4],
    ['refused by an LMTP server while the client waits', 'lmtp.test', 0],
  ] as const) {
    it(`tells of every recipient after the next start: ${name}`, async () => {
      const to = four.map((one) => `${one}@${domain}`);
      for (const one of to) {
        if (refusals > 0) store.refuseRecipient(one, { code: 550, text: '5.1.1 no' });
        else store.refuseLmtpRecipient(one, { code: 550, text: '5.1.1 no' });
      }
      const { data } = await deliver({
        port: gateway.port,
        localAddress: '127.0.1.5',
        from: SENDER,
        to: ['good@lmtp.test', ...to],
        message: sampleMessage('killed'),
      });
      assert.equal(data?.code, 250, data?.text);
      await until(
        () => store.attempts.filter(({ code }) => code === 550).length >= refusals,
        900,
        () => `${refusals} refusals`,
      );
      gateway.kill('SIGKILL');
      await gateway.exited;
      const { messages } = gateway.sinks.tcp_local;
      assert.equal(messages.length, 0);
      assert.equal(gateway.filesIn('queue').length, to.length);
      const second = await gateway.install.start();
      try {
        await until(
          () => gateway.filesIn('queue').length === 0,
          15_000,
          () => `an empty queue: ${gateway.filesIn('queue').join(' ')}`,
        );
        const told = messages.flatMap(({ raw }) =>
          [...raw.toString('latin1').matchAll(/^Final-Recipient: rfc822; ?(\S+)/gm)].map(
            ([, address]) => address,
          ),
        );
        assert.deepEqual(told.sort(), to);
        assert.equal(messages.length, 1);
        assert.deepEqual(
          store.messages.flatMap(({ envelopeTo }) => envelopeTo),
          ['good@lmtp.test'],
        );
      } finally {
        await second.stop();
      }
    });
  }
});
