/*
 * Replacing a file as a whole: written beside it under another name, brought to the disk, then renamed over
 * it. Whoever reads the name sees the old file or the new one, never a part; nothing is lost by a crash at
 * any moment.
 */
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fchmodSync,
  fchownSync,
  fsyncSync,
  openSync,
  readdirSync,
  renameSync,
  type Stats,
  statSync,
  unlinkSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { errorName } from './regular-file.js';

/** Brings the entries of a folder to the disk. Throws what the system throws. */
export function syncFolder(folder: string): void {
  const fd = openSync(folder, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function likeBefore(fd: number, before: Stats): void {
  try {
    // Otherwise root would take a file away from the account of the server.
    fchownSync(fd, before.uid, before.gid);
  } catch (error) {
    if (errorName(error) !== 'EPERM') throw error;
  }
  fchmodSync(fd, before.mode & 0o777);
}

const unfinished = /^\.[0-9]+\.[0-9a-f]{12}\.tmp$/;

/**
 * Removes what was in the making for `path` when its maker died. To be called only while nobody else
 * replaces the file. Throws what the system throws.
 */
export function removeUnfinished(path: string): void {
  const folder = dirname(path);
  const name = basename(path);
  for (const one of readdirSync(folder)) {
    if (one.startsWith(name) && unfinished.test(one.slice(name.length))) unlinkSync(join(folder, one));
  }
}

/** A file in the making that takes the place of another one; its methods throw what the system throws. */
export class Replacement {
  /** Open for reading and writing. */
  readonly fd: number;
  readonly #path: string;
  readonly #temporary: string;
  #isOpen = true;

  /**
   * Makes the file beside `path`, with the mode and, where permitted, the owner of the file that it will
   * replace; `mode` is for one that replaces none.
   */
  constructor(path: string, mode = 0o644) {
    this.#path = path;
    this.#temporary = `${path}.${process.pid}.${randomBytes(6).toString('hex')}.tmp`;
    this.fd = openSync(this.#temporary, 'wx+', mode);
    try {
      const before = statSync(path, { throwIfNoEntry: false });
      if (before !== undefined) likeBefore(this.fd, before);
    } catch (error) {
      this.abandon();
      throw error;
    }
  }

  /** Puts the file in its place, on the disk. */
  commit(): void {
    try {
      fsyncSync(this.fd);
      renameSync(this.#temporary, this.#path);
    } catch (error) {
      this.abandon();
      throw error;
    }
    this.#close();
    syncFolder(dirname(this.#path));
  }

  /** Drops the file; does nothing after `commit`. */
  abandon(): void {
    if (!this.#isOpen) return;
    this.#close();
    unlinkSync(this.#temporary);
  }

  #close(): void {
    this.#isOpen = false;
    closeSync(this.fd);
  }
}
