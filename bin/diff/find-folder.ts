/*
 * The folder of a policy that a command line names: Haraka's config folder, or the folder with pmdf.cnf or pmdf.yaml itself.
 */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { settingsFile } from '../../runtime/index.js';
import { fileError } from '../support/index.js';

const names = ['pmdf.cnf', 'imta.cnf', settingsFile];

function hasPolicy(folder: string): boolean {
  return names.some((name) => existsSync(join(folder, name)));
}

/** Finds it. Throws ConfigError when there is none. */
export function policyFolder(written: string): string {
  const folder = resolve(written);
  const inside = join(folder, 'pmdf');
  if (hasPolicy(inside)) return inside;
  if (hasPolicy(folder)) return folder;
  const hint = "name Haraka's config folder, with `pmdf` in it, or a folder with pmdf.cnf or pmdf.yaml";
  throw fileError(written, `there is no policy in \`${written}\``, hint);
}
