/*
 * A worker that takes over the queue files of processes that have ended.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mock } from 'node:test';
import { strandedFiles } from '../../../../plugins/haraka/queue/stranded-files.js';
import { until } from '../../../e2e/support/until.js';
import { temporaryFolder } from '../../../support/temporary-folder.js';
import { fakePlugin } from '../../fakes.js';

describe('the queue files of processes that have ended', () => {
  const folder = temporaryFolder();
  afterEach(() => mock.timers.reset());

  it('are taken over, even if those of one cannot be', async () => {
    const gone = [spawnSync('true').pid, spawnSync('true').pid];
    for (const pid of [...gone, process.pid]) folder.write(`1_1_0_${pid}_x_1_host`, 'text');
    const asked: number[] = [];
    const errors: string[] = [];
    const outbound = {
      qfile: { parts: (name: string) => ({ pid: Number(name.split('_')[3]) }) },
      load_pid_queue: async (pid: number) => {
        asked.push(pid);
        throw new Error('EMFILE');
      },
    };
    const modules = new Map<string, object>([
      ['outbound', outbound],
      ['outbound/queue', { queue_dir: folder.path() }],
    ]);
    const takeOverLater = strandedFiles({
      ...fakePlugin('pmdf/deliver'),
      logerror: (text) => errors.push(String(text)),
      haraka_require: (name) => modules.get(name),
    });
    mock.timers.enable({ apis: ['setTimeout'] });
    takeOverLater();
    mock.timers.tick(5_000);
    mock.timers.reset();
    await until(
      () => errors.length === gone.length,
      2_000,
      () => 'a report for each',
    );
    assert.deepEqual(asked.toSorted(), gone.toSorted());
    for (const error of errors) assert.match(error, /could not be taken over: EMFILE/);
  });
});
