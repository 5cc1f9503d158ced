/*
 * The form of reports: what they say, and that nothing from outside changes their structure.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { noRecipientNotary } from '../../../lib/notary/index.js';
import {
  makeReport,
  type Notice,
  type NoticeRecipient,
  type ReportFrame,
} from '../../../lib/notice/index.js';

const BOUNDARY = 'Boundary_(ID_1)';

const bob: NoticeRecipient = {
  address: 'bob@other.com',
  notary: noRecipientNotary,
  status: '5.1.1',
  remoteServer: 'mx.other.com',
  reply: '550 5.1.1 no such user',
  reason: '550 5.1.1 no such user',
};

const failed: Notice = {
  action: 'failed',
  envelopeFrom: 'ann@domain.com',
  message: { ret: null, envid: null },
  recipients: [bob],
};

const frame: ReportFrame = {
  host: 'mail.domain.com',
  arrival: new Date(0),
  lastAttempt: new Date(1000),
  retryUntil: new Date(86_400_000),
  showsFinal: true,
  from: { address: 'postmaster@domain.com', name: 'Robot' },
  to: 'ann@domain.com',
  subject: 'Delivery Notification: Delivery has failed',
  date: new Date(0),
  messageId: '1@domain.com',
  boundary: BOUNDARY,
  words: ['It failed.'],
  language: 'en',
  returned: { what: 'header', isEightBit: false, isUtf8: false },
};

const original = 'Subject: x\r\n';

function textOf(notice: Notice, more: Partial<ReportFrame> = {}): string {
  const { before, after } = makeReport(notice, { ...frame, ...more });
  return before + original + after;
}

function partsOf(text: string): string[] {
  return text.split(`--${BOUNDARY}`);
}

/** The names of header fields up to the first empty line. */
function fieldNames(part: string): string[] {
  const header = part.replace(/^\r\n/, '').split('\r\n\r\n')[0] ?? '';
  return header.split('\r\n').flatMap((line) => (/^[ \t]/.test(line) ? [] : [line.split(':')[0] ?? '']));
}

describe('a report', () => {
  it('has the fields of RFC 3464, those that are known', () => {
    const [, , status = ''] = partsOf(textOf(failed));
    assert.equal(
      status,
      [
        '',
        'Content-Type: message/delivery-status',
        '',
        'Reporting-MTA: dns; mail.domain.com',
        'Arrival-Date: Thu, 01 Jan 1970 00:00:00 +0000',
        '',
        'Final-Recipient: rfc822; bob@other.com',
        'Action: failed',
        'Status: 5.1.1',
        'Remote-MTA: dns; mx.other.com',
        'Diagnostic-Code: smtp; 550 5.1.1 no such user',
        'Last-Attempt-Date: Thu, 01 Jan 1970 00:00:01 +0000',
        '',
        '',
      ].join('\r\n'),
    );
  });

  for (const [what, notice, more, expected] of [
    [
      'the envelope identifier',
      { ...failed, message: { ret: null, envid: 'QQ 314159' } },
      {},
      'Original-Envelope-Id: QQ 314159',
    ],
    [
      'the original recipient',
      {
        ...failed,
        recipients: [{ ...bob, notary: { notify: null, orcpt: { type: 'rfc822', address: 'Bob@here' } } }],
      },
      {},
      'Original-Recipient: rfc822; Bob@here',
    ],
    [
      'an address with several spaces as it is',
      { ...failed, recipients: [{ ...bob, address: '"a  b"@other.com' }] },
      {},
      'Final-Recipient: rfc822; "a  b"@other.com',
    ],
    [
      'until when it is tried',
      { ...failed, action: 'delayed' },
      {},
      'Will-Retry-Until: Fri, 02 Jan 1970 00:00:00 +0000',
    ],
    [
      'a server by its address',
      { ...failed, recipients: [{ ...bob, remoteServer: '192.0.2.1' }] },
      {},
      'Remote-MTA: dns; [192.0.2.1]',
    ],
    [
      'a server by its IPv6 address',
      { ...failed, recipients: [{ ...bob, remoteServer: '2001:db8::1' }] },
      {},
      'Remote-MTA: dns; [IPv6:2001:db8::1]',
    ],
    [
      'a status for one that is none',
      { ...failed, recipients: [{ ...bob, status: 'no' }] },
      {},
      'Status: 5.0.0',
    ],
    [
      'a name beyond ASCII',
      failed,
      { from: { address: 'p@d', name: 'Jörg' } },
      'From: =?utf-8?B?SsO2cmc=?= <p@d>',
    ],
    [
      'a name that has to be quoted',
      failed,
      { from: { address: 'p@d', name: 'A "B", C' } },
      'From: "A \\"B\\", C" <p@d>',
    ],
    ['words beyond ASCII', failed, { words: ['Échec = 1'] }, '=C3=89chec =3D 1'],
  ] as const satisfies readonly (readonly [string, Notice, Partial<ReportFrame>, string])[]) {
    it(`has ${what}`, () => {
      assert.ok(textOf(notice, more).split('\r\n').includes(expected), textOf(notice, more));
    });
  }

  it('omits what is not known', () => {
    const text = textOf(
      { ...failed, recipients: [{ ...bob, remoteServer: null, reply: null }] },
      { arrival: null, lastAttempt: null },
    );
    assert.doesNotMatch(text, /Remote-MTA|Diagnostic-Code|Arrival-Date|Last-Attempt|Original-|Will-Retry/);
  });

  it('has the form of RFC 6533 for an address beyond ASCII', () => {
    const text = textOf(
      { ...failed, recipients: [{ ...bob, address: 'jörg@other.com' }] },
      { returned: { what: 'message', isEightBit: true, isUtf8: true } },
    );
    assert.match(text, /^Content-Type: message\/global-delivery-status\r$/m);
    assert.match(text, /^Content-Type: message\/global\r$/m);
    assert.match(text, /^Final-Recipient: utf-8; jörg@other\.com\r$/m);
  });

  const hostile = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.constantFrom(
      'a\r\nBcc: x@evil.example\r\n\r\n',
      `\r\n--${BOUNDARY}\r\n`,
      '\n.\r\n',
      '.'.repeat(5),
      'x'.repeat(3_000),
      'é'.repeat(1_500),
      '\u2028X: y',
      '\ud800',
      `a${' '.repeat(2_000)}b`,
    ),
  );
  const recipient = fc.record({
    address: hostile,
    notary: fc.record({
      notify: fc.constant(null),
      orcpt: fc.option(fc.record({ type: hostile, address: hostile })),
    }),
    status: hostile,
    remoteServer: fc.option(hostile),
    reply: fc.option(hostile),
    reason: hostile,
  });

  it('keeps its structure and its line limit, whatever addresses and servers say', () => {
    const known = new Set(
      'Original-Recipient Final-Recipient Action Status Remote-MTA Diagnostic-Code Last-Attempt-Date Will-Retry-Until'.split(
        ' ',
      ),
    );
    fc.assert(
      fc.property(
        fc.array(recipient, { minLength: 1, maxLength: 3 }),
        hostile,
        hostile,
        hostile,
        fc.constantFrom('failed' as const, 'delayed' as const),
        (recipients, envid, to, name, action) => {
          const notice: Notice = {
            action,
            envelopeFrom: to,
            message: { ret: null, envid },
            recipients,
          };
          const text = textOf(notice, {
            to,
            subject: name,
            from: { address: to, name },
            language: envid,
          });
          const lines = text.split('\r\n');
          for (const line of lines) {
            assert.ok(Buffer.byteLength(line) <= 998, line);
            assert.doesNotMatch(line, /[\r\n\0]/);
            assert.ok(line !== '.' && (!line.startsWith('.') || line.startsWith('..')));
          }
          assert.equal(lines.filter((line) => line === `--${BOUNDARY}`).length, 3);
          assert.equal(lines.filter((line) => line === `--${BOUNDARY}--`).length, 1);
          const [head = '', , status = ''] = text.split(`\r\n--${BOUNDARY}\r\n`);
          assert.deepEqual(
            fieldNames(head).filter(
              (one) =>
                !/^(?:Date|From|To|Subject|Message-Id|Auto-Submitted|MIME-Version|Content-.*)$/.test(one),
            ),
            [],
          );
          const groups = status.trimEnd().split('\r\n\r\n').slice(2);
          assert.equal(groups.length, recipients.length);
          for (const group of groups) {
            assert.deepEqual(
              fieldNames(group).filter((one) => !known.has(one)),
              [],
            );
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
