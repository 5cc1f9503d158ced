import assert from 'node:assert/strict';
import { noEffects, type RecipientDecision } from '../../../lib/decide/decision.js';
import { accept } from '../../../lib/smtp/verdict.js';
import { exampleFile } from '../../lib/decide/session-of.js';
import { policyOf } from '../../lib/policy/policy-of.js';
import { plannerOf } from './planner-of.js';

const yaml = `delivery:
  l: { next_hop: 'Mail.domain.com:2525' }
  tcp_internal: { next_hop: 'smtp://mail.domain.com:2525' }
  tcp_far: { next_hop: 'far.domain.com' }
`;
const cnf = exampleFile('pmdf.cnf').concat('\ntcp_far smtp\nFAR-DAEMON\n');
const { policy } = policyOf({ cnf, yaml });

function decisionOf(...deliveries: readonly (readonly [string, string])[]): RecipientDecision {
  return {
    verdict: accept(null),
    address: deliveries[0]?.[1] ?? '',
    channel: deliveries[0]?.[0] ?? null,
    deliveries: deliveries.map(([channel, address]) => ({ channel, address })),
    effects: noEffects,
    shadowed: [],
    entries: [],
  };
}

function planOf(decisions: readonly RecipientDecision[]): {
  through: string[];
  queued: string[];
  conflict: string | null;
} {
  const recipients = decisions.map((decision) => ({ named: decision.address, decision }));
  const { plan, conflict } = plannerOf(policy, recipients);
  const name = ({ address, route }: (typeof plan.through)[number]): string => `${route.channel}: ${address}`;
  return { through: plan.through.map(name), queued: plan.queued.map(name), conflict };
}

describe('plan of a transaction', () => {
  it('splits recipients by the method of their channel', () => {
    assert.deepEqual(
      planOf([
        decisionOf(['l', 'a@domain.com'], ['process', 'b@other.com']),
        decisionOf(['tcp_local', 'c@third.example']),
      ]),
      {
        through: ['l: a@domain.com'],
        queued: ['process: b@other.com', 'tcp_local: c@third.example'],
        conflict: null,
      },
    );
  });

  it('contains an address once if several recipients became it', () => {
    const { through } = planOf([decisionOf(['l', 'a@domain.com']), decisionOf(['l', 'a@domain.com'])]);
    assert.deepEqual(through, ['l: a@domain.com']);
  });

  for (const [first, second, isOne] of [
    ['jdoe@other.com', 'jdoe@OTHER.com', true],
    ['jdoe@Other.COM', 'jdoe@other.com', true],
    ['jdoe@other.com.', 'jdoe@other.com', true],
    ['"jdoe"@other.com', 'jdoe@other.com', true],
    ['"j\\doe"@other.com', 'jdoe@other.com', true],
    ['"a@b"@other.com', '"a@b"@OTHER.com', true],
    ['jdoe@[IPv6:2001:DB8::1]', 'jdoe@[IPv6:2001:db8:0::1]', true],
    ['jdoe@other.com', 'JDoe@other.com', false],
    ['jdoe@other.com', 'jdoe@another.com', false],
    ['"a@b"@other.com', 'a@other.com', false],
  ] as const) {
    it(`treats ${first} and ${second} as ${isOne ? 'one mailbox' : 'two mailboxes'}`, () => {
      for (const channel of ['l', 'tcp_local', 'process']) {
        const { through, queued } = planOf([decisionOf([channel, first]), decisionOf([channel, second])]);
        assert.deepEqual(
          [...through, ...queued],
          (isOne ? [first] : [first, second]).map((address) => `${channel}: ${address}`),
        );
      }
    });
  }

  it('treats one server of several channels as one', () => {
    const { conflict } = planOf([
      decisionOf(['l', 'a@domain.com']),
      decisionOf(['tcp_internal', 'b@sub.domain.com']),
    ]);
    assert.equal(conflict, null);
  });

  it('delivers to any number of servers', () => {
    const { through, conflict } = planOf([
      decisionOf(['l', 'a@domain.com'], ['tcp_far', 'c@far.example']),
      decisionOf(['tcp_far', 'b@far.example']),
    ]);
    assert.deepEqual(through, ['l: a@domain.com', 'tcp_far: c@far.example', 'tcp_far: b@far.example']);
    assert.equal(conflict, null);
  });

  describe('with a queue plugin that delivers mail without a next hop', () => {
    const { policy: mixed } = policyOf({
      cnf,
      yaml: "delivery:\n  through_plugin: qmail-queue\n  tcp_far: { next_hop: 'far.domain.com' }\n",
    });
    const planned = (...decisions: readonly RecipientDecision[]) =>
      plannerOf(
        mixed,
        decisions.map((decision) => ({ named: decision.address, decision })),
      );

    it('finds that two plugins cannot share a transaction', () => {
      assert.equal(
        planned(decisionOf(['l', 'a@domain.com']), decisionOf(['tcp_far', 'b@far.example'])).conflict,
        'queue/qmail-queue and pmdf/deliver',
      );
    });

    it('queues mail of the other plugin for one recipient', () => {
      const { plan, conflict } = planned(decisionOf(['l', 'a@domain.com'], ['tcp_far', 'b@far.example']));
      assert.deepEqual(
        plan.queued.map(({ address }) => address),
        ['b@far.example'],
      );
      assert.equal(conflict, null);
    });
  });
});
