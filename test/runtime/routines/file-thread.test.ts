/*
 * The thread of a routine file: whatever the file says to the process, calls get an answer and the process goes on.
 */
import assert from 'node:assert/strict';
import { checkRoutines } from '../../../runtime/routines/check-routines.js';
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

  for (const [what, text] of [
    ['import()', "exports.gives = async () => (await import('node:path')).posix.sep;"],
    ['this for its exports', "this.gives = () => '/';"],
  ] as const) {
    it(`runs a file with ${what}, as Node does`, async () => {
      const source = { name: '/site/gives.js', shortName: 'gives.js', text };
      assert.deepEqual(checkRoutines(new Map([['gives', { path: '/site/gives.js', source }]]), []), []);
      const thread = new FileThread('/site/gives.js', text, systemClock);
      try {
        assert.deepEqual(await thread.call('gives', ''), { kind: 'found', value: '/' });
      } finally {
        thread.close();
      }
    });
  }

  for (const thrown of ['Object.create(null)', "Symbol('odd')", '{ toString() { throw 1; } }']) {
    it(`fails one call, and no other, when it throws ${thrown}`, async () => {
      const text = `let answer;
module.exports = {
  throws() { throw ${thrown}; },
  waits: () => new Promise((resolve) => { answer = resolve; }),
  frees() { answer('yes'); return 'freed'; },
};`;
      const thread = new FileThread('/site/throws.js', text, systemClock);
      try {
        const waiting = thread.call('waits', '');
        assert.equal((await thread.call('throws', '')).kind, 'failed');
        assert.deepEqual(await thread.call('frees', ''), { kind: 'found', value: 'freed' });
        assert.deepEqual(await waiting, { kind: 'found', value: 'yes' });
      } finally {
        thread.close();
      }
    });

    it(`is reported by the check of the file, and at once, when loading throws ${thrown}`, () => {
      const text = `throw ${thrown};\n`;
      const source = { name: '/site/throws.js', shortName: 'throws.js', text };
      const [found] = checkRoutines(new Map([['throws', { path: '/site/throws.js', source }]]), []);
      assert.equal(found?.code, 'file/routine');
      assert.doesNotMatch(found?.message ?? '', /seconds/);
    });
  }

  it('is reported by the check of the file, and at once, when loading ends the process', () => {
    const text = 'process.exit(1);\n';
    const source = { name: '/site/exits.js', shortName: 'exits.js', text };
    const [found] = checkRoutines(new Map([['exits', { path: '/site/exits.js', source }]]), []);
    assert.equal(found?.message, 'this routine file does not load: it ended its thread');
  });
});
