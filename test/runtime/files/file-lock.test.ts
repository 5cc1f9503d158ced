import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readlinkSync, symlinkSync } from 'node:fs';
import { LockHeld, type Patience, withFileLock } from '../../../runtime/files/file-lock.js';
import {
  isGone,
  type LockOwner,
  parseOwner,
  printOwner,
  thisOwner,
} from '../../../runtime/files/lock-owner.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

/** Time that passes only while something waits. */
function patienceOf(perHolder: number): Patience {
  let now = 0;
  return {
    perHolder,
    now: () => now,
    pause: async (milliseconds) => {
      now += milliseconds;
    },
  };
}

function deadOwner(): LockOwner {
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  return { ...thisOwner(), pid };
}

describe('lock-owner', () => {
  it('reads what it prints, and nothing else', () => {
    const owner = thisOwner();
    assert.deepEqual(parseOwner(printOwner(owner)), owner);
    assert.notEqual(thisOwner().id, owner.id);
    const wrong = [
      '',
      'me',
      '123',
      `${printOwner(owner)}:`,
      printOwner(owner).replace(/:.*/, ':0:::'),
      '::::::',
    ];
    for (const text of wrong) assert.equal(parseOwner(text), null, text);
  });

  const rows: [string, (owner: LockOwner) => LockOwner, boolean][] = [
    ['this process', (owner) => owner, false],
    ['a process that ended', () => deadOwner(), true],
    ['an earlier process with the same number', (owner) => ({ ...owner, start: '1' }), true],
    ['a process before the machine was started again', (owner) => ({ ...owner, boot: 'before' }), true],
    [
      'a process of another machine',
      (owner) => ({ ...owner, host: 'other', boot: 'other', pid: 1 << 30 }),
      false,
    ],
    [
      'a process whose number means nothing here',
      (owner) => ({ ...owner, namespace: '1', pid: 1 << 30 }),
      false,
    ],
  ];
  for (const [name, of, expected] of rows) {
    it(`treats ${name} as ${expected ? 'gone' : 'alive'}`, () => {
      assert.equal(isGone(of(thisOwner())), expected);
    });
  }
});

describe('file-lock', () => {
  const folder = temporaryFolder();
  let path = '';
  let lock = '';
  beforeEach(() => {
    path = folder.path('file');
    lock = folder.path('file.lock');
  });

  it('exists during the work, and is removed afterwards, even after a failure', async () => {
    assert.equal(
      await withFileLock(path, patienceOf(0), () => parseOwner(readlinkSync(lock))?.pid),
      process.pid,
    );
    const work = (): never => {
      throw new Error('broken');
    };
    await assert.rejects(withFileLock(path, patienceOf(0), work), /broken/);
    assert.deepEqual(readdirSync(folder.path()), []);
  });

  it('waits for a holder for a limited time, and names it', async () => {
    const holder = { ...thisOwner(), host: 'other' };
    symlinkSync(printOwner(holder), lock);
    const patience = patienceOf(1000);
    await assert.rejects(withFileLock(path, patience, assert.fail), (error: Error) => {
      assert.ok(error instanceof LockHeld);
      assert.ok(error.message.includes(`process ${process.pid} on other holds the lock \`${lock}\``));
      return true;
    });
    assert.ok(patience.now() >= 1000 && patience.now() < 1100);
    assert.equal(readlinkSync(lock), printOwner(holder));
  });

  it('waits for a lock that it cannot read, and does not break it', async () => {
    symlinkSync('somebody', lock);
    await assert.rejects(withFileLock(path, patienceOf(10), assert.fail), /somebody holds the lock/);
  });

  it('breaks the lock of a holder that died', async () => {
    symlinkSync(printOwner(deadOwner()), lock);
    assert.equal(await withFileLock(path, patienceOf(0), () => 'done'), 'done');
    assert.deepEqual(readdirSync(folder.path()), []);
  });

  it('breaks the lock of a dead holder, even if the process that broke it before died too', async () => {
    const first = deadOwner();
    const second = deadOwner();
    const third = deadOwner();
    symlinkSync(printOwner(first), lock);
    symlinkSync(printOwner(second), `${lock}.${first.id}`);
    symlinkSync(printOwner(third), `${lock}.${first.id}.${second.id}`);
    await withFileLock(path, patienceOf(0), () => undefined);
    assert.deepEqual(readdirSync(folder.path()), []);
  });

  it('does not break a lock that another process is breaking', async () => {
    const dead = deadOwner();
    symlinkSync(printOwner(dead), lock);
    symlinkSync(printOwner(thisOwner()), `${lock}.${dead.id}`);
    await assert.rejects(withFileLock(path, patienceOf(10), assert.fail), LockHeld);
    assert.equal(readlinkSync(lock), printOwner(dead));
  });

  it('cleans up after a process that died while breaking the lock, and nothing else', async () => {
    symlinkSync(printOwner(deadOwner()), `${lock}.${deadOwner().id}`);
    folder.write('file.lock.notes', '');
    await withFileLock(path, patienceOf(0), () => undefined);
    assert.deepEqual(readdirSync(folder.path()), ['file.lock.notes']);
  });
});
