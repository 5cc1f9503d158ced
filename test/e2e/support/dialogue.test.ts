/*
 * Tests that a dialogue fails where it should.
 */

import assert from 'node:assert/strict';
import { playDialogue } from './dialogue.js';
import { type Sink, startSink } from './sink.js';

describe('a dialogue', () => {
  let sink: Sink;
  before(async () => {
    sink = await startSink();
  });
  after(() => sink.stop());

  it('returns the transcript', async () => {
    const transcript = await playDialogue('S: 220...\nC: NOOP\nS: 250 done\n# end\n', { port: sink.port });
    assert.equal(transcript, 'S: 220 sink.example ESMTP sink\nC: NOOP\nS: 250 done');
  });

  it('fails at the first line that differs, with the transcript', async () => {
    const play = playDialogue('S: ...\nC: NOOP\nS: 250 ok\n', { port: sink.port });
    await assert.rejects(
      play,
      /line 3 of the dialogue expects `250 ok`, not `250 done`\nS: 220 .*\nC: NOOP\nS: 250 done/,
    );
  });

  it('fails when a reply has more lines', async () => {
    const play = playDialogue('S: ...\nC: EHLO x\nS: 250-sink.example\n', { port: sink.port });
    await assert.rejects(play, /ends before the server's reply does/);
  });

  it('says what it was waiting for', async () => {
    const play = playDialogue('S: ...\nS: 250 more\n', { port: sink.port, timeoutMs: 1_000 });
    await assert.rejects(play, /expected `250 more` \(line 2 of the dialogue\), nothing came in 1000 ms/);
  });
});
