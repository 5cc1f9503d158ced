/*
 * Queue files that no living process would deliver. Haraka names each file after the process that answers for it, and
 * has a new worker take over the files of the one that it replaces; when that new worker dies before it has done so, the
 * files of the first stay behind until Haraka is started again. Every worker therefore looks for such files once it has
 * settled.
 */
import { causeOf } from '../support/guard.js';
import type { HarakaPlugin } from '../support/haraka.js';
import type { OutboundQueue } from './outbound-queue.js';

/** By then a worker has carried out what Haraka told it at its start. */
const settledAfterMs = 5000;

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}

/** Takes over the queue files of processes that are no more. */
export async function takeOverStranded(plugin: HarakaPlugin, queue: OutboundQueue): Promise<void> {
  for (const pid of await queue.owners()) {
    if (isAlive(pid)) continue;
    plugin.lognotice(`taking over the queue files of process ${pid}, which is no more`);
    await queue.takeOver(pid);
  }
}

/** Has this worker look for stranded files once it has settled. */
export function takeOverLater(plugin: HarakaPlugin, queue: OutboundQueue): void {
  const timer = setTimeout(() => {
    void takeOverStranded(plugin, queue).catch((error: unknown) => {
      plugin.logerror(`the queue folder could not be searched: ${causeOf(error)}`);
    });
  }, settledAfterMs);
  timer.unref();
}
