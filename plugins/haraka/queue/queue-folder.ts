/*
 * The folder of Haraka's durable queue.
 */
import { open } from 'node:fs/promises';
import type { HarakaPlugin } from '../types.js';

/** Names the queue folder; throws when this Haraka is not one that we know. */
export function queueFolder(plugin: HarakaPlugin): string {
  const folder: unknown = Reflect.get(Object(plugin.haraka_require('outbound/queue')), 'queue_dir');
  if (typeof folder === 'string') return folder;
  throw new Error(
    'pmdf/deliver needs the queue folder of Haraka 3.3 (queue_dir), and this Haraka names none',
  );
}

/** Makes names of files as durable as their content. Rejects when it cannot. */
export async function syncFolder(folder: string): Promise<void> {
  const opened = await open(folder, 'r');
  try {
    await opened.sync();
  } finally {
    await opened.close();
  }
}
