/*
 * An MTA that does not start.
 */
import assert from 'node:assert/strict';
import { freePort } from './free-port.js';
import { makeServerFolder, startForeground } from './mta-process.js';

describe('an MTA that ends before it greets', () => {
  for (const [what, script, told] of [
    ['by itself', 'echo no configuration >&2; exit 3', /it ended with 3\nno configuration\n$/],
    ['by a signal', 'kill -9 $$', /it ended with SIGKILL\n$/],
  ] as const) {
    it(`is reported at once: ${what}`, async () => {
      const { folder, remove } = makeServerFolder('mta-process', []);
      const launch = { folder, port: await freePort(), program: '/bin/sh', args: ['-c', script] };
      try {
        await assert.rejects(startForeground(launch), told);
      } finally {
        await remove();
      }
    });
  }
});
