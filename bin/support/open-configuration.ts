/*
 * Finds and opens the configuration for a command. A folder without one is reported like an error in it.
 */

import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { FileSettings } from '../../lib/config/index.js';
import { type Diagnostic, errorAt, spanOfFile } from '../../lib/text/index.js';
import {
  ConfigError,
  type Configuration,
  withConfiguration as opened,
  settingsFile,
  World,
} from '../../runtime/index.js';
import type { Arguments } from './arguments.js';
import { visibleLines } from './visible.js';

const folderName = 'pmdf';

function hintFor(folder: string, written: string, isNamed: boolean): string {
  if (['pmdf.cnf', 'imta.cnf', settingsFile].some((name) => existsSync(join(folder, name)))) {
    return `name the folder above \`${written}\`, Haraka's own config folder`;
  }
  return isNamed
    ? `name Haraka's config folder, with \`${folderName}\` in it`
    : "name Haraka's config folder with `--config DIR`, or run this in the folder of the install";
}

/** The error about a file that a command line names. */
export function fileError(name: string, message: string, hint?: string): ConfigError {
  const span = spanOfFile({ name, shortName: name });
  return new ConfigError([errorAt(span, 'file/missing', message, hint === undefined ? {} : { hint })]);
}

/** Haraka's config folder. Throws ConfigError when there is no folder `pmdf` in it. */
export function configFolder(given: Arguments): string {
  const named = given.values.get('config');
  const written = named ?? 'config';
  const folder = resolve(written);
  if (existsSync(join(folder, folderName))) return folder;
  const name = join(written, folderName);
  const hint = hintFor(folder, written, named !== undefined);
  const span = spanOfFile({ name, shortName: name });
  throw new ConfigError([
    errorAt(span, 'policy/nothing-configured', `there is no folder \`${name}\``, { hint }),
  ]);
}

/** The file that an option names in place of a setting. Throws ConfigError when it does not exist. */
export function otherFile(
  given: Arguments,
  option: string,
  setting: keyof FileSettings,
): Partial<FileSettings> {
  const written = given.values.get(option);
  if (written === undefined) return {};
  const path = resolve(written);
  if (existsSync(path)) return { [setting]: path };
  throw fileError(written, `there is no file \`${written}\``);
}

/** Opens the configuration for one command, with `files` in place of those that it names. Throws ConfigError. */
export function openWorld(given: Arguments, files: Partial<FileSettings> = {}): World {
  return new World({
    configFolder: configFolder(given),
    watch: false,
    log: (severity, message) => {
      // Warnings are for `pmdf check`.
      if (severity === 'error') process.stderr.write(`${visibleLines(message)}\n`);
    },
    files,
  });
}

/** Opens the configuration, does the work of one command, and closes it. Throws ConfigError. */
export async function withWorld<T>(
  given: Arguments,
  work: (world: World) => Promise<T>,
  files: Partial<FileSettings> = {},
): Promise<T> {
  const world = openWorld(given, files);
  try {
    return await work(world);
  } finally {
    world.close();
  }
}

/** Loads the configuration for some work that only looks at it. Throws ConfigError with its errors. */
export async function withConfiguration<T>(
  given: Arguments,
  work: (configuration: Configuration, diagnostics: readonly Diagnostic[]) => T | Promise<T>,
): Promise<T> {
  return await opened(join(configFolder(given), folderName), ({ configuration, diagnostics }) =>
    work(configuration, diagnostics),
  );
}
