/*
 * Queue files that no living process would deliver. Haraka names each file after the process that is responsible for it, and
 * a new worker takes over the files of the one that it replaces; if it dies before it has done so, the files of the first are
 * left until Haraka restarts. So every worker looks for such files once it has started up.
 * Undocumented, read from Haraka 3.3.4: outbound/index.js (load_pid_queue), outbound/qfile.js (parts).
 */
import { readdir } from 'node:fs/promises';
import { isAlive } from '../../../runtime/files/index.js';
import { causeOf } from '../cause-of.js';
import { Part } from '../part.js';
import type { HarakaPlugin } from '../types.js';
import { queueFolder } from './queue-folder.js';

/** By then a worker has done what Haraka told it at its start. */
const settledAfterMs = 5000;

interface LoadingModule {
  readonly qfile: { parts(file: string): { readonly pid: number } | null };
  load_pid_queue(pid: number): Promise<void>;
}

export const loadingModule = new Part<LoadingModule>('outbound', '', ['load_pid_queue', 'qfile.parts']);

async function takeOver(plugin: HarakaPlugin, outbound: LoadingModule, folder: string): Promise<void> {
  const files = (await readdir(folder)).filter((file) => /^\d/.test(file));
  const owners = new Set(files.flatMap((file) => outbound.qfile.parts(file)?.pid ?? []));
  for (const pid of owners) {
    if (isAlive(pid)) continue;
    plugin.lognotice(`taking over the queue files of process ${pid}, which has ended`);
    await outbound.load_pid_queue(pid).catch((error: unknown) => {
      plugin.logerror(`the queue files of process ${pid} could not be taken over: ${causeOf(error)}`);
    });
  }
}

/**
 * Makes the function that has a worker take over stranded files once it has started up; throws when this Haraka lacks a
 * function.
 */
export function strandedFiles(plugin: HarakaPlugin): () => void {
  const outbound = loadingModule.in(plugin);
  const folder = queueFolder(plugin);
  return () => {
    const timer = setTimeout(() => {
      void takeOver(plugin, outbound, folder).catch((error: unknown) => {
        plugin.logerror(`the queue folder could not be searched: ${causeOf(error)}`);
      });
    }, settledAfterMs);
    timer.unref();
  };
}
