/*
 * When a notice is due, who wants it, and who gets a copy.
 */
import assert from 'node:assert/strict';
import { type NotifyEvent, noRecipientNotary } from '../../../lib/notary/index.js';
import {
  dueAt,
  isCopied,
  isWanted,
  type NoticeAction,
  type NoticeRecipient,
  type PostmasterCopies,
  wantedPart,
} from '../../../lib/notice/index.js';

describe('a message at some age', () => {
  for (const [age, told, due] of [
    [0, null, { kind: 'wait', untilMs: 3 }],
    [2.9, null, { kind: 'wait', untilMs: 3 }],
    [3, null, { kind: 'tell', untilMs: 6 }],
    [5, null, { kind: 'tell', untilMs: 6 }],
    [5, 3.5, { kind: 'wait', untilMs: 6 }],
    [6, 3.5, { kind: 'tell', untilMs: 9 }],
    // Both ages passed while the gateway was down.
    [10, null, { kind: 'tell', untilMs: 12 }],
    [10, 9.5, { kind: 'wait', untilMs: 12 }],
    [12, 9, { kind: 'return' }],
    [100, null, { kind: 'return' }],
  ] as const) {
    it(`of ${age}, last told at ${told}: ${due.kind}`, () => {
      assert.deepEqual(dueAt([3, 6, 9, 12], age, told), due);
    });
  }

  it('is returned at the only age, without a notice before', () => {
    assert.deepEqual(dueAt([3], 2.9, null), { kind: 'wait', untilMs: 3 });
    assert.deepEqual(dueAt([3], 3, null), { kind: 'return' });
  });
});

describe('the wish of the sender', () => {
  const table: readonly (readonly [readonly NotifyEvent[] | null, readonly NoticeAction[]])[] = [
    [null, ['failed', 'delayed']],
    [[], []],
    [['SUCCESS'], ['delivered', 'relayed', 'expanded']],
    [['FAILURE'], ['failed']],
    [['DELAY'], ['delayed']],
    [
      ['SUCCESS', 'FAILURE', 'DELAY'],
      ['failed', 'delayed', 'delivered', 'relayed', 'expanded'],
    ],
  ];
  const actions: readonly NoticeAction[] = ['failed', 'delayed', 'delivered', 'relayed', 'expanded'];
  for (const [notify, wanted] of table) {
    it(`NOTIFY=${notify?.join() ?? 'absent'}: ${wanted.join(' ')}`, () => {
      assert.deepEqual(
        actions.filter((action) => isWanted(action, { notify, orcpt: null })),
        wanted,
      );
    });
  }

  it('is nothing for the null sender', () => {
    const recipient = {
      address: 'a@b',
      notary: { notify: null, orcpt: null },
      status: '5.0.0',
      remoteServer: null,
      reply: null,
      reason: 'no',
    };
    const notice = {
      action: 'failed',
      message: { ret: null, envid: null },
      recipients: [recipient],
    } as const;
    assert.equal(wantedPart({ ...notice, envelopeFrom: '' }), null);
    assert.deepEqual(wantedPart({ ...notice, envelopeFrom: 'x@y' })?.recipients, [recipient]);
  });
});

describe('a copy for the postmaster', () => {
  const none = new Map<string, string>();
  const blank = new Map([
    ['errors-to', ''],
    ['warnings-to', ''],
  ]);
  const filled = new Map([['errors-to', 'x@y']]);
  const bob: NoticeRecipient = {
    address: 'bob@other.com',
    notary: noRecipientNotary,
    status: '5.1.1',
    remoteServer: null,
    reply: null,
    reason: 'none',
  };
  const postmasters: readonly NoticeRecipient[] = [
    { ...bob, address: 'Postmaster@other.com' },
    { ...bob, notary: { notify: null, orcpt: { type: 'rfc822', address: 'postmaster@domain.com' } } },
  ];
  for (const [copies, fromSomebody, fromNobody, withBlank, withErrorsTo] of [
    ['always', true, true, true, true],
    ['unless-null', true, false, true, true],
    ['undeliverable', false, true, false, false],
    ['never', false, false, false, false],
    ['usual', true, false, false, true],
  ] as const satisfies readonly (readonly [PostmasterCopies, boolean, boolean, boolean, boolean])[]) {
    it(copies, () => {
      for (const about of ['failure', 'delay'] as const) {
        const asked = { copies, about, header: none, recipients: [bob] };
        assert.equal(isCopied({ ...asked, envelopeFrom: 'a@b' }), fromSomebody);
        assert.equal(isCopied({ ...asked, envelopeFrom: '' }), fromNobody);
        assert.equal(isCopied({ ...asked, envelopeFrom: 'a@b', header: blank }), withBlank);
        assert.equal(isCopied({ ...asked, envelopeFrom: 'a@b', header: filled }), withErrorsTo);
        for (const one of postmasters) {
          assert.equal(isCopied({ ...asked, envelopeFrom: '', recipients: [one] }), false);
          assert.equal(isCopied({ ...asked, envelopeFrom: '', recipients: [one, bob] }), fromNobody);
          assert.equal(isCopied({ ...asked, envelopeFrom: 'a@b', recipients: [one] }), fromSomebody);
        }
      }
    });
  }
});
