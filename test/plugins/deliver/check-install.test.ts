import assert from 'node:assert/strict';
import { missingThroughPlugin, shortcomings } from '../../../plugins/deliver/check-install.js';
import { OutboundQueue } from '../../../plugins/haraka/queue/outbound-queue.js';
import { exampleFile } from '../../lib/decide/session-of.js';
import { policyOf } from '../../lib/policy/policy-of.js';
import { notWritten } from '../fakes.js';

function queueWith(...names: readonly string[]): OutboundQueue {
  const nothing = (): void => undefined;
  const outbound = {
    delivery_queue: { push: nothing },
    net_utils: { get_mx: () => Promise.resolve([]) },
  };
  const registered = Object.fromEntries(names.map((name) => [name, {}]));
  const plugins = { registered_plugins: registered, registered_hooks: {}, run_hooks: nothing };
  return new OutboundQueue({ outbound, plugins, ...notWritten });
}

function policyWith(yaml: string) {
  return policyOf({ cnf: exampleFile('pmdf.cnf'), yaml }).policy;
}

/** The findings for an install. */
function said(yaml: string, plugins: readonly string[]) {
  return shortcomings(policyWith(yaml), queueWith(...plugins));
}

describe('what an install lacks', () => {
  for (const [what, yaml, plugins, missing] of [
    ['nothing', '', ['queue/smtp_forward'], null],
    ['smtp_forward', '', [], /^the channels l, tcp_internal are .* queue\/smtp_forward/],
    ['lmtp', 'delivery:\n  through_plugin: lmtp\n', ['queue/smtp_forward'], /^the channels .* queue\/lmtp/],
    [
      'smtp_forward for one next hop',
      "delivery:\n  through_plugin: lmtp\n  l: { next_hop: 'mail.domain.com' }\n",
      ['queue/lmtp'],
      /^the channel l is .* queue\/smtp_forward/,
    ],
    [
      'nothing with an LMTP server',
      "delivery:\n  l: { method: through, next_hop: 'lmtp://[::1]' }\n  tcp_internal: queue\n",
      [],
      null,
    ],
    ['nothing with only the queue', 'delivery:\n  l: queue\n  tcp_internal: queue\n', [], null],
  ] as const) {
    it(`is ${what}`, () => {
      const found = missingThroughPlugin(policyWith(yaml), queueWith(...plugins));
      if (missing === null) assert.equal(found, null);
      else assert.match(found ?? '', missing);
    });
  }

  it('includes queue plugins that do not deliver mail of the process channel', () => {
    const yaml = 'delivery:\n  through_plugin: qmail-queue\n';
    assert.match(
      said(yaml, ['queue/qmail-queue']).join(),
      /^mail that the process channel sends to l, tcp_internal/,
    );
    assert.deepEqual(said('delivery:\n  through_plugin: lmtp\n', ['queue/lmtp']), []);
  });

  it('includes queue/smtp_proxy', () => {
    assert.match(
      said('', ['queue/smtp_forward', 'queue/smtp_proxy']).join(),
      /^queue\/smtp_proxy offers every/,
    );
  });
});
