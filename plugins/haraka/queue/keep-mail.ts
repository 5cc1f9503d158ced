/*
 * Keeps acknowledged mail while the queue cannot be written. Haraka 3.3 gives a queue file up when it cannot rename it
 * for the next try, or cannot write another for those recipients that were put off, and removes it although the message
 * that was to tell its sender could not be queued. Here such a file stays as it is, and is tried again later. What Haraka
 * could not write may stay behind under the name of a queue file, with nothing in it: that is removed.
 */
import { constants as access, access as checkAccess, readdir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import * as constants from 'haraka-constants';
import { causeOf } from '../../support/guard.js';
import type { HarakaPlugin } from '../types.js';
import { queueFolder } from './queue-folder.js';

/** The members of a queue file that are used. */
interface QueueItem {
  readonly filename: string;
  readonly num_failures: number;
  readonly cfg: { readonly temp_fail_intervals: readonly number[] };
  /** How many parts of a delivery still need the file. */
  refcount: number;
  /** Tells the queue that the present try is over. */
  next_cb(): void;
}

type Deferred = (this: QueueItem, code: number, message: unknown, params: unknown) => unknown;
type Bounce = (this: QueueItem, error: unknown, options: unknown) => unknown;
type WriteBounce = (
  this: QueueItem,
  from: unknown,
  to: unknown,
  reason: unknown,
  done: (error: unknown, lines: unknown) => void,
) => unknown;
type DoubleBounce = (this: QueueItem, cause: unknown) => unknown;
type SendEmail = (
  from: unknown,
  to: unknown,
  contents: unknown,
  next: ((code: number, message?: unknown) => void) | undefined,
  options: unknown,
) => unknown;

interface KeepingModule {
  readonly HMailItem: {
    readonly prototype: {
      deferred_respond: Deferred;
      bounce: Bounce;
      populate_bounce_message: WriteBounce;
      double_bounce: DoubleBounce;
    };
  };
  readonly temp_fail_queue: { add(id: string, milliseconds: number, then: () => void): unknown };
  readonly delivery_queue: { push(item: object): void };
  send_email: SendEmail;
}

function isFunction(value: unknown): boolean {
  return typeof value === 'function';
}

function isKeepingModule(value: unknown): value is KeepingModule {
  const member = (of: unknown, name: string): unknown => Reflect.get(Object(of), name);
  const prototype = member(member(value, 'HMailItem'), 'prototype');
  return (
    isFunction(member(value, 'send_email')) &&
    isFunction(member(member(value, 'temp_fail_queue'), 'add')) &&
    isFunction(member(member(value, 'delivery_queue'), 'push')) &&
    isFunction(member(prototype, 'deferred_respond')) &&
    isFunction(member(prototype, 'bounce')) &&
    isFunction(member(prototype, 'populate_bounce_message')) &&
    isFunction(member(prototype, 'double_bounce'))
  );
}

const secondsWithoutInterval = 60;

/** The interval that the file has come to, in seconds. */
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

/** How the causes begin with which Haraka bounces a message that it could not write. */
const ownTroubles = [
  'Error splitting to new recipients:',
  'Error re-queueing some recipients:',
  'Error re-queueing email:',
];

function isOwnTrouble(error: unknown): boolean {
  return typeof error === 'string' && ownTroubles.some((one) => error.startsWith(one));
}

/** Files are written under another name first, so one of a queue file's name is never empty while it is in use. */
async function removeEmptyFiles(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!/^\d/.test(name)) continue;
    const file = join(folder, name);
    // It may have been delivered meanwhile.
    const found = await stat(file).catch(() => null);
    if (found?.size === 0) await unlink(file);
  }
}

const changed = new WeakSet<KeepingModule>();

/** Makes the function that leaves a file as it is and has it tried again later, once for each try. */
function keeper(plugin: HarakaPlugin, outbound: KeepingModule, folder: string): (item: QueueItem) => void {
  const waiting = new WeakSet<QueueItem>();
  return (item) => {
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
}

/** Has Haraka keep what it would give up; throws when this Haraka is not one that we know. */
export function keepMail(plugin: HarakaPlugin): void {
  const outbound = plugin.haraka_require('outbound');
  if (!isKeepingModule(outbound)) {
    throw new Error(
      'pmdf/deliver needs the outbound queue of Haraka 3.3 (HMailItem), and this Haraka has another',
    );
  }
  if (changed.has(outbound)) return;
  changed.add(outbound);
  const folder = queueFolder(plugin);
  const keep = keeper(plugin, outbound, folder);
  const { prototype } = outbound.HMailItem;
  const {
    deferred_respond: defer,
    bounce,
    populate_bounce_message: writeBounce,
    double_bounce: giveUp,
  } = prototype;
  prototype.deferred_respond = async function (code, message, params) {
    const isDeferred = code === constants.cont || code === constants.denysoft;
    if (isDeferred && !(await canWrite(folder))) keep(this);
    else await defer.call(this, code, message, params);
  };
  prototype.bounce = function (error, options) {
    if (isOwnTrouble(error)) keep(this);
    else bounce.call(this, error, options);
  };
  prototype.double_bounce = async function (cause) {
    if (await canWrite(folder)) giveUp.call(this, cause);
    else keep(this);
  };
  // The file that a bounce is about, while core hands the bounce to the queue.
  let bounced: QueueItem | undefined;
  prototype.populate_bounce_message = function (from, to, reason, done) {
    return writeBounce.call(this, from, to, reason, (error, lines) => {
      bounced = this;
      try {
        done(error, lines);
      } finally {
        bounced = undefined;
      }
    });
  };
  const sendEmail = outbound.send_email;
  outbound.send_email = (from, to, contents, next, options) => {
    const item = bounced;
    const answered = (code: number, text?: unknown): void => {
      if (item !== undefined && code === constants.denysoft) keep(item);
      else next?.(code, text);
    };
    return sendEmail.call(outbound, from, to, contents, answered, options);
  };
}
