/*
 * What was asked for a message, in the notes of its queue files.
 */
import assert from 'node:assert/strict';
import type { RecipientNotary } from '../../../lib/notary/request.js';
import { askedIn, declaredIn, withAddress, withAsked } from '../../../plugins/deliver/notary/own-asked.js';
import { type OwnNotes, ownNotesOf } from '../../../plugins/deliver/own-notes.js';

const own: OwnNotes = { channel: 'process', address: 'jdoe@other.com' };
const nothing: RecipientNotary = { notify: null, orcpt: null };
const success: RecipientNotary = {
  notify: ['SUCCESS'],
  orcpt: { type: 'rfc822', address: 'jane@domain.com' },
};
const plain = { notary: { ret: null, envid: null }, eightBit: false, smtputf8: false };

/** The notes as they are read from a file. */
function fromFile(notes: unknown): OwnNotes | null {
  const kept: unknown = JSON.parse(JSON.stringify(notes));
  return ownNotesOf({ todo: { notes: { get: () => kept, set: () => undefined } } });
}

describe('the notes of a queue file', () => {
  it('say nothing where nothing was asked', () => {
    assert.deepEqual(withAsked(own, [['jdoe@other.com', nothing]], plain), own);
  });

  it('hold what was asked, by address, and what was declared', () => {
    const message = { ret: 'FULL', envid: 'QQ' } as const;
    const asked = [
      ['a@other.com', success],
      ['b@other.com', nothing],
    ] as const;
    const notes = fromFile(withAsked(own, asked, { notary: message, eightBit: true, smtputf8: true }));
    assert.ok(notes !== null);
    assert.deepEqual(askedIn(notes, 'a@other.com'), success);
    assert.deepEqual(askedIn(notes, 'b@other.com'), nothing);
    assert.deepEqual(declaredIn(notes), { notary: message, eightBit: true, smtputf8: true });
  });

  it('hold both addresses once one was reprocessed, and the last one only', () => {
    const before = withAsked(own, [['jdoe@other.com', success]], plain);
    const after = withAddress(before, 'jdoe@other.com', ['kim@other.com', success]);
    const again = withAddress(after, 'jdoe@other.com', ['kim@other.com', nothing]);
    assert.deepEqual(askedIn(again, 'jdoe@other.com'), success);
    assert.deepEqual(askedIn(again, 'kim@other.com'), nothing);
    assert.equal(withAddress(own, 'jdoe@other.com', ['kim@other.com', nothing]), own);
    assert.equal(withAddress(before, 'jdoe@other.com', ['jdoe@other.com', success]), before);
  });

  for (const notary of [null, 'x', { recipients: 7 }, { message: [], recipients: [['a@other.com', 'x']] }]) {
    it(`are read without what is malformed: ${JSON.stringify(notary)}`, () => {
      const notes = fromFile({ ...own, notary });
      assert.ok(notes !== null);
      assert.deepEqual(askedIn(notes, 'a@other.com'), nothing);
      assert.deepEqual(declaredIn(notes), plain);
    });
  }
});
