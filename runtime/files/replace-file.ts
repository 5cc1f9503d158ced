/*
 * Replacing a file as a whole: written beside it under another name, brought to the disk, then renamed over
 * it. Whoever reads the name sees the old file or the new one, never a part; nothing is lost by a crash at
 * any moment. Only a regular file is ever replaced; of a symbolic link the file that it leads to.
 */
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fchmodSync,
  fchownSync,
  fsyncSync,
  lstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  renameSync,
  type Stats,
  statSync,
  unlinkSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { errorName } from './regular-file.js';

/** As many symbolic links one after the other as Linux follows. */
const mostLinks = 40;

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

/** Raised for a name that holds something that no file may take the place of; the message says what it is. */
export class NotReplaceable extends Error {
  constructor(what: string) {
    super(`it is ${what}, which no file may take the place of`);
    this.name = 'NotReplaceable';
  }
}

function kindOf(stats: Stats): string {
  if (stats.isDirectory()) return 'a folder';
  if (stats.isFIFO()) return 'a pipe';
  return stats.isSocket() ? 'a socket' : 'a device';
}

/** The files that a process has open have names there. */
const openFiles = /^\/proc\/[^/]+\/fd\//;

/** Follows one symbolic link after the other; the path itself where there is none. */
function followLinks(path: string): string {
  let at = path;
  for (let links = 0; links < mostLinks; links += 1) {
    const stats = lstatSync(at, { throwIfNoEntry: false });
    if (openFiles.test(resolve(at))) throw new NotReplaceable('an open file of a process');
    if (stats?.isSymbolicLink() !== true) return at;
    // A relative link counts from the folder that it is really in.
    at = resolve(realpathSync(dirname(at)), readlinkSync(at));
  }
  throw new NotReplaceable('a circle of symbolic links');
}

/**
 * The path of the file that is to be written when a name is given: where symbolic links lead, whether or not there is a file.
 * Throws NotReplaceable for a folder, a pipe, a socket or a device, and what the system throws.
 */
export function replaceablePath(path: string): string {
  const target = followLinks(path);
  const stats = statSync(target, { throwIfNoEntry: false });
  if (stats !== undefined && !stats.isFile()) throw new NotReplaceable(kindOf(stats));
  return target;
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
    this.#path = replaceablePath(path);
    this.#temporary = `${this.#path}.${process.pid}.${randomBytes(6).toString('hex')}.tmp`;
    this.fd = openSync(this.#temporary, 'wx+', mode);
    try {
      const before = statSync(this.#path, { throwIfNoEntry: false });
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
