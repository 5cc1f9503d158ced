/*
 * The program git, asked about the repository of a folder.
 */
import { execFileSync } from 'node:child_process';
import { UsageError } from '../support/index.js';

const mostOctets = 1 << 30;

/** A hook of git names a repository and an index of its own, which is not that of the folder. */
const ofHooks = new Set(['GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE', 'GIT_PREFIX']);

function environmentWith(index: string | null): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !ofHooks.has(name));
  return { ...Object.fromEntries(kept), LC_ALL: 'C', ...(index === null ? {} : { GIT_INDEX_FILE: index }) };
}

/** What git was asked and did not do; `said` is empty where it said nothing. */
export class GitFailed extends Error {
  readonly said: string;

  constructor(said: string) {
    super(said === '' ? 'git failed' : `git says: ${said}`);
    this.name = 'GitFailed';
    this.said = said;
  }
}

/** Runs git in a folder, with an index in place of the repository's if one is given. Throws GitFailed, and UsageError where there is no git. */
export function git(
  folder: string,
  words: readonly string[],
  { index }: { readonly index?: string } = {},
): string {
  try {
    return execFileSync('git', ['-C', folder, ...words], {
      maxBuffer: mostOctets,
      env: environmentWith(index ?? null),
      stdio: ['ignore', 'pipe', 'pipe'],
    }).toString();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      throw new UsageError('`--git` needs the program git, which is not there');
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : String(error);
    throw new GitFailed(/^(?:fatal|error): (.*)$/m.exec(said)?.[1] ?? said);
  }
}

/** The same for what git answers in one line, without the line end. */
export function gitLine(folder: string, words: readonly string[]): string {
  const said = git(folder, words);
  return said.endsWith('\n') ? said.slice(0, -1) : said;
}
