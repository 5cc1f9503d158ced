/*
 * The thread of a routine file: whatever the file says to the process, calls get an answer and the process goes on.
 */
import assert from 'node:assert/strict';
import { FileThread } from '../../../runtime/routines/file-thread.js';
import { systemClock } from '../../../runtime/time/index.js';

const forged = ['null', '5', '{}', '{ id: 0 }', "{ id: 0, answer: { kind: 'found', value: 5 } }"];

describe('the thread of a routine file', () => {
  for (const message of forged) {
    it(`takes ${message} from the file itself as its end`, async () => {
      const text = `const { parentPort } = require('node:worker_threads');
module.exports = { forges() { parentPort.postMessage(${message}); return new Promise(() => {}); }, good: () => 'yes' };`;
      const thread = new FileThread('/site/forges.js', text, systemClock);
      try {
        const answer = await thread.call('forges', '');
        assert.equal(answer.kind, 'failed');
        assert.match(answer.kind === 'failed' ? answer.cause : '', /not an answer/);
        assert.deepEqual(await thread.call('good', ''), { kind: 'found', value: 'yes' });
      } finally {
        thread.close();
      }
    });
  }
});
