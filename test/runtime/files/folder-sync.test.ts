/*
 * One sync for everyone who waits.
 */
import assert from 'node:assert/strict';
import { FolderSync } from '../../../runtime/files/folder-sync.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

interface Begun {
  readonly succeed: () => void;
  readonly fail: (error: Error) => void;
}

describe('the syncs of a folder', () => {
  const folder = temporaryFolder();

  function heldBack() {
    const begun: Begun[] = [];
    const sync = new FolderSync(
      '/queue',
      () =>
        new Promise<void>((resolve, reject) => {
          begun.push({ succeed: resolve, fail: reject });
        }),
    );
    return { begun, sync };
  }

  /** Waits until all reactions to a settled promise have run. */
  async function settled(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
  }

  it('serve only those who asked before they began', async () => {
    const { begun, sync } = heldBack();
    const done: string[] = [];
    const ask = (name: string): void => void sync.wait().then(() => done.push(name));
    ask('first');
    ask('second');
    ask('third');
    assert.equal(begun.length, 1);
    begun[0]?.succeed();
    await settled();
    assert.deepEqual(done, ['first']);
    assert.equal(begun.length, 2);
    ask('fourth');
    begun[1]?.succeed();
    await settled();
    assert.deepEqual(done, ['first', 'second', 'third']);
    assert.equal(begun.length, 3);
    begun[2]?.succeed();
    await settled();
    assert.deepEqual(done, ['first', 'second', 'third', 'fourth']);
    ask('fifth');
    assert.equal(begun.length, 4);
  });

  it('fail for everyone whom they would have served, and for no others', async () => {
    const { begun, sync } = heldBack();
    const first = sync.wait();
    const [second, third] = [sync.wait(), sync.wait()];
    begun[0]?.fail(new Error('EIO'));
    await assert.rejects(first, /EIO/);
    await settled();
    const fourth = sync.wait();
    begun[1]?.fail(new Error('ENOSPC'));
    await assert.rejects(second, /ENOSPC/);
    await assert.rejects(third, /ENOSPC/);
    await settled();
    begun[2]?.succeed();
    await fourth;
  });

  it('sync a real folder, and fail without one', async () => {
    await new FolderSync(folder.path()).wait();
    await assert.rejects(new FolderSync(folder.path('none')).wait(), { code: 'ENOENT' });
  });
});
