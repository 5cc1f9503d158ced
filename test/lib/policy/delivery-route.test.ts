/*
 * How the mail of a channel leaves, by its keywords and the settings.
 */
import assert from 'node:assert/strict';
import { type DeliveryRoute, deliveryRoute } from '../../../lib/policy/delivery-route.js';
import { exceedsHoldLimit } from '../../../lib/policy/hold-limit.js';
import { policyOf } from './policy-of.js';

function routeOf(keywords: string, yaml = '', name = 'tcp_x'): DeliveryRoute {
  const cnf = `.  $U%$H@X-DAEMON\n\nl\ndomain.com\n\ntcp_local\nTCP-DAEMON\n\n${name} ${keywords}\nX-DAEMON\n`;
  return deliveryRoute(policyOf({ cnf, yaml }).policy, name);
}

describe('delivery routes', () => {
  const cases: readonly {
    readonly keywords: string;
    readonly yaml?: string;
    readonly name?: string;
    readonly route: Partial<DeliveryRoute>;
  }[] = [
    { keywords: 'smtp', route: { method: 'through', nextHop: null, mx: 'random', copies: 'multiple' } },
    { keywords: 'smtp switchchannel', route: { method: 'queue' } },
    { keywords: 'smtp musttls', route: { method: 'queue' } },
    { keywords: 'smtp musttlsclient', route: { method: 'queue' } },
    { keywords: 'smtp notlsclient', route: { method: 'queue' } },
    { keywords: 'smtp musttlsserver', route: { method: 'through' } },
    { keywords: 'smtp maytls', route: { method: 'through' } },
    { keywords: 'smtp', yaml: 'delivery:\n  tcp_x: queue\n', route: { method: 'queue' } },
    {
      keywords: 'smtp',
      yaml: "delivery:\n  tcp_x: { next_hop: 'lmtp://h.example' }\n",
      route: { method: 'through', nextHop: { protocol: 'lmtp', host: 'h.example', port: 24 } },
    },
    {
      keywords: 'smtp daemon hub.example',
      route: { nextHop: { protocol: 'smtp', host: 'hub.example', port: 25 } },
    },
    {
      keywords: 'smtp daemon [192.0.2.1] port 2525',
      route: { nextHop: { protocol: 'smtp', host: '192.0.2.1', port: 2525 } },
    },
    {
      keywords: 'lmtp port 225 daemon store.example',
      route: { method: 'through', nextHop: { protocol: 'lmtp', host: 'store.example', port: 225 } },
    },
    {
      keywords: 'lmtp daemon [192.0.2.1]',
      route: { method: 'through', nextHop: { protocol: 'lmtp', host: '192.0.2.1', port: 24 } },
    },
    { keywords: 'lmtp', route: { method: 'queue', nextHop: null, protocol: 'lmtp', port: 24 } },
    { keywords: 'lmtp port 225', route: { nextHop: null, protocol: 'lmtp', port: 225 } },
    {
      keywords: 'lmtp',
      yaml: "delivery:\n  tcp_x: { next_hop: 'lmtp://h.example:225' }\n",
      route: {
        method: 'through',
        nextHop: { protocol: 'lmtp', host: 'h.example', port: 225 },
        protocol: 'lmtp',
      },
    },
    {
      keywords: 'smtp',
      yaml: "delivery:\n  tcp_x: { next_hop: 'lmtp://h.example:225' }\n",
      route: { protocol: 'lmtp' },
    },
    { keywords: 'smtp daemon router port 2525', route: { nextHop: null, port: 2525 } },
    {
      keywords: 'smtp daemon hub.example',
      yaml: "delivery:\n  tcp_x: { next_hop: 'other.example:26' }\n",
      route: { nextHop: { protocol: 'smtp', host: 'other.example', port: 26 } },
    },
    { keywords: 'smtp nomx', route: { mx: 'none' } },
    { keywords: 'smtp nonrandommx', route: { mx: 'ordered' } },
    { keywords: 'smtp randommx', route: { mx: 'random' } },
    { keywords: 'smtp lastresort hub.example', route: { lastResort: 'hub.example' } },
    { keywords: 'smtp interfaceaddress 192.0.2.9', route: { localAddress: '192.0.2.9' } },
    { keywords: 'smtp single', route: { copies: 'single' } },
    {
      keywords: 'smtp',
      yaml: "delivery:\n  tcp_x: { next_hop: 'lmtp://store.example' }\n",
      route: { method: 'through', copies: 'single', directCopies: 'multiple' },
    },
    {
      keywords: 'lmtp single daemon store.example',
      route: { method: 'through', copies: 'single', directCopies: 'single' },
    },
    { keywords: 'lmtp switchchannel daemon store.example', route: { method: 'queue' } },
    {
      keywords: 'smtp',
      yaml: 'delivery:\n  through_plugin: lmtp\n',
      route: { method: 'through', copies: 'single' },
    },
    { keywords: 'smtp single_sys addrsperfile 20', route: { copies: 'single_sys', addressesPerFile: 20 } },
    { keywords: '', name: 'process', route: { method: 'queue' } },
    { keywords: '', name: 'reprocess', route: { method: 'queue' } },
    { keywords: '', name: 'bitbucket', route: { method: 'discard' } },
  ];
  for (const { keywords, yaml, name, route } of cases) {
    it(`for ${name ?? 'tcp_x'} ${keywords}${yaml === undefined ? '' : ` with ${yaml.trim().split('\n').at(-1)?.trim()}`}`, () => {
      const found = routeOf(keywords, yaml, name);
      assert.deepEqual({ ...found, ...route }, found);
    });
  }
});

describe('holdlimit', () => {
  const { policy } = policyOf({
    cnf: '.  $U%$H@X-DAEMON\n\nl\ndomain.com\n\ntcp_local\nTCP-DAEMON\n\ntcp_x smtp holdlimit 3\nX-DAEMON\n',
  });
  for (const [channel, recipients, exceeds] of [
    ['tcp_x', 3, false],
    ['tcp_x', 4, true],
    ['l', 1_000, false],
  ] as const) {
    it(`${exceeds ? 'is' : 'is not'} exceeded by ${recipients} recipients on ${channel}`, () => {
      assert.equal(exceedsHoldLimit(policy, channel, recipients), exceeds);
    });
  }
});
