/*
 * Queue files that no living process would deliver. Haraka names each file after the process that answers for it, and
 * has a new worker take over the files of the one that it replaces; when that new worker dies before it has done so, the
 * files of the first stay behind until Haraka is started again. Every worker therefore looks for such files once it has
 * settled. Uses outbound.load_pid_queue and outbound.qfile.parts, which Haraka 3.3 exports without documenting them.
 */

import { readdir } from 'node:fs/promises';
import { isAlive } from '../../../runtime/files/index.js';
import { causeOf } from '../../support/guard.js';
import type { HarakaPlugin } from '../types.js';
import { queueFolder } from './queue-folder.js';

/** By then a worker has carried out what Haraka told it at its start. */
const settledAfterMs = 5000;

interface LoadingModule {
  readonly qfile: { parts(file: string): { readonly pid: number } | null };
  load_pid_queue(pid: number): Promise<void>;
}

function isLoadingModule(value: unknown): value is LoadingModule {
  const names: unknown = Reflect.get(Object(value), 'qfile');
  return (
    typeof Reflect.get(Object(value), 'load_pid_queue') === 'function' &&
    typeof Reflect.get(Object(names), 'parts') === 'function'
  );
}

async function takeOver(plugin: HarakaPlugin, outbound: LoadingModule, folder: string): Promise<void> {
  const files = (await readdir(folder)).filter((file) => /^\d/.test(file));
  const owners = new Set(files.flatMap((file) => outbound.qfile.parts(file)?.pid ?? []));
  for (const pid of owners) {
    if (isAlive(pid)) continue;
    plugin.lognotice(`taking over the queue files of process ${pid}, which has ended`);
    await outbound.load_pid_queue(pid);
  }
}

/**
 * Makes the function that has a worker take over stranded files once it has settled; throws when this Haraka is not one
 * that we know.
 */
export function strandedFiles(plugin: HarakaPlugin): () => void {
  const outbound = plugin.haraka_require('outbound');
  if (!isLoadingModule(outbound)) {
    throw new Error(
      'pmdf/deliver needs the outbound queue of Haraka 3.3 (load_pid_queue), and this Haraka has another',
    );
  }
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
