/*
 * Why a recipient did not get the mail, from what Haraka noted.
 */
import assert from 'node:assert/strict';
import {
  type Failure,
  failuresOf,
  type NotedRecipient,
} from '../../../../plugins/haraka/queue/noted-recipients.js';

const rows: readonly {
  readonly name: string;
  readonly noted: Partial<NotedRecipient>;
  readonly kind?: 'failed' | 'delayed';
  readonly cause?: string;
  readonly failure: Partial<Failure>;
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
    failure: {
      status: '5.1.1',
      reply: '550 5.1.1 no such user here',
      reason: '550 5.1.1 no such user here',
      remoteServer: 'mx.other.example',
    },
  },
  {
    name: 'a status with more digits',
    noted: { dsn_smtp_code: '550', dsn_smtp_response: '5.7.26 unauthenticated', dsn_remote_mta: '192.0.2.1' },
    failure: { status: '5.7.26', reply: '550 5.7.26 unauthenticated', remoteServer: '192.0.2.1' },
  },
  {
    name: 'no status',
    noted: { dsn_smtp_code: '554', dsn_smtp_response: 'go away' },
    failure: { status: '5.0.0', reply: '554 go away', remoteServer: null },
  },
  {
    name: 'controls in a reply',
    noted: { dsn_smtp_code: '550', dsn_smtp_response: 'not for you\rX-Forged: 1' },
    failure: { reply: '550 not for you X-Forged: 1' },
  },
  {
    name: 'what Haraka recorded itself',
    noted: { dsn_code: 550, dsn_msg: 'No MX for x.example', dsn_status: '5.1.2' },
    failure: { status: '5.1.2', reply: null, reason: '550 5.1.2 No MX for x.example' },
  },
  {
    name: 'nothing',
    noted: {},
    cause: 'Error: Host failed TLS verification required by configuration.',
    failure: {
      status: '5.0.0',
      reply: null,
      reason: 'Host failed TLS verification required by configuration.',
    },
  },
  {
    name: 'a temporary reply',
    kind: 'delayed',
    noted: {
      dsn_action: 'delayed',
      dsn_smtp_code: '450',
      dsn_smtp_extc: '4.2.1',
      dsn_status: '4.2.1',
      dsn_smtp_response: 'busy',
    },
    failure: { status: '4.2.1', reply: '450 4.2.1 busy' },
  },
  {
    name: 'that no server could be reached, which Haraka counts as permanent',
    kind: 'delayed',
    noted: { dsn_code: 550, dsn_msg: 'Tried all MXs x.example', dsn_status: '5.1.2' },
    failure: { status: '4.4.1', reply: null, reason: 'no server of the domain could be reached' },
  },
];

describe('why a recipient did not get the mail', () => {
  for (const { name, noted, kind, cause, failure } of rows) {
    it(`is ${name}`, () => {
      const recipient: NotedRecipient = { address: 'x@other.example', ...noted };
      const [found] = failuresOf([recipient], kind ?? 'failed', cause ?? 'Error: Some recipients failed');
      assert.deepEqual({ ...found, address: 'x@other.example', ...failure }, found);
    });
  }

  it('is said of each recipient', () => {
    const recipient = (name: string, said: string): NotedRecipient => ({
      address: `${name}@other.example`,
      dsn_smtp_code: '550',
      dsn_smtp_response: said,
    });
    assert.deepEqual(
      failuresOf([recipient('a', 'no'), recipient('b', 'never')], 'failed', 'Error: failed').map(
        ({ address, reason }) => [address, reason],
      ),
      [
        ['a@other.example', '550 no'],
        ['b@other.example', '550 never'],
      ],
    );
  });
});
