/*
 * Channel names with a hyphen, as in Messaging Server, wherever the name of a channel is read.
 */
import assert from 'node:assert/strict';
import { isChannelName } from '../../../lib/channel/channel-names.js';
import { deliveryRoute } from '../../../lib/policy/delivery-route.js';
import { brief, Site } from '../decide/decide-as.js';

const cnf = `store.domain.com   $U%$D@ims-ms-daemon$Mtcp-in
store.domain.com   $U%$D@other-daemon
.                  $U%$H@TCP-DAEMON

l
domain.com

ims-ms subdirs 20
ims-ms-daemon

box-2 smtp musttlsclient
other-daemon

tcp_local smtp mx maytlsserver switchchannel saslswitchchannel tcp-in tlsswitchchannel tcp-in
TCP-DAEMON

tcp-in smtp mx allowswitchchannel
tcp-in-daemon
`;
const mappings = `ORIG_SEND_ACCESS

  tcp_local|*|box-*|*   $NNot$ for$ strangers
  tcp-in|*|ims-ms|no*   $NNot$ here
`;
const yaml = `delivery:
  ims-ms: { next_hop: 'lmtp://store.domain.com' }
tls_verify:
  channels: { box-2: name }
shadow: { channels: [box-2] }
`;

describe('channel names with a hyphen', () => {
  const site = new Site({ cnf, mappings, yaml });
  for (const { to, source, is } of [
    { to: 'u@store.domain.com', source: 'tcp-in', is: 'u@store.domain.com on ims-ms' },
    {
      to: 'no@store.domain.com',
      source: 'tcp-in',
      is: '550 5.7.1 Not here: no@store.domain.com by mappings:4',
    },
    {
      to: 'u@store.domain.com',
      source: 'tcp_local',
      is: '550 5.7.1 Not for strangers: u@store.domain.com by mappings:3',
    },
  ]) {
    it(`are read in rules, tables and probes: ${to} from ${source}`, () => {
      assert.equal(brief(site.recipient(to, { source })), is);
    });
  }

  it('are read in settings', () => {
    const { nextHop } = deliveryRoute(site.policy, 'ims-ms');
    assert.deepEqual(nextHop, { protocol: 'lmtp', host: 'store.domain.com', port: 24 });
    assert.deepEqual([...site.policy.settings.tlsVerify.channels.keys()], ['box-2']);
    assert.deepEqual(site.policy.settings.shadow.channels, ['box-2']);
  });

  for (const name of ['ims-ms', 'a', '$x', '_a-', `a${'-'.repeat(31)}`])
    it(`accept ${name}`, () => {
      assert.ok(isChannelName(name));
    });
  for (const name of ['', '-a', '--json', 'A-b', 'a b', 'a.b', `a${'-'.repeat(32)}`])
    it(`do not accept \`${name}\``, () => {
      assert.ok(!isChannelName(name));
    });
});
