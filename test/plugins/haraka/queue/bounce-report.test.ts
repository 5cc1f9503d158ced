/*
 * What a bounce says about each recipient.
 */
import assert from 'node:assert/strict';
import { completeReport, type ReportedRecipient } from '../../../../plugins/haraka/queue/bounce-report.js';

const rows: readonly {
  readonly name: string;
  readonly noted: Partial<ReportedRecipient>;
  readonly cause?: string;
  readonly reason: string;
  readonly fields: Partial<ReportedRecipient>;
}[] = [
  {
    name: 'what a server said',
    noted: {
      dsn_smtp_code: '550',
      dsn_smtp_extc: '5.1.1',
      dsn_status: '5.1.1',
      dsn_smtp_response: 'no such user here',
      dsn_remote_mta: 'mx.other.example',
    },
    reason: '550 5.1.1 no such user here',
    fields: { dsn_action: 'failed', dsn_status: '5.1.1', dsn_remote_mta: 'dns; mx.other.example' },
  },
  {
    name: 'a status with more digits',
    noted: { dsn_smtp_code: '550', dsn_smtp_response: '5.7.26 unauthenticated', dsn_remote_mta: '192.0.2.1' },
    reason: '550 5.7.26 unauthenticated',
    fields: {
      dsn_status: '5.7.26',
      dsn_smtp_extc: '5.7.26',
      dsn_smtp_response: 'unauthenticated',
      dsn_remote_mta: 'dns; [192.0.2.1]',
    },
  },
  {
    name: 'no status',
    noted: { dsn_smtp_code: '554', dsn_smtp_response: 'go away' },
    reason: '554 go away',
    fields: { dsn_status: '5.0.0' },
  },
  {
    name: 'octets that are not permitted in a report',
    noted: { dsn_smtp_code: '550', dsn_smtp_response: 'nicht f\u00fcr dich\rX-Forged: 1' },
    reason: '550 nicht f r dich X-Forged: 1',
    fields: { dsn_smtp_response: 'nicht f r dich X-Forged: 1' },
  },
  {
    name: 'what Haraka recorded itself',
    noted: { dsn_code: 550, dsn_msg: 'No MX for x.example (really)', dsn_status: '5.1.2' },
    reason: '550 5.1.2 No MX for x.example (really)',
    fields: { dsn_action: 'failed', dsn_status: '5.1.2', dsn_msg: 'No MX for x.example  really ' },
  },
  {
    name: 'nothing',
    noted: {},
    cause: 'Error: Host failed TLS verification required by configuration.',
    reason: 'Host failed TLS verification required by configuration.',
    fields: { dsn_action: 'failed', dsn_status: '5.0.0' },
  },
  {
    name: 'a temporary reply, until the last attempt',
    noted: {
      dsn_action: 'delayed',
      dsn_smtp_code: '450',
      dsn_smtp_extc: '4.2.1',
      dsn_status: '5.2.1',
      dsn_smtp_response: 'busy',
    },
    cause: 'Error: Too many failures (Some recipients temp failed: <x@other.example>)',
    reason: 'it could not be delivered in time; the last answer: 450 4.2.1 busy',
    fields: { dsn_action: 'failed', dsn_status: '5.2.1' },
  },
];

describe('the report of a bounce', () => {
  for (const { name, noted, cause, reason, fields } of rows) {
    it(`gives ${name}`, () => {
      const recipient: ReportedRecipient = { address: 'x@other.example', ...noted };
      assert.equal(completeReport([recipient], cause ?? 'Error: Some recipients failed'), reason);
      assert.deepEqual({ ...recipient, ...fields }, recipient);
    });
  }

  it('gives the reason for each recipient if they differ', () => {
    const recipient = (name: string, said: string): ReportedRecipient => ({
      address: `${name}@other.example`,
      dsn_smtp_code: '550',
      dsn_smtp_response: said,
    });
    assert.equal(
      completeReport([recipient('a', 'no'), recipient('b', 'never')], 'Error: failed'),
      '<a@other.example>: 550 no; <b@other.example>: 550 never',
    );
    assert.equal(completeReport([recipient('a', 'no'), recipient('b', 'no')], 'Error: failed'), '550 no');
  });
});
