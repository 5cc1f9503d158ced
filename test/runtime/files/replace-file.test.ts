/*
 * What a file may replace: a regular file, and nothing else.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { basename } from 'node:path';
import { NotReplaceable, Replacement } from '../../../runtime/files/replace-file.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

describe('replace-file', () => {
  const folder = temporaryFolder();
  let server: Server | null = null;

  afterEach(() => {
    server?.close();
    server = null;
  });

  function replace(path: string): void {
    const file = new Replacement(path);
    writeSync(file.fd, 'new');
    file.commit();
  }

  /** Only root may make devices, and not in every container. */
  function makeDevice(path: string): boolean {
    try {
      execFileSync('mknod', [path, 'c', '1', '3'], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  }

  function assertRefused(path: string, what: RegExp): void {
    const before = lstatSync(path);
    const names = readdirSync(folder.path());
    assert.throws(
      () => new Replacement(path),
      (error) => error instanceof NotReplaceable && what.test(error.message),
    );
    const after = lstatSync(path);
    assert.deepEqual([after.ino, after.mode, after.rdev], [before.ino, before.mode, before.rdev]);
    assert.deepEqual(readdirSync(folder.path()), names);
  }

  it('refuses folders, pipes, sockets and devices, also through symbolic links', async () => {
    mkdirSync(folder.path('folder'));
    execFileSync('mkfifo', [folder.path('pipe')]);
    await new Promise<void>((resolve) => {
      server = createServer().listen(folder.path('socket'), resolve);
    });
    const things: [string, RegExp][] = [
      ['folder', /^it is a folder/],
      ['pipe', /^it is a pipe/],
      ['socket', /^it is a socket/],
    ];
    if (makeDevice(folder.path('device'))) things.push(['device', /^it is a device/]);
    for (const [name, what] of things) {
      assertRefused(folder.path(name), what);
      symlinkSync(name, folder.path(`${name}.link`));
      assertRefused(folder.path(`${name}.link`), what);
    }
    symlinkSync(`/proc/${process.pid}/fd/1`, folder.path('open'));
    assertRefused(folder.path('open'), /^it is an open file of a process/);
    symlinkSync('round', folder.path('round'));
    assertRefused(folder.path('round'), /^it is a circle of symbolic links/);
  });

  it('replaces the file that a symbolic link leads to, and makes one that is missing', () => {
    mkdirSync(folder.path('inside/far'), { recursive: true });
    folder.write('inside/far/file', 'old');
    symlinkSync('far', folder.path('inside/near'));
    symlinkSync('near/file', folder.path('inside/one'));
    symlinkSync('inside/one', folder.path('link'));
    symlinkSync('inside/near/none', folder.path('dangling'));
    for (const [link, target] of [
      ['link', 'inside/far/file'],
      ['dangling', 'inside/far/none'],
    ] as const) {
      replace(folder.path(link));
      assert.equal(lstatSync(folder.path(link)).isSymbolicLink(), true);
      assert.equal(readFileSync(folder.path(target), 'utf8'), 'new');
    }
    assert.deepEqual(
      readdirSync(folder.path('inside/far'))
        .map((name) => basename(name))
        .sort(),
      ['file', 'none'],
    );
  });
});
