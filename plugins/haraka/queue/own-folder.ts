/*
 * Our folder in Haraka's queue, which Haraka would report at each start as a file that is not a queue file.
 * Undocumented, read from Haraka 3.3.4: outbound/queue.js (read_parts; ensure_queue_dir, called before any file is loaded).
 */
import { existsSync } from 'node:fs';
import { Part } from '../part.js';
import type { HarakaPlugin } from '../types.js';
import { queueFolder } from './queue-folder.js';

interface ReadingModule {
  read_parts(file: string): object | false;
  ensure_queue_dir(): Promise<void>;
}

export const readingModule = new Part<ReadingModule>('outbound/queue', '', [
  'read_parts',
  'ensure_queue_dir',
]);

const changed = new WeakSet<ReadingModule>();

/** Has Haraka pass over a name in its queue; throws when this Haraka lacks a function. */
export function passOverFolder(plugin: HarakaPlugin, name: string): void {
  const queue = readingModule.in(plugin);
  if (changed.has(queue)) return;
  changed.add(queue);
  const { read_parts: read } = queue;
  queue.read_parts = function (file) {
    return file === name ? false : read.call(this, file);
  };
}

/** Calls `begin` now if the queue exists, else when Haraka has made it and before it loads files. */
export function whenQueueExists(plugin: HarakaPlugin, begin: () => void): void {
  if (existsSync(queueFolder(plugin))) {
    begin();
    return;
  }
  const queue = readingModule.in(plugin);
  const { ensure_queue_dir: ensure } = queue;
  queue.ensure_queue_dir = async function () {
    await ensure.call(this);
    queue.ensure_queue_dir = ensure;
    begin();
  };
}
