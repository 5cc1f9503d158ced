/*
 * Replacing a file as a whole: written beside it under another name, brought to the disk, then renamed over
 * it. Whoever reads the name sees the old file or the new one, never a part; nothing is lost by a crash at
 * any moment.
 */
import { randomBytes } from 'node:crypto';
import { closeSync, fchmodSync, fsyncSync, openSync, renameSync, statSync, unlinkSync } from 'node:fs';
import { dirname } from 'node:path';

/** Brings the entries of a folder to the disk. Throws what the system throws. */
export function syncFolder(folder: string): void {
  const fd = openSync(folder, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** A file in the making that takes the place of another one; its methods throw what the system throws. */
export class Replacement {
  /** Open for reading and writing. */
  readonly fd: number;
  readonly #path: string;
  readonly #temporary: string;
  #isOpen = true;

  /** Makes the file beside `path`, with the mode of the file that it will replace. */
  constructor(path: string) {
    this.#path = path;
    this.#temporary = `${path}.${process.pid}.${randomBytes(6).toString('hex')}.tmp`;
    this.fd = openSync(this.#temporary, 'wx+', 0o644);
    try {
      const before = statSync(path, { throwIfNoEntry: false });
      if (before !== undefined) fchmodSync(this.fd, before.mode & 0o777);
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
