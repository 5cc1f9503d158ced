/*
 * An install made by `pmdf init` of the packed bundle. Packages that `npm install` would fetch are linked into it.
 */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningHaraka, startProcess } from '../../e2e/support/haraka-process.js';
import { leaveNothingBehind } from '../../e2e/support/last-will.js';
import { runSuccessfully } from '../../e2e/support/program.js';
import { harakaFolder } from '../../e2e/support/project-root.js';
import { packedBundle } from './bundle.js';

/** A folder with an install in it. */
export interface Initiated {
  readonly dir: string;
  /** Runs `pmdf init` for it with further arguments; returns its output. */
  init(...words: readonly string[]): Promise<string>;
  /** Links what `npm install` would fetch; call it once if Haraka is not started. */
  link(): void;
  /** Starts Haraka in it. */
  start(listeners: number): Promise<RunningHaraka>;
  remove(): void;
}

/** Returns a folder for an install; `fill` can put one there first. */
export async function initiated(fill: (dir: string) => Promise<void> = async () => {}): Promise<Initiated> {
  const { folder } = await packedBundle();
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'pmdf-initiated-')));
  const will = leaveNothingBehind(root);
  const dir = join(root, 'gateway');
  await fill(dir);
  const command = join(folder, 'dist', 'bin', 'pmdf.js');
  const link = (): void => {
    const modules = join(dir, 'node_modules');
    mkdirSync(modules, { recursive: true });
    symlinkSync(harakaFolder(), join(modules, 'Haraka'));
    symlinkSync(folder, join(modules, 'haraka-plugin-pmdf'));
  };
  return {
    dir,
    init: async (...words) => {
      const { stdout } = await runSuccessfully(process.execPath, [command, 'init', dir, ...words], {
        cwd: root,
      });
      return stdout;
    },
    link,
    start: (listeners) => {
      link();
      return startProcess({ dir, listeners, env: {}, nodeBinary: process.execPath });
    },
    remove: () => {
      rmSync(root, { recursive: true, force: true });
      will.cancel();
    },
  };
}
