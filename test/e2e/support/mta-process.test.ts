/*
 * An MTA that does not start, and the end of one whose processes leave its folder.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { freePort } from './free-port.js';
import { isAlive, killAllIn, makeServerFolder, startForeground } from './mta-process.js';

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

describe('the processes of an MTA', () => {
  it('are all gone once they are killed, those that work elsewhere too', async () => {
    const { folder, remove } = makeServerFolder('mta-process', []);
    let child: number | null = null;
    try {
      const script = 'cd /; sleep 600 & echo $!; cd "$1"; echo; wait';
      const server = spawn('/bin/sh', ['-c', script, 'sh', folder], { stdio: ['ignore', 'pipe', 'inherit'] });
      let said = '';
      server.stdout.setEncoding('utf8');
      for await (const text of server.stdout) {
        said += text;
        if (said.endsWith('\n\n')) break;
      }
      server.stdout.destroy();
      child = Number(said);
      assert.ok(isAlive(child), said);
      const ended = once(server, 'exit');
      await killAllIn(folder);
      assert.equal(isAlive(child), false);
      await ended;
    } finally {
      if (child !== null && isAlive(child)) process.kill(child, 'SIGKILL');
      await remove();
    }
  });
});
