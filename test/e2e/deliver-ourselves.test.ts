/*
 * Mail whose next hop is the gateway itself: refused at RCPT or bounced at once, and never sent round. Another server on the same
 * host is not the gateway.
 */

import assert from 'node:assert/strict';
import { bounceOf } from './support/bounce.js';
import { deliver, sampleMessage } from './support/deliver.js';
import { freePort } from './support/free-port.js';
import { exampleFile, type Gateway, startGateway } from './support/gateway.js';
import { until } from './support/until.js';

const FROM = 'ann@domain.com';
const NAT = '192.0.2.7';

describe('mail to the gateway itself', () => {
  let gateway: Gateway;

  before(async () => {
    const port = await freePort();
    const names = ['through', 'hop', 'mx', 'named', 'beside'];
    const rules = names.map((name) => `${name}.test   $U%${name}.test@${name.toUpperCase()}-DAEMON`);
    const block = (name: string, keywords: string): string =>
      `\ntcp_${name} smtp mx ${keywords}\n${name.toUpperCase()}-DAEMON\n`;
    gateway = await startGateway({
      listen: [`127.0.0.1:${port}`],
      cnf: `${rules.join('\n')}\n${exampleFile('pmdf.cnf')}${[
        block('through', ''),
        block('hop', `daemon 127.0.0.1 port ${port}`),
        block('mx', `port ${port}`),
        block('named', ''),
        block('beside', ''),
      ].join('')}`,
      names: {
        'MX mx.test': ['10 self.example', '20 other.example'],
        'A self.example': ['127.0.0.1'],
        'MX named.test': ['10 domain.com'],
        'A domain.com': ['192.0.2.8'],
      },
      delivery: (ports) => `delivery:
  own_addresses: ['${NAT}']
  l: { method: through, next_hop: '127.0.0.1:${ports.l}' }
  tcp_internal: queue
  tcp_local: queue
  tcp_through: { method: through, next_hop: '127.0.0.1:${port}' }
  tcp_hop: queue
  tcp_mx: queue
  tcp_named: queue
  tcp_beside: { method: queue, next_hop: '127.0.0.1:${ports.tcp_internal}' }
`,
    });
  });
  after(() => gateway?.stop());
  beforeEach(() => gateway.clearSinks());

  const send = (to: string) =>
    deliver({
      port: gateway.port,
      localAddress: '127.0.1.5',
      from: FROM,
      to: [to],
      message: sampleMessage(to),
    });

  it('is refused at RCPT', async () => {
    const { rcpt } = await send('x@through.test');
    assert.deepEqual(rcpt[0]?.lines, [
      '554 5.4.6 the next mail server for this address is this gateway itself',
    ]);
    assert.deepEqual(gateway.filesIn('queue'), []);
  });

  for (const [what, to] of [
    ['the keyword daemon names it', 'x@hop.test'],
    ['an MX record of the domain does', 'x@mx.test'],
    ['an MX record has its name', 'x@named.test'],
    ['the address is a literal of its public address', `x@[${NAT}]`],
  ] as const) {
    it(`is bounced when ${what}`, async () => {
      const { data } = await send(to);
      assert.equal(data?.code, 250);
      // The postmaster gets a copy of each report.
      const report = () =>
        gateway.sinks.l.messages.find(
          ({ envelopeTo, raw }) => !envelopeTo.includes('postmaster@domain.com') && raw.includes(to),
        );
      await until(
        () => report() !== undefined,
        8_000,
        () => 'a report',
      );
      const bounce = report();
      assert.ok(bounce !== undefined);
      const { status, finalRecipient, text } = bounceOf(bounce);
      assert.match(status, /^5\.4\.6\b/);
      assert.equal(finalRecipient, `rfc822;${to}`);
      assert.match(text, /is\s+this\s+gateway\s+itself/);
      assert.doesNotMatch(text, /pmdf process channel/);
    });
  }

  it('is not what another server on the same host gets', async () => {
    assert.equal((await send('x@beside.test')).data?.code, 250);
    const [message] = await gateway.sinks.tcp_internal.waitForMessages(1);
    assert.deepEqual(message?.envelopeTo, ['x@beside.test']);
  });
});
