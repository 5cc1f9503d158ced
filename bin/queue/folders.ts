/*
 * The folders of the install that a command line names.
 */
import { dirname, resolve } from 'node:path';
import { queueFolderOf } from '../../runtime/haraka-install/index.js';
import type { QueueFolders } from '../../runtime/queue/index.js';
import { type Arguments, configFolder, openWorld } from '../support/index.js';

/** Throws ConfigError. */
export function openFolders(given: Arguments): QueueFolders {
  const config = configFolder(given);
  const world = openWorld(given);
  try {
    const named = queueFolderOf(config) ?? 'queue';
    return { queue: resolve(dirname(config), named), held: world.heldFolder(world.policy()) };
  } finally {
    world.close();
  }
}
