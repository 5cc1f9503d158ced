/*
 * pmdf/deliver beside Haraka plugins that accept recipients or replace them: rcpt_to.in_host_list, aliases.
 */

import assert from 'node:assert/strict';
import { type DeliveryReplies, deliver, sampleMessage } from '../support/deliver.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { connect } from '../support/smtp-client.js';
import { until } from '../support/until.js';

const STRANGER = '127.0.2.1';
const OURS = '127.0.1.5';

function send(gateway: Gateway, to: readonly string[], localAddress = STRANGER): Promise<DeliveryReplies> {
  const message = sampleMessage('beside other plugins');
  return deliver({ port: gateway.port, localAddress, from: 'a@client.example', to, message });
}

function emptyQueue(gateway: Gateway): Promise<void> {
  return until(
    () => gateway.filesIn('queue').length === 0,
    8_000,
    () => `${gateway.filesIn('queue').join(' ')} gone`,
  );
}

function arrived(gateway: Gateway): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(gateway.sinks).flatMap(([name, { messages }]) => {
      const to = messages.flatMap(({ envelopeTo }) => envelopeTo).sort();
      return to.length === 0 ? [] : [[name, to]];
    }),
  );
}

for (const withAccess of [true, false]) {
  describe(`rcpt_to.in_host_list ${withAccess ? 'with' : 'without'} pmdf/access`, () => {
    let gateway: Gateway;

    before(async () => {
      gateway = await startGateway({
        plugins: [
          'pmdf/switchchannel',
          ...(withAccess ? ['pmdf/access'] : []),
          'rcpt_to.in_host_list',
          'queue/smtp_forward',
          'pmdf/deliver',
        ],
        config: { host_list: 'domain.com\nsub.domain.com\n' },
      });
    });
    after(() => gateway?.stop());
    beforeEach(() => gateway.clearSinks());

    it('changes neither the replies nor the deliveries', async () => {
      const { rcpt, data } = await send(gateway, ['bob@domain.com', 'jane.doe@domain.com', 'x@other.com']);
      assert.deepEqual(
        rcpt.map(({ code }) => code),
        [250, 250, 550],
      );
      assert.equal(data?.code, 250);
      await emptyQueue(gateway);
      assert.deepEqual(arrived(gateway), { l: ['bob@domain.com'], tcp_local: ['jdoe@other.com'] });
    });

    it('does not let hidden routing pass', async () => {
      const { rcpt, data } = await send(gateway, ['bob@domain.com', 'victim%evil.example@domain.com']);
      assert.deepEqual(
        rcpt.map(({ code }) => code),
        [250, 550],
      );
      assert.equal(data?.code, 250);
    });

    it('delivers to the recipients of two servers, and asks each server', async () => {
      gateway.sinks.tcp_internal.refuseRecipient('y@sub.domain.com', {
        code: 550,
        text: '5.1.1 no such user',
      });
      const { rcpt, data } = await send(gateway, ['bob@domain.com', 'x@sub.domain.com', 'y@sub.domain.com']);
      assert.deepEqual(
        rcpt.map(({ code }) => code),
        [250, 250, 550],
      );
      assert.equal(data?.code, 250);
      assert.deepEqual(arrived(gateway), { l: ['bob@domain.com'], tcp_internal: ['x@sub.domain.com'] });
    });
  });
}

describe('haraka-plugin-aliases', () => {
  let gateway: Gateway;

  before(async () => {
    gateway = await startGateway({
      plugins: ['aliases', 'pmdf/switchchannel', 'pmdf/access', 'queue/smtp_forward', 'pmdf/deliver'],
      config: {
        'aliases.json': JSON.stringify({
          'info@domain.com': { action: 'alias', to: 'bob@domain.com' },
          'team@domain.com': { action: 'alias', to: ['bob@domain.com', 'carol@domain.com'] },
          'both@domain.com': { action: 'alias', to: ['x@other.com', 'y@other.com'] },
          'out@domain.com': { action: 'alias', to: 'jdoe@other.com' },
          'janet@domain.com': { action: 'alias', to: 'jane.doe@domain.com' },
          'noreply@domain.com': { action: 'drop' },
        }),
      },
    });
  });
  after(() => gateway?.stop());
  beforeEach(() => gateway.clearSinks());

  for (const [what, to, wanted] of [
    ['an alias inside', ['info@domain.com'], { l: ['bob@domain.com'] }],
    ['an alias for several', ['team@domain.com'], { l: ['bob@domain.com', 'carol@domain.com'] }],
    ['an alias of a recipient that PMDF forwards', ['janet@domain.com'], { tcp_local: ['jdoe@other.com'] }],
    ['nobody for an alias that drops', ['noreply@domain.com'], {}],
  ] as const) {
    it(`delivers to ${what}`, async () => {
      const { data } = await send(gateway, to);
      assert.equal(data?.code, 250);
      await emptyQueue(gateway);
      assert.deepEqual(arrived(gateway), wanted);
    });
  }

  // The alias looks like relaying, since nothing marks it as an alias.
  for (const to of ['out@domain.com', 'both@domain.com']) {
    it(`does not forward to the outside for a stranger: ${to}`, async () => {
      const { rcpt } = await send(gateway, [to]);
      assert.equal(rcpt[0]?.code, 550);
      assert.match(rcpt[0]?.text ?? '', /Relaying not permitted/);
      await emptyQueue(gateway);
      assert.deepEqual(arrived(gateway), {});
    });
  }

  it('leaves nothing of a rejected alias in the transaction', async () => {
    const client = await connect({ port: gateway.port, localAddress: STRANGER });
    await client.ehlo();
    await client.mail('a@client.example');
    assert.equal((await client.rcpt('both@domain.com')).code, 550);
    await client.rcpt('bob@domain.com');
    await client.data(sampleMessage('leftover'));
    await client.quit();
    await emptyQueue(gateway);
    assert.equal(arrived(gateway)['tcp_local'], undefined);
  });

  it('forwards to the outside for internal clients', async () => {
    assert.equal((await send(gateway, ['out@domain.com'], OURS)).data?.code, 250);
    await gateway.sinks.tcp_local.waitForMessages(1);
    assert.deepEqual(arrived(gateway), { tcp_local: ['jdoe@other.com'] });
  });
});
