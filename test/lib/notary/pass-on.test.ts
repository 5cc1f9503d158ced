/*
 * What a message takes along: to servers with and without DSN, to the addresses that a recipient became, into a queue file.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { noExtensions, offeredExtensions } from '../../../lib/notary/offered-extensions.js';
import {
  joinedNotary,
  mailParameters,
  notaryFor,
  permitsSize,
  rcptParameters,
  withoutSuccess,
} from '../../../lib/notary/pass-on.js';
import { readNotary } from '../../../lib/notary/read-kept.js';
import type { NotifyEvent, RecipientNotary } from '../../../lib/notary/request.js';

const all = offeredExtensions(['8BITMIME\r\n', 'SMTPUTF8', 'SIZE 100\r\n', 'DSN\n']);
const message = {
  notary: { ret: 'HDRS', envid: 'a b' },
  eightBit: true,
  smtputf8: true,
  size: 12,
} as const;

function asked(notify: readonly NotifyEvent[] | null, original?: string): RecipientNotary {
  return { notify, orcpt: original === undefined ? null : { type: 'rfc822', address: original } };
}

describe('what is passed on', () => {
  it('is what the server offers', () => {
    assert.equal(mailParameters(all, message), ' SMTPUTF8 BODY=8BITMIME SIZE=12 RET=HDRS ENVID=a+20b');
    assert.equal(mailParameters(noExtensions, message), '');
    assert.equal(mailParameters(offeredExtensions(['dsn\r\n']), message), ' RET=HDRS ENVID=a+20b');
    assert.equal(rcptParameters(all, asked([], 'a+b@c')), ' NOTIFY=NEVER ORCPT=rfc822;a+2Bb@c');
    assert.equal(rcptParameters(all, asked(null)), '');
    assert.equal(rcptParameters(noExtensions, asked(['SUCCESS'], 'a@c')), '');
  });

  it('is no message that is too large', () => {
    assert.ok(permitsSize(all, 100));
    assert.ok(permitsSize(all, null));
    assert.ok(!permitsSize(all, 101));
    assert.ok(permitsSize(offeredExtensions(['SIZE 0']), 101));
  });

  for (const [named, address, original] of [
    ['jane@domain.com', 'jdoe@other.com', 'rfc822;jane@domain.com'],
    ['jane@domain.com', 'jane@DOMAIN.com', null],
    ['Jane@domain.com', 'jane@domain.com', 'rfc822;Jane@domain.com'],
    ['jörg@domain.com', 'j@other.com', 'utf-8;jörg@domain.com'],
    ['postmaster', 'postmaster@domain.com', null],
    // Too long for ORCPT, in which each of these takes six characters.
    [`${'ö'.repeat(82)}@domain.com`, 'j@other.com', null],
  ] as const) {
    it(`names ${original ?? 'nobody'} as original recipient where ${named} became ${address}`, () => {
      const { orcpt } = notaryFor(asked(null), named, address);
      assert.equal(orcpt === null ? null : `${orcpt.type};${orcpt.address}`, original);
      assert.deepEqual(notaryFor(asked([], 'x@y'), named, address), asked([], 'x@y'));
    });
  }

  for (const [before, after] of [
    [null, null],
    [[], []],
    [['SUCCESS'], []],
    [['SUCCESS', 'FAILURE'], ['FAILURE']],
    [['DELAY'], ['DELAY']],
  ] as const) {
    it(`of ${JSON.stringify(before)} is ${JSON.stringify(after)} for each of several addresses`, () =>
      assert.deepEqual(withoutSuccess(asked(before)), asked(after)));
  }

  for (const [one, other, joined] of [
    [null, null, null],
    [null, [], ['FAILURE', 'DELAY']],
    [null, ['SUCCESS'], ['SUCCESS', 'FAILURE', 'DELAY']],
    [[], [], []],
    [[], ['DELAY'], ['DELAY']],
    [['DELAY', 'SUCCESS'], ['FAILURE'], ['SUCCESS', 'FAILURE', 'DELAY']],
  ] as const) {
    it(`joins ${JSON.stringify(one)} and ${JSON.stringify(other)} to ${JSON.stringify(joined)}`, () => {
      assert.deepEqual(joinedNotary(asked(one), asked(other)), asked(joined));
      assert.deepEqual(joinedNotary(asked(other), asked(one, 'a@b')), asked(joined, 'a@b'));
    });
  }
});

describe('what a queue file says', () => {
  it('is read as it was written', () => {
    const notary = {
      message: { ret: 'FULL', envid: 'x y' },
      recipients: [
        ['a@b', asked(['SUCCESS', 'FAILURE'], 'c@d')],
        ['e@f', asked(null)],
        ['g@h', { notify: [], orcpt: { type: 'utf-8', address: 'jörg@b' } }],
      ],
    };
    assert.deepEqual(readNotary(JSON.parse(JSON.stringify(notary))), notary);
  });

  const nothing = { message: { ret: null, envid: null }, recipients: [] };
  for (const written of [
    null,
    'x',
    7,
    [],
    {},
    { message: 'x', recipients: 'y' },
    { recipients: [7, null, ['a']] },
  ]) {
    it(`counts only where it is well formed: ${JSON.stringify(written)}`, () => {
      const { message: read, recipients } = readNotary(written);
      assert.deepEqual(read, nothing.message);
      for (const [, one] of recipients) assert.deepEqual(one, asked(null));
    });
  }

  it('cannot bring line ends into a report', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (text, type) => {
        for (const one of [type, 'rfc822', 'utf-8']) {
          const read = readNotary({
            message: { ret: text, envid: text },
            recipients: [['a@b', { notify: [text], orcpt: { type: one, address: text } }]],
          });
          const values = [
            read.message.envid,
            read.recipients[0]?.[1].orcpt?.address,
            read.recipients[0]?.[1].orcpt?.type,
          ];
          for (const value of values) assert.doesNotMatch(value ?? '', /[\u0000-\u001f\u007f]/);
        }
      }),
    );
  });
});
