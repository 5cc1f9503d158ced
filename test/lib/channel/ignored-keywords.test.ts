/*
 * Keywords without an effect, and the warning about them.
 */
import assert from 'node:assert/strict';
import { ignoredKeywords } from '../../../lib/channel/ignored-keywords.js';
import { parseKeywordLine } from './keyword-line.js';

/** The keywords of a channel, and the beginning of each warning. */
const rows: readonly (readonly [line: string, warnings: readonly string[]])[] = [
  [
    'disconnectcommandlimit 10',
    ['`disconnectcommandlimit`: no effect here, these limits and alternate channels do not exist'],
  ],
  [
    'headerlimit 10 disconnectcommandlimit 10 disconnectbadcommandlimit 10',
    ['`headerlimit`, `disconnectcommandlimit`: no effect here, these limits'],
  ],
  [
    'addresssrs dkimremove',
    [
      '`addresssrs`, `dkimremove`: no effect here, SRS does not rewrite senders, and DKIM signatures stay as they are',
    ],
  ],
  ['spfhelo spfmailfrom', []],
  ['noaddresssrs noheaderlimit', []],
];

describe('keywords without an effect', () => {
  for (const [line, warnings] of rows) {
    it(line, () => {
      const found = ignoredKeywords(parseKeywordLine(line).value);
      assert.equal(found.length, warnings.length, JSON.stringify(found.map(({ message }) => message)));
      for (const [index, { code, severity, message }] of found.entries()) {
        assert.deepEqual([code, severity], ['channel/ignored-keyword', 'warning']);
        assert.ok(message.startsWith(warnings[index] ?? 'none'), message);
      }
    });
  }
});
