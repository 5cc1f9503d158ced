/*
 * A folder as it was in a revision of git, in a folder of its own for as long as it is used. Files come out as git would check them
 * out, with its filters.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { quoted, UsageError } from '../support/index.js';
import { type PolicyFolder, policyFolder } from './find-folder.js';
import { GitFailed, git, gitLine } from './git.js';

function isShallow(folder: string): boolean {
  return gitLine(folder, ['rev-parse', '--is-shallow-repository']) === 'true';
}

/** The commit that a word names. Throws UsageError where there is none. */
function commitOf(folder: string, revision: string): string {
  try {
    return gitLine(folder, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`]);
  } catch (error) {
    if (!(error instanceof GitFailed)) throw error;
    if (error.said !== '') throw new UsageError(error.message, '`--config` names a folder in a repository');
    throw new UsageError(
      `git knows no commit ${quoted(revision)}`,
      isShallow(folder)
        ? 'the clone is shallow; fetch the commit first, such as with `git fetch --unshallow`'
        : 'name a commit, a branch or a tag, such as `HEAD`',
    );
  }
}

function topOf(folder: string): string | null {
  try {
    return gitLine(folder, ['rev-parse', '--show-toplevel']);
  } catch (error) {
    if (error instanceof GitFailed) return null;
    throw error;
  }
}

/** The folder in whose repository the policy is: a config folder, or `pmdf` in it if that has a repository of its own. */
function trackedFolder(configFolder: string): string {
  const inside = join(configFolder, 'pmdf');
  const top = topOf(inside);
  return top === null || top === topOf(configFolder) ? configFolder : inside;
}

/** Writes all files of a commit; names and links that lead from one folder of it to another go on to work. */
function checkOut(folder: string, commit: string, target: string): void {
  const top = gitLine(folder, ['rev-parse', '--show-toplevel']);
  const index = join(target, 'index');
  git(top, ['read-tree', commit], { index });
  git(top, ['checkout-index', '--all', '--force', '--quiet', `--prefix=${join(target, 'tree')}/`], { index });
}

/** Uses the policy of a config folder as it was in a revision; what is written is removed at the end. */
export async function withGitFolder<T>(
  configFolder: string,
  revision: string,
  use: (folder: PolicyFolder) => T | Promise<T>,
): Promise<T> {
  const folder = trackedFolder(configFolder);
  const commit = commitOf(folder, revision);
  const target = mkdtempSync(join(tmpdir(), 'pmdf-diff-'));
  try {
    checkOut(folder, commit, target);
    const prefix = gitLine(folder, ['rev-parse', '--show-prefix']);
    const was = join(target, 'tree', prefix);
    if (!existsSync(was)) {
      throw new UsageError(
        `${quoted(folder)} is not in the commit ${quoted(revision)}`,
        'name a commit that has it, or a folder that is in the commit',
      );
    }
    return await use(policyFolder(was, `${revision}:${prefix}`));
  } catch (error) {
    if (error instanceof GitFailed) throw new UsageError(error.message);
    throw error;
  } finally {
    rmSync(target, { recursive: true, force: true });
  }
}
