/*
 * Finds and runs the programs of the lab. If one is missing, the error names the script that installs it.
 */

import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';

/** The result of a program that has ended. */
export interface ProgramResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function requireAccess(file: string, mode: number): string {
  try {
    accessSync(file, mode);
  } catch {
    throw new Error(`\`${file}\` is missing: run \`.ci/packages\` as root`);
  }
  return file;
}

/** Returns the name of a program's file if it can be run; throws, naming `.ci/packages`, if not. */
export function requireProgram(file: string): string {
  return requireAccess(file, constants.X_OK);
}

/** Returns the name of a file if it can be read; throws, naming `.ci/packages`, if not. */
export function requireFile(file: string): string {
  return requireAccess(file, constants.R_OK);
}

/** Throws unless this process is root, which the MTAs of the lab need. */
export function requireRoot(): void {
  if (process.getuid?.() !== 0)
    throw new Error('the lab starts real MTAs and needs root, as does `.ci/packages`');
}

/** Runs a program to its end with `input` on its standard input; rejects only when it cannot be started. */
export function runProgram(
  file: string,
  args: readonly string[],
  options: { readonly input?: string; readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<ProgramResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { cwd: options.cwd, env: options.env ?? process.env, stdio: 'pipe' });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.once('error', reject);
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input ?? '');
    child.once('close', (code) =>
      resolve({ code, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() }),
    );
  });
}

/** Runs a program that must succeed; rejects with its output otherwise. */
export async function runSuccessfully(
  file: string,
  args: readonly string[],
  options: Parameters<typeof runProgram>[2] = {},
): Promise<ProgramResult> {
  const result = await runProgram(file, args, options);
  if (result.code !== 0) {
    throw new Error(
      `\`${file} ${args.join(' ')}\` ended with ${result.code}:\n${result.stdout}${result.stderr}`,
    );
  }
  return result;
}
