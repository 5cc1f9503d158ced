/*
 * The folder of Haraka's durable queue.
 * Undocumented, read from Haraka 3.3.4: outbound/queue.js (queue_dir).
 */
import { Part } from '../part.js';
import type { HarakaPlugin } from '../types.js';

export const queueModule = new Part<{ readonly queue_dir: string }>('outbound/queue', '', [], {
  queue_dir: 'string',
});

/** Names the queue folder; throws when Haraka does not. */
export function queueFolder(plugin: HarakaPlugin): string {
  return queueModule.in(plugin).queue_dir;
}
