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

/** A folder with a policy, and its name for people. */
export interface PolicyFolder {
  readonly path: string;
  readonly name: string;
}

/** Finds it; `name` is what people know the folder by. Throws ConfigError when there is none. */
export function policyFolder(written: string, name = written): PolicyFolder {
  const folder = resolve(written);
  const inside = join(folder, 'pmdf');
  if (hasPolicy(inside)) return { path: inside, name: `${name.replace(/\/$/, '')}/pmdf` };
  if (hasPolicy(folder)) return { path: folder, name: name.replace(/\/$/, '') };
  const hint = "name Haraka's config folder, with `pmdf` in it, or a folder with pmdf.cnf or pmdf.yaml";
  throw fileError(name, `there is no policy in \`${name}\``, hint);
}
