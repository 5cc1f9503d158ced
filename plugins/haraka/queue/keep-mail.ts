/*
 * Keeps acknowledged mail while the queue cannot be written. Haraka 3.3 gives a queue file up when it cannot rename it for the
 * next attempt or write another for the deferred recipients. Here such a file stays as it is and is tried again later; empty
 * files that a failed write left are removed.
 * Undocumented, read from Haraka 3.3.4: outbound/hmail.js (deferred_respond, bounce, next_cb, refcount), outbound/queue.js
 * (temp_fail_queue, delivery_queue).
 */
import { constants as access, access as checkAccess, readdir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import * as constants from 'haraka-constants';
import { causeOf } from '../cause-of.js';
import { Part } from '../part.js';
import type { HarakaPlugin } from '../types.js';
import { queueFolder } from './queue-folder.js';

/** A file of Haraka's queue. */
export interface QueueItem {
  readonly filename: string;
  readonly num_failures: number;
  readonly cfg: { readonly temp_fail_intervals: readonly number[] };
  /** How many parts of a delivery still need the file. */
  refcount: number;
  /** Tells the queue that the present attempt is over. */
  next_cb(): void;
}

interface KeepingMail {
  deferred_respond(this: QueueItem, code: number, message: unknown, params: unknown): unknown;
  bounce(this: QueueItem, error: unknown, options: unknown): unknown;
}

export const keepingMail = new Part<KeepingMail>('outbound', 'HMailItem.prototype', [
  'deferred_respond',
  'bounce',
]);

interface KeepingModule {
  readonly temp_fail_queue: { add(id: string, milliseconds: number, then: () => void): unknown };
  readonly delivery_queue: { push(item: object): void };
}

export const keepingModule = new Part<KeepingModule>('outbound', '', [
  'temp_fail_queue.add',
  'delivery_queue.push',
]);

const secondsWithoutInterval = 60;

/** Seconds until the next attempt, by the number of failures. */
function pauseOf({ num_failures: failures, cfg }: QueueItem): number {
  const intervals = cfg.temp_fail_intervals;
  return intervals[Math.max(0, Math.min(failures, intervals.length) - 1)] ?? secondsWithoutInterval;
}

async function canWrite(folder: string): Promise<boolean> {
  return checkAccess(`${folder}/.`, access.W_OK).then(
    () => true,
    () => false,
  );
}

/** The beginnings of the causes with which Haraka bounces a message that it could not write. */
const ownFailures = [
  'Error splitting to new recipients:',
  'Error re-queueing some recipients:',
  'Error re-queueing email:',
];

function isOwnFailure(error: unknown): boolean {
  return typeof error === 'string' && ownFailures.some((one) => error.startsWith(one));
}

/** A file in use is never empty: files get the name of a queue file only when they are written. */
async function removeEmptyFiles(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!/^\d/.test(name)) continue;
    const file = join(folder, name);
    // It may be gone: delivered meanwhile.
    const found = await stat(file).catch(() => null);
    if (found?.size === 0) await unlink(file);
  }
}

/** What keeps a file and has it tried again later, once for each attempt. */
export type Keep = (item: QueueItem) => void;

const keepers = new WeakMap<KeepingModule, Keep>();

/** Makes the function that keeps a file; throws when this Haraka lacks a function. */
export function keepForLater(plugin: HarakaPlugin): Keep {
  const outbound = keepingModule.in(plugin);
  const known = keepers.get(outbound);
  if (known !== undefined) return known;
  const folder = queueFolder(plugin);
  const waiting = new WeakSet<QueueItem>();
  const keep: Keep = (item) => {
    if (waiting.has(item)) return;
    waiting.add(item);
    const seconds = pauseOf(item);
    plugin.logerror(`kept ${item.filename} for another ${seconds} seconds: the queue cannot be written`);
    item.refcount = 1;
    item.next_cb();
    outbound.temp_fail_queue.add(item.filename, seconds * 1000, () => {
      waiting.delete(item);
      outbound.delivery_queue.push(item);
      removeEmptyFiles(folder).catch((error: unknown) => plugin.logerror(`queue: ${causeOf(error)}`));
    });
  };
  keepers.set(outbound, keep);
  return keep;
}

const changed = new WeakSet<KeepingModule>();

/** Has Haraka keep what it would give up; throws when this Haraka lacks a function. */
export function keepMail(plugin: HarakaPlugin): void {
  const outbound = keepingModule.in(plugin);
  const prototype = keepingMail.in(plugin);
  if (changed.has(outbound)) return;
  changed.add(outbound);
  const folder = queueFolder(plugin);
  const keep = keepForLater(plugin);
  const { deferred_respond: defer, bounce } = prototype;
  prototype.deferred_respond = async function (code, message, params) {
    const isDeferred = code === constants.cont || code === constants.denysoft;
    if (isDeferred && !(await canWrite(folder))) keep(this);
    else await defer.call(this, code, message, params);
  };
  prototype.bounce = function (error, options) {
    if (isOwnFailure(error)) keep(this);
    else bounce.call(this, error, options);
  };
}
