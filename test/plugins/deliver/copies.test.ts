import assert from 'node:assert/strict';
import fc from 'fast-check';
import { deliveryRoute } from '../../../lib/policy/delivery-route.js';
import type { Policy } from '../../../lib/policy/policy.js';
import { copiesOf } from '../../../plugins/deliver/copies.js';
import type { ForwardedBy, PlannedDelivery } from '../../../plugins/deliver/plan.js';
import { exampleFile } from '../../lib/decide/session-of.js';
import { policyOf } from '../../lib/policy/policy-of.js';

const cnf = exampleFile('pmdf.cnf').concat(`
tcp_any smtp daemon hub.example
ANY-DAEMON

tcp_dns smtp switchchannel
DNS-DAEMON

tcp_one smtp single daemon hub.example
ONE-DAEMON

tcp_sys smtp single_sys daemon hub.example
SYS-DAEMON

tcp_two smtp daemon hub.example addrsperfile 2
TWO-DAEMON
`);
const { policy }: { policy: Policy } = policyOf({ cnf });

function to(channel: string, address: string, forwardedBy: ForwardedBy | null = null): PlannedDelivery {
  return { address, route: deliveryRoute(policy, channel), forwardedBy };
}

function copies(deliveries: readonly PlannedDelivery[]): string[] {
  return copiesOf(deliveries).map((copy) => copy.deliveries.map(({ address }) => address).join(' '));
}

describe('copies of a message', () => {
  const addresses = ['a@x.test', 'b@X.test', 'c@y.test'];
  const all = (channel: string) => addresses.map((address) => to(channel, address));

  for (const [channel, wanted] of [
    ['tcp_any', ['a@x.test b@X.test c@y.test']],
    ['tcp_dns', ['a@x.test b@X.test', 'c@y.test']],
    ['tcp_sys', ['a@x.test b@X.test', 'c@y.test']],
    ['tcp_one', addresses],
    ['tcp_two', ['a@x.test b@X.test', 'c@y.test']],
    ['process', addresses],
  ] as const) {
    it(`are shared by the recipients that ${channel} allows`, () => {
      assert.deepEqual(copies(all(channel)), wanted);
    });
  }

  it('are separate for each channel, and for each forwarded recipient', () => {
    const list = { named: 'list@domain.com', means: 'forwarding', hop: null };
    const other = { named: 'other@domain.com', means: 'forwarding', hop: null };
    assert.deepEqual(
      copies([
        to('tcp_any', 'a@x.test', list),
        to('tcp_any', 'b@x.test'),
        to('tcp_any', 'c@x.test', other),
        to('tcp_two', 'd@x.test', list),
        to('tcp_any', 'e@x.test', list),
      ]),
      ['a@x.test e@x.test', 'b@x.test', 'c@x.test', 'd@x.test'],
    );
  });

  it('include every recipient exactly once', () => {
    const channel = fc.constantFrom('tcp_any', 'tcp_dns', 'tcp_one', 'tcp_sys', 'tcp_two', 'process');
    const one = fc.record({ channel, host: fc.constantFrom('x', 'y', 'z') });
    fc.assert(
      fc.property(fc.array(one, { maxLength: 30 }), (wanted) => {
        const deliveries = wanted.map(({ channel: name, host }, at) => to(name, `u${at}@${host}.test`));
        const found = copiesOf(deliveries).flatMap((copy) => copy.deliveries);
        assert.equal(found.length, deliveries.length);
        assert.deepEqual(new Set(found), new Set(deliveries));
      }),
    );
  });
});
