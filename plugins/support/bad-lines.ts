/*
 * Stops Haraka when a line of config/plugins is meant to enable a plugin of ours and does not: with `ignore_bad_plugins` in
 * smtp.ini Haraka would start without it.
 */
import { dirname } from 'node:path';
import { harakaFolderAround, startErrors } from '../../runtime/haraka-install/index.js';
import type { HarakaPlugin } from '../haraka/index.js';
import { brokenStart } from './broken-start.js';
import { configFolder } from './config-folder.js';

/** Throws with the first of the bad lines; all of them are written to stderr. */
export function stopOnBadLines(plugin: HarakaPlugin): void {
  const folder = configFolder(plugin);
  // However it was started, Haraka's own file is here.
  const [, program] = process.argv;
  const haraka = program === undefined ? null : harakaFolderAround(program);
  const errors = startErrors(folder, { install: dirname(folder), haraka });
  if (errors.length > 0) throw brokenStart(errors);
}
