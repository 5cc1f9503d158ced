/*
 * A folder as it was in a revision of git, in a folder of its own for as long as it is used.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { quoted, UsageError } from '../support/index.js';

const mostOctets = 1 << 30;

function git(folder: string, words: readonly string[]): Buffer {
  return execFileSync('git', ['-C', folder, ...words], {
    maxBuffer: mostOctets,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

function messageOf(error: unknown): string {
  const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : '';
  return said === '' ? String(error instanceof Error ? error.message : error) : said;
}

/** The commit that a word names. Throws UsageError where there is none. */
function commitOf(folder: string, revision: string): string {
  try {
    return git(folder, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`])
      .toString()
      .trim();
  } catch (error) {
    const said = messageOf(error);
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (isMissing) throw new UsageError('`--git` needs the program git, which is not there');
    const why = /^fatal: (.*)$/m.exec(said)?.[1];
    throw new UsageError(
      why === undefined ? `git knows no commit ${quoted(revision)}` : `git says: ${why}`,
      'name a commit, a branch or a tag, such as `HEAD`',
    );
  }
}

/** Writes the files that a commit has below a folder. */
function writeFiles(folder: string, commit: string, target: string): void {
  const listed = git(folder, ['ls-tree', '-r', '-z', commit]).toString().split('\0');
  for (const line of listed) {
    const [, kind, hash, path] = /^\d+ (\w+) ([0-9a-f]+)\t(.*)$/s.exec(line) ?? [];
    if (kind !== 'blob' || hash === undefined || path === undefined) continue;
    const file = join(target, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, git(folder, ['cat-file', 'blob', hash]));
  }
}

/** Uses a folder as it was in a revision; what is written is removed at the end. */
export async function withGitFolder<T>(
  folder: string,
  revision: string,
  use: (folder: string) => T | Promise<T>,
): Promise<T> {
  const commit = commitOf(folder, revision);
  const target = mkdtempSync(join(tmpdir(), 'pmdf-diff-'));
  try {
    writeFiles(folder, commit, target);
    return await use(target);
  } finally {
    rmSync(target, { recursive: true, force: true });
  }
}
