// pmdf/deliver with an LMTP next hop: from the queue, since Haraka has no other LMTP.

import assert from 'node:assert/strict';
import { deliver, sampleMessage } from './support/deliver.js';
import { type Gateway, startGateway } from './support/gateway.js';

describe('an LMTP next hop', () => {
  let gateway: Gateway;

  before(async () => {
    gateway = await startGateway({
      plugins: ['pmdf/switchchannel', 'pmdf/access', 'pmdf/deliver'],
      delivery: (ports) => `delivery:
  l: { next_hop: 'lmtp://127.0.0.1:${ports.l}' }
  tcp_internal: queue
`,
    });
  });
  after(() => gateway?.stop());

  it('gets mail by LMTP from the queue', async () => {
    const { data } = await deliver({
      port: gateway.port,
      localAddress: '127.0.2.1',
      from: 'a@client.example',
      to: ['bob@domain.com', 'ann@domain.com'],
      message: sampleMessage('lmtp'),
    });
    assert.equal(data?.code, 250);
    const [message] = await gateway.sinks.l.waitForMessages(1);
    assert.deepEqual(message?.envelopeTo, ['bob@domain.com', 'ann@domain.com']);
    assert.equal(message?.isLmtp, true);
  });
});
