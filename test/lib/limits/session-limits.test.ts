import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { limitsOf } from '../../../lib/limits/channel-limits.js';
import type { LimitRefusal } from '../../../lib/limits/refusal.js';
import {
  limitBadCommand,
  limitMail,
  limitRecipientByChannel,
  limitRecipientsTried,
  limitReset,
} from '../../../lib/limits/session-limits.js';
import { limitLines, limitReceived, limitSent } from '../../../lib/limits/size-limits.js';
import { hasErrors } from '../../../lib/text/index.js';
import { tableOf } from '../channel/channel-text.js';

const none = { transactions: 0, recipients: 0, rejections: 0, badCommands: 0 };

function channelWith(keywords: string): Parameters<typeof limitMail>[0] {
  const { value, diagnostics } = tableOf(`l\nh\n\ntcp_x smtp ${keywords}\nTCP-X`);
  const channel = value.channels.get('tcp_x');
  assert.ok(channel !== undefined && !hasErrors(diagnostics));
  return { name: 'tcp_x', limits: limitsOf(channel) };
}

/** The keyword, what is decided, and the number up to which nothing is refused. */
const rows: readonly (readonly [
  string,
  (channel: ReturnType<typeof channelWith>, count: number) => LimitRefusal | null,
  number,
])[] = [
  ['transactionlimit 3', (one, transactions) => limitMail(one, { ...none, transactions }), 3],
  ['transactionlimit 0', (one, transactions) => limitMail(one, { ...none, transactions }), 0],
  ['disconnecttransactionlimit 3', (one, transactions) => limitMail(one, { ...none, transactions }), 3],
  ['disconnecttransactionlimit 3', (one, transactions) => limitReset(one, { ...none, transactions }), 2],
  ['disconnectrecipientlimit 3', (one, recipients) => limitMail(one, { ...none, recipients }), 3],
  ['disconnectrejectlimit 3', (one, rejections) => limitReset(one, { ...none, rejections }), 3],
  ['recipientlimit 3', (one, accepted) => limitRecipientByChannel(one, none, accepted), 2],
  ['deferralrejectlimit 3', (one, rejections) => limitRecipientByChannel(one, { ...none, rejections }, 0), 2],
  ['recipientcutoff 3', (one, tried) => limitRecipientsTried(one, tried), 3],
  ['disconnectbadcommandlimit 3', (one, badCommands) => limitBadCommand(one, { ...none, badCommands }), 3],
  ['sourceblocklimit 3', (one, octets) => limitReceived(one, { octets, lines: 0 }), 3072],
  ['blocklimit 3', (one, octets) => limitSent(one, { octets, lines: 0 }), 3072],
  ['linelimit 3', (one, lines) => limitSent(one, { octets: 0, lines }), 3],
  ['rejectsmtplonglines', (one, count) => limitLines(one, count > 0), 0],
];

describe('limits of a channel', () => {
  for (const [keywords, decide, most] of rows) {
    it(`${keywords}: up to ${most}`, () => {
      const channel = channelWith(keywords);
      const [keyword = ''] = keywords.split(' ');
      assert.equal(decide(channel, most), null);
      assert.equal(decide(channel, most + 1)?.place, `${keyword} of tcp_x`);
      const ends = keyword.startsWith('disconnect');
      assert.equal(decide(channel, most + 1)?.ends, ends);
    });
  }

  it('are infinite without keywords', () => {
    const channel = channelWith('');
    for (const [, decide] of rows) assert.equal(decide(channel, Number.MAX_SAFE_INTEGER), null);
  });
});
