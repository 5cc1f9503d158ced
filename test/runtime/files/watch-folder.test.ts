import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, renameSync, rmSync, symlinkSync, unlinkSync } from 'node:fs';
import { WatchFolder, type WatchOptions } from '../../../runtime/files/watch-folder.js';
import { ManualClock } from '../../support/manual-clock.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const settleMs = 500;

describe('watch-folder', () => {
  const folder = temporaryFolder();
  let clock: ManualClock;
  let paths: string[];
  let changes: number;
  let reports: string[];
  let watch: WatchFolder | undefined;

  beforeEach(() => {
    clock = new ManualClock();
    changes = 0;
    reports = [];
    paths = ['mappings', 'aliases'].map((name) => folder.path(`config/pmdf/${name}`));
  });
  afterEach(() => watch?.close());

  function start(extra: Pick<WatchOptions, 'watch'> = {}): WatchFolder {
    watch = new WatchFolder({
      folder: folder.path('config/pmdf'),
      paths: () => paths,
      settleMs,
      changed: () => {
        changes += 1;
      },
      report: (message) => void reports.push(message),
      clock,
      ...extra,
    });
    return watch;
  }

  /** Makes a change, waits until it is noticed, and lets the settle time pass. */
  async function noticed(change: () => void): Promise<void> {
    const before = changes;
    change();
    while (changes === before) {
      await clock.someTask();
      clock.advance(settleMs);
    }
    assert.equal(changes, before + 1);
  }

  it('reports a file that is written, appended to, replaced, removed and made again', async () => {
    folder.write('config/pmdf/mappings', 'one');
    start();
    await noticed(() => folder.write('config/pmdf/mappings', 'two'));
    await noticed(() => appendFileSync(folder.path('config/pmdf/mappings'), 'three'));
    await noticed(() =>
      renameSync(folder.write('config/pmdf/.mappings.swp', 'four'), folder.path('config/pmdf/mappings')),
    );
    await noticed(() =>
      renameSync(folder.path('config/pmdf/mappings'), folder.path('config/pmdf/mappings~')),
    );
    await noticed(() => folder.write('config/pmdf/mappings', 'five'));
    await noticed(() => folder.write('config/pmdf/aliases', 'looked for before'));
    assert.deepEqual(reports, []);
  });

  it('waits until the files stay unchanged', async () => {
    folder.write('config/pmdf/mappings', 'one');
    start();
    folder.write('config/pmdf/mappings', 'two');
    await clock.someTask();
    folder.write('config/pmdf/mappings', 'two and more');
    clock.advance(settleMs);
    assert.equal(changes, 0);
    clock.advance(settleMs);
    assert.equal(changes, 1);
    assert.equal(clock.waiting, 0);
  });

  it('reports nothing if the files are the same as before', async () => {
    folder.write('config/pmdf/mappings', 'one');
    start();
    folder.write('config/pmdf/unread', 'x');
    await noticed(() => folder.write('config/pmdf/aliases', 'x'));
    folder.write('config/pmdf/mappings', 'two');
    await clock.someTask();
    assert.equal(changes, 1);
  });

  it('notices a folder that is made later', async () => {
    start();
    await noticed(() => folder.write('config/pmdf/mappings', 'one'));
    await noticed(() => folder.write('config/pmdf/mappings', 'two'));
  });

  it('notices a folder that is replaced by another, or removed and made again', async () => {
    folder.write('config/pmdf/mappings', 'one');
    folder.write('config/new/mappings', 'two');
    start();
    await noticed(() => {
      renameSync(folder.path('config/pmdf'), folder.path('config/old'));
      renameSync(folder.path('config/new'), folder.path('config/pmdf'));
    });
    await noticed(() => folder.write('config/pmdf/mappings', 'three'));
    await noticed(() => rmSync(folder.path('config/pmdf'), { recursive: true }));
    await noticed(() => folder.write('config/pmdf/mappings', 'four'));
  });

  it('notices a symbolic link that changes its target', async () => {
    folder.write('releases/1/mappings', 'one');
    folder.write('releases/2/mappings', 'two');
    mkdirSync(folder.path('config'));
    symlinkSync(folder.path('releases/1'), folder.path('config/pmdf'));
    start();
    await noticed(() => {
      symlinkSync(folder.path('releases/2'), folder.path('config/next'));
      renameSync(folder.path('config/next'), folder.path('config/pmdf'));
    });
    await noticed(() => folder.write('releases/2/mappings', 'three'));
  });

  it('watches the folders of files that are included later, and forgets others', async () => {
    folder.write('config/pmdf/mappings', 'one');
    const path = folder.write('lists/staff', 'x');
    const watching = start();
    paths.push(path);
    watching.refresh();
    await noticed(() => folder.write('lists/staff', 'y'));
    paths.pop();
    watching.refresh();
    unlinkSync(path);
    await noticed(() => folder.write('config/pmdf/mappings', 'two'));
  });

  it('reports a change that came during a read', () => {
    folder.write('config/pmdf/mappings', 'one');
    const watching = start();
    folder.write('config/pmdf/mappings', 'two');
    watching.refresh();
    clock.advance(settleMs);
    assert.equal(changes, 1);
  });

  it('checks files that cannot be watched once a minute, and says so once', () => {
    folder.write('config/pmdf/mappings', 'one');
    start({
      watch: () => {
        throw Object.assign(new Error('no more watches'), { code: 'ENOSPC' });
      },
    });
    const said = ['config/pmdf', 'config'].map(
      (name) => `\`${folder.path(name)}\` cannot be watched (ENOSPC); it is looked at once a minute`,
    );
    assert.deepEqual(reports, said);
    clock.advance(60_000);
    folder.write('config/pmdf/mappings', 'two');
    clock.advance(60_000);
    clock.advance(settleMs);
    assert.equal(changes, 1);
    assert.deepEqual(reports, said);
  });

  it('reports nothing after it is closed', () => {
    folder.write('config/pmdf/mappings', 'one');
    const watching = start();
    folder.write('config/pmdf/mappings', 'two');
    watching.refresh();
    assert.equal(clock.waiting, 1);
    watching.close();
    watching.refresh();
    clock.advance(10 * settleMs);
    assert.deepEqual([changes, clock.waiting], [0, 0]);
  });
});
