/*
 * Recipients that arrive one by one, are rejected again, or are replaced by other plugins: the plan always matches the
 * current list, and nobody is planned twice.
 */

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { noEffects } from '../../../lib/decide/decision.js';
import { accept } from '../../../lib/smtp/verdict.js';
import { Planner, type Recipient } from '../../../plugins/deliver/plan.js';
import type { HarakaAddress } from '../../../plugins/haraka/types.js';
import { exampleFile } from '../../lib/decide/session-of.js';
import { policyOf } from '../../lib/policy/policy-of.js';
import { fakeAddress } from '../fakes.js';
import { plannerOf } from './planner-of.js';

const { policy } = policyOf({
  cnf: exampleFile('pmdf.cnf').concat('\ntcp_far smtp\nFAR-DAEMON\n\nbitbucket\nBITBUCKET-DAEMON\n'),
  yaml: `delivery:
  l: { next_hop: 'mail.domain.com:2525' }
  tcp_far: { next_hop: 'far.domain.com' }
`,
});

let planned = 0;

function recipientOf(address: HarakaAddress): Recipient {
  const [name = '', ...channels] = address.user.split('.');
  const deliveries = channels.map((channel) => ({ channel, address: `${name}@domain.com` }));
  const decision = {
    verdict: accept(null),
    address: `${name}@domain.com`,
    channel: channels[0] ?? null,
    effects: noEffects,
    entries: [],
    shadowed: [],
    get deliveries() {
      planned += 1;
      return deliveries;
    },
  };
  return { named: address.address, decision };
}

function goOn(soFar: Planner, list: readonly HarakaAddress[], planned: number): void {
  for (const address of list.slice(planned)) soFar.add(address, recipientOf(address));
}

/** A name, and the channels it is routed to. */
const named = fc
  .tuple(
    fc.constantFrom('a', 'b', 'c'),
    fc.array(fc.constantFrom('l', 'tcp_far', 'tcp_local', 'process', 'bitbucket'), { maxLength: 3 }),
  )
  .map(([name, channels]) => [name, ...channels].join('.'));

describe('the recipients so far', () => {
  it('are planned once each, however many there are', () => {
    const soFar = new Planner(policy);
    const list: HarakaAddress[] = [];
    planned = 0;
    for (let index = 0; index < 1000; index += 1) {
      list.push(fakeAddress(`u${index}.l`));
      goOn(soFar, list, soFar.keepTail(list));
      goOn(soFar, list, soFar.keepTail(list));
    }
    assert.equal(planned, 1000);
    assert.equal(soFar.plan.through.length, 1000);
  });

  it('match the list, whatever is removed or added', () => {
    const change = fc.oneof(
      fc.record({ kind: fc.constant('push' as const), name: named }),
      fc.record({ kind: fc.constant('pop' as const) }),
      fc.record({ kind: fc.constant('replace' as const), at: fc.nat(5), name: named }),
    );
    fc.assert(
      fc.property(fc.array(change, { maxLength: 20 }), (changes) => {
        const soFar = new Planner(policy);
        const list: HarakaAddress[] = [];
        for (const one of changes) {
          if (one.kind === 'push') list.push(fakeAddress(one.name));
          else if (one.kind === 'pop') list.pop();
          else if (one.at < list.length) list[one.at] = fakeAddress(one.name);
          goOn(soFar, list, soFar.keepTail(list));
        }
        goOn(soFar, list, soFar.keepAll(list));
        const anew = plannerOf(policy, list.map(recipientOf));
        assert.deepEqual(soFar.plan, anew.plan);
        assert.equal(soFar.conflict, anew.conflict);
        assert.deepEqual(
          soFar.recipients.map((one) => one.named),
          list.map((one) => one.address),
        );
      }),
    );
  });
});
