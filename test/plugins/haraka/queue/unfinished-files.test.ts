/*
 * Which unfinished queue files Haraka removes.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, renameSync, utimesSync, writeFileSync } from 'node:fs';
import { keepUnfinishedFiles } from '../../../../plugins/haraka/queue/unfinished-files.js';
import { temporaryFolder } from '../../../support/temporary-folder.js';
import { fakePlugin } from '../../fakes.js';

describe('an unfinished queue file', () => {
  const folder = temporaryFolder();
  const gone = spawnSync('true').pid;

  async function leftOf(
    files: readonly string[],
    meanwhile: () => void = () => undefined,
  ): Promise<string[]> {
    for (const name of files) writeFileSync(folder.path(name), '');
    const queue = { queue_dir: folder.path('.'), delete_dot_files: async () => undefined };
    const qfile = {
      platformDOT: '__tmp__.',
      parts: (name: string) => (name.includes('_') ? { pid: Number(name.split('_')[3]) } : null),
    };
    const modules = new Map<string, object>([
      ['outbound', { qfile }],
      ['outbound/queue', queue],
    ]);
    keepUnfinishedFiles({ ...fakePlugin('pmdf/deliver'), haraka_require: (name) => modules.get(name) });
    const removed = queue.delete_dot_files();
    meanwhile();
    await removed;
    return readdirSync(folder.path('.')).sort();
  }

  const queued = (pid: number, unique = 'x'): string => `1_1_0_${pid}_${unique}_1_host`;

  it('stays while a process writes it, and finished files stay', async () => {
    const files = [`__tmp__.${queued(process.pid)}`, queued(gone)].sort();
    assert.deepEqual(await leftOf(files), files);
  });

  it('is removed when its process has ended, or its name tells none', async () => {
    assert.deepEqual(await leftOf([`__tmp__.${queued(gone)}`, '__tmp__.other']), []);
  });

  it('is removed when it is too old to be still written', async () => {
    const name = `__tmp__.${queued(process.pid)}`;
    writeFileSync(folder.path(name), '');
    const left = leftOf([name], () => utimesSync(folder.path(name), 1, 1));
    assert.deepEqual(await left, []);
  });

  it('may get its final name meanwhile', async () => {
    const [one, other] = [queued(gone, 'a'), queued(gone, 'b')];
    const left = leftOf([`__tmp__.${one}`, `__tmp__.${other}`], () => {
      renameSync(folder.path(`__tmp__.${one}`), folder.path(one));
    });
    assert.deepEqual(await left, [one]);
  });
});
