/*
 * Processes that a run leaves behind are found by the mark in their environment, and ended.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { endMarked, markedProcesses } from './leftover-processes.js';

describe('processes that tests leave behind', () => {
  it('are ended and named, and no others', async () => {
    const mark = `test-${process.pid}`;
    const start = (value: string): ReturnType<typeof spawn> =>
      spawn(process.execPath, ['-e', 'process.stdin.resume()'], {
        env: { PMDF_TEST_RUN: value },
        stdio: ['pipe', 'ignore', 'ignore'],
      });
    const [left, other] = [start(mark), start(`${mark}0`)];
    await Promise.all([once(left, 'spawn'), once(other, 'spawn')]);
    const said: string[] = [];
    const ended = once(left, 'exit');
    await endMarked(mark, { graceMs: 0, say: (line) => said.push(line) });
    assert.deepEqual(await ended, [null, 'SIGKILL']);
    assert.equal(said.length, 1);
    assert.match(said[0] ?? '', new RegExp(`left process ${left.pid} behind, which is ended now: .*stdin`));
    assert.deepEqual(markedProcesses(mark), []);
    assert.equal(other.exitCode, null);
    other.kill();
    await once(other, 'exit');
  });
});
