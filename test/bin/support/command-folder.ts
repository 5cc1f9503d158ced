/*
 * A folder in which the command is run: the sample configuration as `config`, and every configuration of test/bin/fixtures
 * under its own name.
 */
import { type ChildProcess, fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../../support/project-root.js';
import type { CommandCall, CommandResult } from './command-process.js';

/** The compiled command. */
export const commandFile = join(projectRoot, 'dist', 'bin', 'pmdf.js');

/** The result of a run. */
export interface Run {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number | null;
}

const longestOutput = 64 * 1024 * 1024;
/** A command that hangs must not block the tests forever. */
const patienceMs = 120_000;

function isResult(answer: unknown): answer is CommandResult {
  return typeof answer === 'object' && answer !== null && 'printed' in answer;
}

/** To be called inside `describe`: one folder for the suite. */
export class CommandFolder {
  #root = '';
  #process: ChildProcess | undefined;

  constructor() {
    before(() => {
      this.#root = realpathSync(mkdtempSync(join(tmpdir(), 'pmdf-command-')));
      const sample = join(this.#root, 'config', 'pmdf');
      mkdirSync(sample, { recursive: true });
      for (const name of ['pmdf.cnf', 'mappings', 'general.txt']) {
        copyFileSync(join(projectRoot, 'config', name), join(sample, name));
      }
      cpSync(join(projectRoot, 'test', 'bin', 'fixtures'), this.#root, { recursive: true });
    });
    after(() => {
      this.#process?.kill();
      rmSync(this.#root, { recursive: true, force: true });
    });
  }

  /** The path of a configuration in it. */
  path(name: string): string {
    return join(this.#root, name);
  }

  /** Runs `pmdf` with these words. */
  run(...words: readonly string[]): Run {
    return this.#spawn(process.execPath, [commandFile, ...words]);
  }

  /** Runs a shell command line in which `pmdf` is the command; both outputs are merged, as on a terminal. */
  shell(line: string): Run {
    // Its standard input is a socket: bash would take the caller for a remote shell and read the user's ~/.bashrc.
    return this.#spawn('bash', [
      '--norc',
      '-o',
      'pipefail',
      '-c',
      `pmdf() { "$NODE" "$PMDF" "$@"; }\n{ ${line}\n} 2>&1`,
    ]);
  }

  /**
   * Runs `pmdf` with these words and this standard input, as `shell` does, in a process that runs many commands:
   * starting one takes longer than most of them.
   */
  async runInOneProcess({ words, input }: Pick<CommandCall, 'words' | 'input'>): Promise<CommandResult> {
    this.#process ??= fork(join(__dirname, 'command-process.js'), {
      env: { PATH: process.env['PATH'], NODE: process.execPath, PMDF: commandFile },
    });
    const running = this.#process;
    const call: CommandCall = { words, input, folder: this.#root };
    running.send(call);
    const answered = new AbortController();
    const { signal } = answered;
    const answer = await Promise.race([
      once(running, 'message', { signal }),
      once(running, 'exit', { signal }),
    ]).finally(() => answered.abort());
    const result: unknown = answer[0];
    if (!isResult(result)) throw new Error(`the process of the commands ended with ${String(result)}`);
    return result;
  }

  #spawn(program: string, words: readonly string[]): Run {
    const { stdout, stderr, status, error } = spawnSync(program, words, {
      cwd: this.#root,
      encoding: 'utf8',
      maxBuffer: longestOutput,
      timeout: patienceMs,
      env: { PATH: process.env['PATH'], NODE: process.execPath, PMDF: commandFile },
    });
    if (error !== undefined) throw error;
    return { stdout, stderr, exitCode: status };
  }
}
