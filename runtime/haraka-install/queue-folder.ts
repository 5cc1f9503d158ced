/*
 * The folder of Haraka's queue: what the file `queue_dir` of Haraka's config folder names.
 * Ref: Haraka 3.3.4 outbound/queue.js (queue_dir)
 */
import { linesOf, readConfigFile } from './config-file.js';

/** The path as it is written; null where Haraka uses `queue` in the folder of the install. */
export function queueFolderOf(configFolder: string): string | null {
  const source = readConfigFile(configFolder, 'queue_dir');
  const [line] = source === null ? [] : linesOf(source);
  return line?.text.trim() ?? null;
}
