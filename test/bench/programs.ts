/*
 * Programs of others that are measured or that make load. One that is not installed is a missing peer.
 */
import { spawnSync } from 'node:child_process';
import { MissingPeer } from './measure.js';

/** A program to run. */
export interface Program {
  readonly program: string;
  readonly args: readonly string[];
  /** What to install if it is not there: `the Debian package postfix`. */
  readonly install: string;
  readonly input?: string;
}

/** Runs a program to its end; returns its output. Throws with its messages if it fails. */
export function runToEnd({ program, args, install, input = '' }: Program): string {
  const { error, status, stdout, stderr } = spawnSync(program, args, {
    input,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (error !== undefined && 'code' in error && error.code === 'ENOENT') throw new MissingPeer(install);
  if (error !== undefined) throw error;
  // postmap ends with 1 if a key was not found, without a message.
  if (status !== 0 && !(status === 1 && stderr === ''))
    throw new Error(`${program} failed: ${stderr.trim()}`);
  return stdout;
}

/** What postmap needs. */
export const postmapInstall = 'the Debian package postfix';

/** What is missing if postmap says that it does not have a type of table; null if it does not say so. */
export function missingType(said: string): string | null {
  const type = /unsupported dictionary type: (\w+)/.exec(said)?.[1];
  return type === undefined ? null : `${postmapInstall}-${type}`;
}

/** Runs postmap; a type of table that it does not have is a missing peer too. */
export function postmap(args: readonly string[], input = ''): string {
  try {
    return runToEnd({ program: 'postmap', args, install: postmapInstall, input });
  } catch (error) {
    const type = missingType(error instanceof Error ? error.message : '');
    throw type === null ? error : new MissingPeer(type);
  }
}
