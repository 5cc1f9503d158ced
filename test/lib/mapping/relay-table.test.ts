import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { placeOf } from '../../../lib/text/places.js';
import { applyPairs, type Pairs } from './make.js';

const reject = '$NRelaying$ not$ permitted';

const relayTable: Pairs = [
  ['tcp_local|*|*|*$%*.domain.com@*', 'tcp_local|$0|$1|$2@$4$R'],
  ['tcp_local|*|*|*$%domain.com@*', 'tcp_local|$0|$1|$2@$3$R'],
  ['tcp_local|*|*|*$%*.domain.com$%*@*', 'tcp_local|$0|$1|$2@$5$R'],
  ['tcp_local|*|*|*$%domain.com$%*@*', 'tcp_local|$0|$1|$2@$4$R'],
  ['tcp_local|*|*|*$%*.*@*', reject],
  ['tcp_local|*|*|*.*!*@*', reject],
  ['tcp_local|*|*|"*@*"@domain.com', reject],
  ['tcp_local|*|*|"*@*"@*.domain.com', reject],
  ['tcp_local|*|*|@*:"*@*"@domain.com', reject],
  ['tcp_local|*|*|@*:"*@*"@*.domain.com', reject],
  ['tcp_local|*|*|@*:*@*.domain.com', '$Y'],
  ['tcp_local|*|*|@*:*@domain.com', '$Y'],
  ['tcp_local|*|*|@*:*@*', reject],
  ['tcp_local|*|tcp_local|*', reject],
];

const rejected = 'Relaying not permitted';

/** Envelope To, destination channel, the entries that run, and the verdict: the remaining address, Y, or N. */
const traces: readonly (readonly [to: string, channel: string, entries: readonly number[], left: string])[] =
  [
    ['jane%host.domain.com@domain.com', 'l', [1], 'jane@domain.com'],
    ['jane%domain.com@mail.domain.com', 'l', [2], 'jane@mail.domain.com'],
    ['jane%host.domain.com%other.com@domain.com', 'l', [3], 'jane@domain.com'],
    ['jane%domain.com%other.com@mail.domain.com', 'l', [4], 'jane@mail.domain.com'],
    ['victim%evil.com@domain.com', 'l', [5], 'N'],
    ['victim%evil.com%host.domain.com@domain.com', 'l', [1, 5], 'N'],
    ['victim%evil.com%domain.com@domain.com', 'l', [2, 5], 'N'],
    ['a%x.domain.com%y.domain.com@domain.com', 'l', [1, 1], 'a@domain.com'],
    ['jane%host.domain.com@other.com', 'tcp_local', [1, 14], 'N'],
    ['evil.com!victim@domain.com', 'l', [6], 'N'],
    ['nick!victim@domain.com', 'l', [], 'nick!victim@domain.com'],
    ['victim%nick@domain.com', 'l', [], 'victim%nick@domain.com'],
    ['"victim@evil.com"@domain.com', 'l', [7], 'N'],
    ['"victim@evil.com"@mail.domain.com', 'l', [8], 'N'],
    ['@domain.com:"victim@evil.com"@domain.com', 'l', [9], 'N'],
    ['@domain.com:"victim@evil.com"@mail.domain.com', 'l', [10], 'N'],
    ['@relay.org:jane@mail.domain.com', 'l', [11], 'Y'],
    ['@relay.org:jane@domain.com', 'l', [12], 'Y'],
    ['@domain.com:victim@evil.com', 'tcp_local', [13], 'N'],
    ['bob@other.com', 'tcp_local', [14], 'N'],
    ['jane@domain.com', 'l', [], 'jane@domain.com'],
  ];

describe('the relay table of fourteen entries', () => {
  for (const [to, channel, entries, left] of traces) {
    it(`${to} on ${channel}`, () => {
      const result = applyPairs({ T: relayTable }, `tcp_local|a@ext.org|${channel}|${to}`);
      assert.deepEqual(
        result.entries.map(placeOf),
        entries.map((entry) => `mappings:${entry}`),
      );
      const isVerdict = left === 'N' || left === 'Y';
      assert.deepEqual([...result.flags], isVerdict ? [left] : []);
      const output = isVerdict ? { N: rejected, Y: '' }[left] : `tcp_local|a@ext.org|${channel}|${left}`;
      assert.equal(result.output, output);
    });
  }

  it('does not match another source channel', () => {
    const result = applyPairs({ T: relayTable }, 'tcp_internal|a@ext.org|l|bob%evil.com@domain.com');
    assert.equal(result.matched, false);
  });
});
