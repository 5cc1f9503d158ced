/*
 * An exclusive lock beside a file, for processes that change the file. The lock is a symbolic link
 * `FILE.lock` that points to nothing; what it is made of says who holds it, so lock and holder appear at
 * once. A holder that died, by `kill -9` too, is recognised, and its lock broken.
 * Breaking is itself done under a lock, named by the id of the dead holder: whoever has that one looks again
 * whether the lock is still the dead holder's, and only then removes it. Ids are never used twice, so nobody
 * removes a lock that somebody else has taken meanwhile.
 */
import { readdirSync, readlinkSync, symlinkSync, unlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { isGone, type LockOwner, parseOwner, printOwner, thisOwner } from './lock-owner.js';
import { errorName } from './regular-file.js';

/** Raised when one and the same holder keeps the lock for too long. */
export class LockHeld extends Error {
  /** The path of the lock. */
  readonly lock: string;

  constructor(lock: string, owner: LockOwner | null) {
    const holder = owner === null ? 'somebody' : `process ${owner.pid} on ${owner.host}`;
    super(`${holder} holds the lock \`${lock}\`; remove it if that process has ended`);
    this.name = 'LockHeld';
    this.lock = lock;
  }
}

/** How long a lock is waited for, and how. */
export interface Patience {
  /** Milliseconds for which one and the same holder is waited for. */
  readonly perHolder: number;
  readonly now: () => number;
  readonly pause: (milliseconds: number) => Promise<unknown>;
}

const ids = /^[0-9a-f.]{16,}$/;
const shortestPause = 4;
const longestPause = 24;

/** The patience of commands. */
export const commandPatience: Patience = {
  perHolder: 60_000,
  now: () => performance.now(),
  pause,
};

/** What the lock says; null when there is none. */
function holderText(lock: string): string | null {
  try {
    return readlinkSync(lock);
  } catch (error) {
    if (errorName(error) === 'ENOENT') return null;
    throw error;
  }
}

/** Takes the lock if nobody has it. */
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

/** Takes the lock as soon as it is free; gives what it says then. */
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

/** Gives the lock back, unless somebody removed it by hand, when it may be another's by now. */
function release(lock: string, own: string): void {
  if (holderText(lock) === own) remove(lock);
}

/** Removes what those left behind who died while they broke this lock. To be called by its holder. */
function sweep(lock: string): void {
  const folder = dirname(lock);
  const prefix = `${basename(lock)}.`;
  for (const name of readdirSync(folder)) {
    if (name.startsWith(prefix) && ids.test(name.slice(prefix.length))) remove(join(folder, name));
  }
}

/**
 * Works while nobody else holds the lock of a file. Throws LockHeld, what the system throws, and what the
 * work throws.
 */
export async function withFileLock<T>(path: string, patience: Patience, work: () => T): Promise<T> {
  const lock = `${path}.lock`;
  const own = await take(lock, patience);
  try {
    sweep(lock);
    return work();
  } finally {
    release(lock, own);
  }
}
