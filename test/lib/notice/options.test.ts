/*
 * return_option.dat: which words of a notice it replaces.
 */
import assert from 'node:assert/strict';
import { noRecipientNotary } from '../../../lib/notary/index.js';
import {
  type Notice,
  parseNoticeOptions,
  recipientsWords,
  usualTexts,
  wordsFor,
} from '../../../lib/notice/index.js';

const notice: Notice = {
  action: 'failed',
  envelopeFrom: 'ann@domain.com',
  message: { ret: null, envid: null },
  recipients: [
    {
      address: 'bob@other.com',
      notary: { ...noRecipientNotary, orcpt: { type: 'rfc822', address: 'robert@domain.com' } },
      status: '5.1.1',
      remoteServer: 'mx.other.com',
      reply: '550 5.1.1 no such user',
      reason: 'no such user',
    },
  ],
};

function read(text: string) {
  const { value, diagnostics } = parseNoticeOptions({ name: 'f', shortName: 'f', text });
  assert.deepEqual(diagnostics, []);
  return value;
}

function words(text: string): string[] {
  return recipientsWords(notice, { showsFinal: true, options: read(text), attempts: [], mostAttempts: 20 });
}

describe('return_option.dat', () => {
  const usual = [
    '  Recipient address: bob@other.com',
    '  Original address: robert@domain.com',
    '  Reason: no such user',
    '  Diagnostic code: smtp;550 5.1.1 no such user',
    '  Remote system: dns;mx.other.com',
  ];
  for (const [text, changed] of [
    ['', usual],
    ['! REASON=x\n; REASON=x\n#REASON=x\n\n', usual],
    [
      'RECIPIENT_ADDRESS=Empfänger:\r\nORIGINAL_ADDRESS = "Eigentlich:"\nreason=Grund:\nDIAGNOSTIC_CODE=Antwort:\nREMOTE_SYSTEM=Server:\n',
      [
        '  Empfänger: bob@other.com',
        '  Eigentlich: robert@domain.com',
        '  Grund: no such user',
        '  Antwort: smtp;550 5.1.1 no such user',
        '  Server: dns;mx.other.com',
      ],
    ],
    ['REASON=\nDIAGNOSTIC_CODE=\nREMOTE_SYSTEM=\n', usual.slice(0, 2)],
    ['RECIPIENT_ADDRESS=\nORIGINAL_ADDRESS=\n', usual],
    ['REASON=one\nREASON=Reason:\n', usual],
    [
      '5.1.1=There is nobody of this name.\n5.1.2=Other.\n4.1.1=\nREASON=\n',
      [...usual.slice(0, 2), '  There is nobody of this name.', ...usual.slice(3)],
    ],
    ['REASON=a\u0007b\u2028c:\n', [...usual.slice(0, 2), '  a b c: no such user', ...usual.slice(3)]],
  ] as const) {
    it(`${JSON.stringify(text)} gives ${changed.length} lines`, () => assert.deepEqual(words(text), changed));
  }

  for (const [text, days, hours] of [
    ['', 'Day day', 'Hour hour'],
    ['DAY=Tag\nHOUR=Stunde\n', 'Tag Tag', 'Stunde Stunde'],
    ['DAY=\n', 'Day day', 'Hour hour'],
  ] as const) {
    it(`${JSON.stringify(text)} names units ${days}, ${hours}`, () => {
      const texts = new Map([
        ['prefix', '-'],
        ['failed', '%U %u'],
      ] as const);
      for (const [unit, expected] of [
        ['days', days],
        ['hours', hours],
      ] as const) {
        const { lines } = wordsFor(
          'failed',
          { ...usualTexts, texts, options: read(text) },
          { header: [], recipients: [], unit },
        );
        assert.deepEqual(lines, ['-', expected]);
      }
    });
  }

  for (const [text, subject] of [
    ['', 'Delivery Notification: Delivery has failed'],
    ['SUBJECT_FAILED=Échec de remise\n', 'Delivery Notification: Échec de remise'],
    ['SUBJECT=Avis de remise :\nSUBJECT_FAILED=Échec\n', 'Avis de remise : Échec'],
    ['SUBJECT=\nSUBJECT_FAILED=Échec\n', 'Échec'],
    ['SUBJECT_FAILED=\n', 'Delivery Notification: Delivery has failed'],
    ['SUBJECT_FAILED=a\u0000\u2028Bcc: x\n', 'Delivery Notification: a Bcc: x'],
  ] as const) {
    it(`${JSON.stringify(text)} gives the subject ${subject}`, () =>
      assert.equal(read(text).subjects.failed, subject));
  }
});
