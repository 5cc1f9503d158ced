/*
 * What is asked for each address of a plan: with aliases, with lists, and where one mailbox is reached several times.
 */
import assert from 'node:assert/strict';
import { noEffects } from '../../../lib/decide/decision.js';
import type { NotifyEvent, RecipientNotary } from '../../../lib/notary/request.js';
import { accept } from '../../../lib/smtp/verdict.js';
import { Planner, type Recipient } from '../../../plugins/deliver/plan.js';
import { exampleFile } from '../../lib/decide/session-of.js';
import { policyOf } from '../../lib/policy/policy-of.js';
import { fakeAddress } from '../fakes.js';

const { policy } = policyOf({ cnf: exampleFile('pmdf.cnf') });

/** A recipient of domain.com and the addresses that it became. */
function recipient(
  name: string,
  notify: readonly NotifyEvent[] | null,
  ...became: readonly string[]
): Recipient {
  const named = `${name}@domain.com`;
  const addresses = became.length === 0 ? [named] : became;
  return {
    named,
    decision: {
      verdict: accept(null),
      address: named,
      channel: 'l',
      deliveries: addresses.map((address) => ({
        address,
        channel: address.endsWith('@domain.com') ? 'l' : 'tcp_local',
      })),
      effects: noEffects,
      entries: [],
      shadowed: [],
    },
    notary: { notify, orcpt: null },
  };
}

function written({ notify, orcpt }: RecipientNotary): string {
  return `${notify === null ? '-' : `[${notify.join()}]`} ${orcpt?.address ?? '-'}`;
}

function asked(...recipients: readonly Recipient[]): Record<string, string> {
  const planner = new Planner(policy);
  for (const one of recipients) planner.add(fakeAddress(one.named), one);
  const { through, queued } = planner.joinedPlan;
  return Object.fromEntries(
    [...through, ...queued].map(({ address, notary }) => [
      address,
      notary === undefined ? 'nothing' : written(notary),
    ]),
  );
}

describe('what is asked for the addresses of a plan', () => {
  it('is what was asked for the recipient', () => {
    assert.deepEqual(asked(recipient('bob', ['DELAY'])), { 'bob@domain.com': '[DELAY] -' });
  });

  it('names the recipient where it became another address', () => {
    assert.deepEqual(asked(recipient('bob', ['SUCCESS'], 'b@other.com')), {
      'b@other.com': '[SUCCESS] bob@domain.com',
    });
  });

  it('does not report success for each of several addresses', () => {
    assert.deepEqual(asked(recipient('list', ['SUCCESS', 'FAILURE'], 'b@other.com', 'kim@domain.com')), {
      'kim@domain.com': '[FAILURE] list@domain.com',
      'b@other.com': '[FAILURE] list@domain.com',
    });
  });

  it('takes one mailbox in two spellings for one address', () => {
    assert.deepEqual(asked(recipient('list', ['SUCCESS'], 'b@other.com', 'b@OTHER.com')), {
      'b@other.com': '[SUCCESS] list@domain.com',
    });
  });

  it('is joined for a mailbox that is reached twice', () => {
    assert.deepEqual(
      asked(recipient('bob', ['SUCCESS']), recipient('list', null, 'bob@domain.com', 'kim@domain.com')),
      { 'bob@domain.com': '[SUCCESS,FAILURE,DELAY] list@domain.com', 'kim@domain.com': '- list@domain.com' },
    );
  });

  it('is no longer joined once a recipient was replaced', () => {
    const planner = new Planner(policy);
    const bob = fakeAddress('bob');
    planner.add(bob, recipient('bob', ['SUCCESS']));
    planner.add(fakeAddress('bob'), recipient('bob', ['DELAY']));
    planner.keepTail([bob, fakeAddress('kim')]);
    assert.deepEqual(
      planner.joinedPlan.through.map(({ notary }) => notary?.notify),
      [['SUCCESS']],
    );
  });
});
