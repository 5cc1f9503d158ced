/*
 * Threads that derive keys: how many there are, at which priority, and what becomes of a key when its thread dies or is too slow.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KeyThreads, keyMs } from '../../../runtime/passwords/key-threads.js';
import { deriveKeySync } from '../../../runtime/passwords/password-hash.js';
import { systemClock } from '../../../runtime/time/index.js';
import { ManualClock } from '../../support/manual-clock.js';
import { projectRoot } from '../../support/project-root.js';

const cheap = { ln: 10, r: 1, p: 1 };
const salt = Buffer.from('salt of the tests');
const password = Buffer.from('apples');
const idleMs = 60_000;

/** The nice values of the threads of this process that have one. */
function niceValues(): number[] {
  return readdirSync('/proc/self/task').flatMap((thread) => {
    const stat = readFileSync(`/proc/self/task/${thread}/stat`, 'latin1');
    const nice = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16]);
    return nice === 0 ? [] : [nice];
  });
}

describe('threads that derive keys', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'pmdf-keys-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  function withCode(code: string): string {
    const file = join(folder, 'thread.js');
    writeFileSync(file, `const { parentPort } = require('node:worker_threads');\n${code}\n`);
    return file;
  }

  it('derive the keys of scrypt, in no more threads than permitted, and end when they are idle', async () => {
    const clock = new ManualClock();
    const keys = new KeyThreads({ clock, atOnce: 2 });
    try {
      const all = ['a', 'b', 'c', 'd', 'e'].map((one) => Buffer.from(one));
      const derived = await Promise.all(all.map((one) => keys.derive(one, salt, cheap, 32)));
      assert.deepEqual(
        derived,
        all.map((one) => deriveKeySync(one, salt, cheap, 32)),
      );
      assert.equal(keys.size, 2);
      clock.advance(idleMs - 1);
      assert.equal(keys.size, 2);
      clock.advance(1);
      assert.equal(keys.size, 0);
      assert.equal((await keys.derive(password, salt, cheap, 32)).length, 32);
    } finally {
      keys.close();
    }
  });

  it('do not load what is loaded into the process', () => {
    const preload = join(folder, 'preload.js');
    writeFileSync(preload, "if (!require('node:worker_threads').isMainThread) process.exit(0);\n");
    const built = (name: string): string =>
      JSON.stringify(join(projectRoot, 'dist', 'runtime', name, 'index.js'));
    const code = `const { KeyThreads } = require(${built('passwords')});
const { systemClock } = require(${built('time')});
const keys = new KeyThreads({ clock: systemClock, atOnce: 1 });
// The threads alone keep no process alive.
const alive = setInterval(() => undefined, 1000);
keys.derive(Buffer.from('a'), Buffer.from('salt'), { ln: 10, r: 1, p: 1 }, 32).then((key) => {
  console.log(key.length);
  keys.close();
  clearInterval(alive);
});`;
    assert.equal(execFileSync(process.execPath, ['-r', preload, '-e', code], { encoding: 'utf8' }), '32\n');
  });

  if (process.platform === 'linux') {
    it('have a low priority, which the process does not have', async () => {
      const keys = new KeyThreads({ clock: systemClock, atOnce: 1 });
      try {
        await keys.derive(password, salt, cheap, 32);
        assert.deepEqual(niceValues(), [10]);
      } finally {
        keys.close();
      }
    });
  }

  it('reject a cost that scrypt does not accept, and go on', async () => {
    const keys = new KeyThreads({ clock: systemClock, atOnce: 1 });
    try {
      await assert.rejects(keys.derive(password, salt, { ln: 0, r: 1, p: 1 }, 32), /no key was derived/);
      assert.equal((await keys.derive(password, salt, cheap, 32)).length, 32);
    } finally {
      keys.close();
    }
  });

  for (const [what, code] of [
    ['exits', "parentPort.on('message', () => process.exit(0));"],
    ['throws', "parentPort.on('message', () => { throw new Error('broken'); });"],
    ['does not load', "throw new Error('broken');"],
  ] as const) {
    it(`reject each key whose thread ${what}`, async () => {
      const keys = new KeyThreads({ clock: systemClock, atOnce: 1, file: withCode(code) });
      try {
        const all = [1, 2, 3].map(() => keys.derive(password, salt, cheap, 32));
        for (const { status } of await Promise.allSettled(all)) assert.equal(status, 'rejected');
        assert.equal(keys.size, 0);
      } finally {
        keys.close();
      }
    });
  }

  it('reject a key that takes too long, while its thread counts as busy until it is done', async () => {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    // The thread answers when the test says so.
    const code = `const socket = require('node:net').connect(${port}, '127.0.0.1');
parentPort.on('message', () => socket.write('key'));
socket.on('data', () => parentPort.postMessage({ kind: 'derived', key: Buffer.from('late') }));`;
    const clock = new ManualClock();
    const keys = new KeyThreads({ clock, atOnce: 1, file: withCode(code) });
    try {
      const connected = once(server, 'connection');
      const slow = keys.derive(password, salt, cheap, 4);
      const [socket] = await connected;
      await once(socket, 'data');
      clock.advance(keyMs);
      await assert.rejects(slow, /in 10 seconds/);
      const next = keys.derive(password, salt, cheap, 4);
      assert.equal(keys.size, 1);
      // The first octets end the first key, the others the second.
      socket.write('done');
      await once(socket, 'data');
      socket.write('done');
      assert.equal((await next).toString(), 'late');
    } finally {
      keys.close();
      server.close();
    }
  });
});
