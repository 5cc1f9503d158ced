/*
 * A separate folder for each test of a suite, removed afterwards.
 */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface TemporaryFolder {
  /** The path of the running test's folder, or of a name in it. */
  path(name?: string): string;
  /** Writes a file in it and gives its path. */
  write(name: string, content: string | Uint8Array): string;
}

/** To be called inside `describe`. */
export function temporaryFolder(): TemporaryFolder {
  let root = '';
  beforeEach(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), 'pmdf-test-')));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));
  const path = (name = ''): string => join(root, name);
  return {
    path,
    write(name, content) {
      mkdirSync(dirname(path(name)), { recursive: true });
      writeFileSync(path(name), content);
      return path(name);
    },
  };
}
