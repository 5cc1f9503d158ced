/*
 * An exclusive lock for processes that change a file. The lock is a symbolic link `FILE.lock` whose target names
 * its holder, so lock and holder appear at once. The lock of a dead holder, killed or not, is broken. Breaking
 * is done under a lock of its own, named by the id of the dead holder: the process that has it looks again
 * whether the lock is still the dead holder's, and only then removes it. Ids are never reused, so no process
 * removes a lock that another one has taken meanwhile.
 */
import { readdirSync, readlinkSync, symlinkSync, unlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { removeUnfinished } from './durable-file.js';
import { isGone, type LockOwner, parseOwner, printOwner, thisOwner } from './lock-owner.js';
import { errorName } from './regular-file.js';
import { replaceablePath } from './replaceable-path.js';

/** Raised when one holder keeps the lock for too long. */
export class LockHeld extends Error {
  /** The path of the lock. */
  readonly lock: string;

  constructor(lock: string, owner: LockOwner | null) {
    const holder = owner === null ? 'a process' : `process ${owner.pid} on ${owner.host}`;
    super(`${holder} holds the lock \`${lock}\`; remove it if that process has ended`);
    this.name = 'LockHeld';
    this.lock = lock;
  }
}

/** How long to wait for a lock, and how. */
export interface Patience {
  /** How long to wait for one holder, in milliseconds. */
  readonly perHolder: number;
  readonly now: () => number;
  readonly pause: (milliseconds: number) => Promise<unknown>;
}

const ids = /^[0-9a-f.]{16,}$/;
const shortestPause = 4;
const longestPause = 24;

export const commandPatience: Patience = {
  perHolder: 60_000,
  now: () => performance.now(),
  pause,
};

/** The text of the lock; null if there is no lock. */
function holderText(lock: string): string | null {
  try {
    return readlinkSync(lock);
  } catch (error) {
    if (errorName(error) === 'ENOENT') return null;
    throw error;
  }
}

/** Takes the lock if it is free. */
function tryTake(lock: string, own: string): boolean {
  try {
    symlinkSync(own, lock);
    return true;
  } catch (error) {
    if (errorName(error) === 'EEXIST') return false;
    throw error;
  }
}

async function breakLock(lock: string, dead: LockOwner, patience: Patience): Promise<void> {
  const breaking = `${lock}.${dead.id}`;
  const own = await take(breaking, patience);
  try {
    if (holderText(lock) === printOwner(dead)) unlinkSync(lock);
  } finally {
    release(breaking, own);
  }
}

/** Takes the lock as soon as it is free; returns its text. */
async function take(lock: string, patience: Patience): Promise<string> {
  const own = printOwner(thisOwner());
  let seen: string | null = null;
  let since = patience.now();
  while (!tryTake(lock, own)) {
    const text = holderText(lock);
    if (text === null) continue;
    const holder = parseOwner(text);
    if (holder !== null && isGone(holder)) {
      await breakLock(lock, holder, patience);
      continue;
    }
    if (text !== seen) {
      seen = text;
      since = patience.now();
    } else if (patience.now() - since >= patience.perHolder) {
      throw new LockHeld(lock, holder);
    }
    await patience.pause(shortestPause + Math.random() * (longestPause - shortestPause));
  }
  return own;
}

function remove(lock: string): void {
  try {
    unlinkSync(lock);
  } catch (error) {
    if (errorName(error) !== 'ENOENT') throw error;
  }
}

/** Releases the lock, unless it was removed by hand and may belong to another process by now. */
function release(lock: string, own: string): void {
  if (holderText(lock) === own) remove(lock);
}

/** Removes locks for breaking this one whose holders died. Only for the holder of the lock. */
function sweep(lock: string): void {
  const folder = dirname(lock);
  const prefix = `${basename(lock)}.`;
  for (const name of readdirSync(folder)) {
    if (name.startsWith(prefix) && ids.test(name.slice(prefix.length))) remove(join(folder, name));
  }
}

/** Does some work under the lock of a file. Throws LockHeld, errors of the file system, and what the work throws. */
export async function withFileLock<T>(
  path: string,
  patience: Patience,
  work: () => T | Promise<T>,
): Promise<T> {
  const lock = `${path}.lock`;
  const own = await take(lock, patience);
  try {
    sweep(lock);
    return await work();
  } finally {
    release(lock, own);
  }
}

const asleep = new Int32Array(new SharedArrayBuffer(4));

/**
 * Waits, and nothing else goes on in this process meanwhile, until no living process holds the lock of a file. Throws LockHeld
 * after `most` milliseconds.
 */
export function awaitLockFree(path: string, most: number): void {
  const lock = `${path}.lock`;
  const end = performance.now() + most;
  for (;;) {
    const text = holderText(lock);
    if (text === null) return;
    const holder = parseOwner(text);
    if (holder !== null && isGone(holder)) return;
    if (performance.now() >= end) throw new LockHeld(lock, holder);
    Atomics.wait(asleep, 0, 0, longestPause);
  }
}

/**
 * Does some work on a file that it may replace: under the file's lock, after removing unfinished replacements.
 * The work gets the path behind symbolic links. Throws NotReplaceable, and as `withFileLock`.
 */
export async function withReplacementLock<T>(
  path: string,
  patience: Patience,
  work: (target: string) => T,
): Promise<T> {
  const target = replaceablePath(path);
  return await withFileLock(target, patience, () => {
    removeUnfinished(target);
    return work(target);
  });
}
