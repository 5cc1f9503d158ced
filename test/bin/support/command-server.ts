/*
 * One process that runs the command many times, one call after the other: starting a process takes longer than most
 * calls.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { projectRoot } from '../../support/project-root.js';
import type { CommandCall, CommandResult } from './command-process.js';

/** The compiled command. */
export const commandFile = join(projectRoot, 'dist', 'bin', 'pmdf.js');

function isResult(answer: unknown): answer is CommandResult {
  return typeof answer === 'object' && answer !== null && 'printed' in answer;
}

/** The environment of every command in the tests. */
export function commandEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], NODE: process.execPath, PMDF: commandFile };
}

/** To be made inside `describe`; the process starts with the first call and ends after the suite. */
export class CommandServer {
  #process: ChildProcess | undefined;

  constructor() {
    after(() => {
      this.#process?.kill();
    });
  }

  /** Runs a call; rejects if the process ends. */
  async run(call: CommandCall): Promise<CommandResult> {
    this.#process ??= fork(join(__dirname, 'command-process.js'), {
      env: commandEnvironment(),
      // Not those of the test runner, such as source maps, which take as long to load as the code.
      execArgv: [],
      serialization: 'advanced',
    });
    const running = this.#process;
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
}
