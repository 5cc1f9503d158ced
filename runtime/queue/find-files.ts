/*
 * Where the messages of a queue are now: in Haraka's queue, or on hold.
 */
import type { PlacedFile } from './change-file.js';
import { namesIn, ownFolder } from './queue-folders.js';
import { readQueueName } from './queue-name.js';

/** The queue files by their ids. Throws errors of the file system. */
export function findFiles(queue: string): ReadonlyMap<string, PlacedFile> {
  const found = new Map<string, PlacedFile>();
  for (const isOnHold of [true, false]) {
    for (const name of namesIn(isOnHold ? ownFolder(queue, 'onhold') : queue)) {
      const named = readQueueName(name);
      if (named !== null) found.set(named.id, { queue, name, isOnHold });
    }
  }
  return found;
}
