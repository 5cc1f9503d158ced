/*
 * A folder in which the command is run: the sample configuration as `config`, and every configuration of test/bin/fixtures
 * under its own name.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../../support/project-root.js';
import type { CommandCall, CommandResult } from './command-process.js';
import { CommandServer, commandEnvironment, commandFile } from './command-server.js';

/** The result of a run. */
export interface Run {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number | null;
}

const longestOutput = 64 * 1024 * 1024;
/** A command that hangs must not block the tests forever. */
const patienceMs = 120_000;

/** To be called inside `describe`: one folder for the suite. */
export class CommandFolder {
  #root = '';
  readonly #server = new CommandServer();

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
  shell(line: string, input = ''): Run {
    // Its standard input is a socket: bash would take the caller for a remote shell and read the user's ~/.bashrc.
    const words = ['--norc', '-o', 'pipefail', '-c', `pmdf() { "$NODE" "$PMDF" "$@"; }\n{ ${line}\n} 2>&1`];
    return this.#spawn('bash', words, input);
  }

  /** Runs `pmdf` with these words and this standard input in a process that runs many commands. */
  runInOneProcess({ words, input }: Pick<CommandCall, 'words' | 'input'>): Promise<CommandResult> {
    return this.#server.run({ words, input, folder: this.#root });
  }

  /** Runs `pmdf` with these words as `run` does, but in a process that runs many commands. */
  async call(...words: readonly string[]): Promise<Run> {
    const { stdout, stderr, exitCode } = await this.runInOneProcess({ words, input: '' });
    return { stdout, stderr, exitCode };
  }

  /** The standard output of a shell command line without `pmdf`. */
  outputOf(line: string): Buffer {
    const { stdout, error } = spawnSync('bash', ['--norc', '-c', line], { cwd: this.#root });
    if (error !== undefined) throw error;
    return stdout;
  }

  #spawn(program: string, words: readonly string[], input = ''): Run {
    const { stdout, stderr, status, error } = spawnSync(program, words, {
      cwd: this.#root,
      input,
      encoding: 'utf8',
      maxBuffer: longestOutput,
      timeout: patienceMs,
      env: commandEnvironment(),
    });
    if (error !== undefined) throw error;
    return { stdout, stderr, exitCode: status };
  }
}
