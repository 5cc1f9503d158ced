/*
 * Runs npm. A command that fails rejects with its complete output.
 */
import { type ProgramResult, runSuccessfully } from '../../e2e/support/program.js';

/** The environment of a shell, without the variables set by the `npm test` that runs the tests. */
function shellEnvironment(): NodeJS.ProcessEnv {
  const forShell = ([name]: readonly [string, string | undefined]): boolean =>
    !/^npm_(?:lifecycle|package|command|config_(?:loglevel|ignore_scripts|dry_run|json|local_prefix))/i.test(
      name,
    );
  const { INIT_CWD: _start, NODE_OPTIONS: _options, ...rest } = process.env;
  return Object.fromEntries(Object.entries(rest).filter(forShell));
}

/** Runs npm with these arguments in a folder; rejects unless it ends with 0. */
export function npm(folder: string, ...args: readonly string[]): Promise<ProgramResult> {
  return runSuccessfully('npm', args, { cwd: folder, env: shellEnvironment() });
}
