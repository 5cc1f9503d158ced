/*
 * Channels that rest: their mail waits in the queue, and nothing is sent. An empty file for each, so that a channel stays stopped
 * whatever restarts. A process reads them when it starts and when it is told that they have changed.
 * Ref: PMDF qm (stop, start)
 */
import { closeSync, openSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { errorName, syncFolder } from '../files/index.js';
import { makeOwnFolders, namesIn, ownFolder } from './queue-folders.js';

/** Other words are not names of channels, nor of files. */
const channelForm = /^[A-Za-z0-9_-]{1,64}$/;

/** The channels that are stopped. Throws errors of the file system. */
export function stoppedChannels(queue: string): ReadonlySet<string> {
  return new Set(namesIn(ownFolder(queue, 'stopped')).filter((name) => channelForm.test(name)));
}

/** Stops a channel, on disk; false if it is stopped already. Throws errors of the file system. */
export function noteStopped(queue: string, channel: string): boolean {
  if (!channelForm.test(channel)) throw new Error(`\`${channel}\` cannot be stopped: it is not a channel`);
  makeOwnFolders(queue);
  const folder = ownFolder(queue, 'stopped');
  try {
    closeSync(openSync(join(folder, channel), 'wx', 0o644));
  } catch (error) {
    if (errorName(error) === 'EEXIST') return false;
    throw error;
  }
  syncFolder(folder);
  return true;
}

/** Lets a channel send again; false if it was not stopped. Throws errors of the file system. */
export function noteStarted(queue: string, channel: string): boolean {
  if (!channelForm.test(channel)) return false;
  const folder = ownFolder(queue, 'stopped');
  try {
    unlinkSync(join(folder, channel));
  } catch (error) {
    if (errorName(error) === 'ENOENT') return false;
    throw error;
  }
  syncFolder(folder);
  return true;
}
