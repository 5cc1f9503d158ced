/*
 * Two worker processes: each message is delivered once, whichever accepted it, and the second pass takes place in the
 * process that wrote the queue file.
 */

import assert from 'node:assert/strict';
import { deliver, sampleMessage } from '../support/deliver.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { until } from '../support/until.js';

const MESSAGES = 24;

describe('cluster mode with two workers', () => {
  let gateway: Gateway;

  before(async () => {
    gateway = await startGateway({
      nodes: 2,
      config: { 'pmdf/aliases': 'staff: stafflist@process-daemon\nstafflist: bob, jim@other.com\n' },
    });
    // Each worker logs it.
    await until(
      () => (gateway.log().match(/Listening on/g)?.length ?? 0) >= 2,
      10_000,
      () => 'two workers',
    );
  });
  after(() => gateway?.stop());

  it('delivers every copy once', async () => {
    const replies = await Promise.all(
      Array.from({ length: MESSAGES }, (_, number) =>
        deliver({
          port: gateway.port,
          localAddress: '127.0.2.1',
          from: 'a@client.example',
          to: ['ann@domain.com', 'jane.doe@domain.com', 'staff@domain.com'],
          message: sampleMessage(`number ${number}.`),
        }),
      ),
    );
    for (const { data } of replies) assert.equal(data?.code, 250);
    await gateway.sinks.tcp_local.waitForMessages(2 * MESSAGES, 20_000);
    await until(
      () => gateway.filesIn('queue').length === 0,
      20_000,
      () => 'an empty queue',
    );
    const copies = Object.values(gateway.sinks).flatMap(({ messages }) =>
      messages.flatMap(({ envelopeTo, raw }) => {
        const number = /number (\d+)\./.exec(raw.toString('latin1'))?.[1] ?? 'none';
        return envelopeTo.map((to) => `${number} ${to}`);
      }),
    );
    const wanted = Array.from({ length: MESSAGES }, (_, number) =>
      ['ann@domain.com', 'bob@domain.com', 'jdoe@other.com', 'jim@other.com'].map((to) => `${number} ${to}`),
    );
    assert.deepEqual(copies.sort(), wanted.flat().sort());
  });
});
