/*
 * The effects that the recipients of one message request together: every line once, in order, however many recipients
 * there are.
 */

import assert from 'node:assert/strict';
import { type AccessEffects, noEffects } from '../../../lib/decide/decision.js';
import { messageEffects } from '../../../plugins/support/message-effects.js';

function asking(headerLines: readonly string[], tag: string | null = null): AccessEffects {
  return { ...noEffects, headerLines, tag };
}

describe('the effects on a message', () => {
  it('are empty if no recipient requests any', () => {
    assert.deepEqual(messageEffects([noEffects, noEffects]), { headerLines: new Set(), tag: null });
  });

  it('are the lines of all recipients, each once, and the last tag', () => {
    const { headerLines, tag } = messageEffects([
      asking(['X-A: 1'], 'first'),
      asking(['X-B: 2', 'X-A: 1']),
      asking(['X-C: 3'], 'second'),
      asking(['X-B: 2']),
    ]);
    assert.deepEqual([...headerLines], ['X-A: 1', 'X-B: 2', 'X-C: 3']);
    assert.equal(tag, 'second');
  });

  it('are collected in linear time for a hundred thousand recipients with a line each', () => {
    const most = 100_000;
    const all = Array.from({ length: most }, (_, at) => asking([`X-To: user${at}@domain.com`]));
    assert.equal(messageEffects(all).headerLines.size, most);
  });
});
