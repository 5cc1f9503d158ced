/*
 * Queue files that are still being written. Haraka removes all of them whenever it loads queue files: not only when it starts, but
 * also when a worker takes over the files of one that ended. By then other workers are writing, and their mail would be
 * deferred; and if one gives its file the final name in this moment, Haraka gives up and takes over nothing.
 * Undocumented, read from Haraka 3.3.4: outbound/queue.js (delete_dot_files, init_queue, scan_queue_pids), outbound/qfile.js
 * (parts, platformDOT).
 */
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isAlive } from '../../../runtime/files/index.js';
import { Part } from '../part.js';
import type { HarakaPlugin } from '../types.js';
import { queueFolder } from './queue-folder.js';

/** No file takes that long to be written: its writer is another process that has the same number now. */
const longestWriteMs = 3_600_000;

interface UnfinishedModule {
  delete_dot_files(): Promise<void>;
}

interface NamingModule {
  readonly qfile: {
    parts(file: string): { readonly pid: number } | null;
    readonly platformDOT: string;
  };
}

export const unfinishedModule = new Part<UnfinishedModule>('outbound/queue', '', ['delete_dot_files']);
export const namingModule = new Part<NamingModule>('outbound', '', ['qfile.parts'], {
  'qfile.platformDOT': 'string',
});

async function isInUse(file: string, writer: number | undefined): Promise<boolean> {
  if (writer === undefined || !isAlive(writer)) return false;
  const found = await stat(file).catch(() => null);
  return found !== null && Date.now() - found.mtimeMs < longestWriteMs;
}

/** Has Haraka remove only unfinished files that no process is writing; throws when this Haraka lacks a function. */
export function keepUnfinishedFiles(plugin: HarakaPlugin): void {
  const queue = unfinishedModule.in(plugin);
  const { qfile } = namingModule.in(plugin);
  const folder = queueFolder(plugin);
  queue.delete_dot_files = async () => {
    for (const name of await readdir(folder)) {
      if (!name.startsWith(qfile.platformDOT)) continue;
      const file = join(folder, name);
      if (await isInUse(file, qfile.parts(name.slice(qfile.platformDOT.length))?.pid)) continue;
      plugin.logwarn(`removing ${name}, which was not written completely`);
      await rm(file, { force: true });
    }
  };
}
