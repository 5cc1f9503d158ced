/*
 * Files that appear as a whole: written under a temporary name beside their place, brought to disk, then given their
 * name. A reader sees the old file or the new one, never a part, and a crash at any moment leaves one of the two.
 *   Replacement                       a large file, written piece by piece, that may replace another
 *   writeNewFile, writeNewFiles       files that must not exist yet
 *   writeDurably, syncFolderLater     the same off the event loop, for the gateway
 */
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fchmodSync,
  fchownSync,
  fsyncSync,
  linkSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { makeFolder } from './make-folder.js';
import { errorName } from './regular-file.js';
import { replaceablePath } from './replaceable-path.js';

const usualMode = 0o644;
const temporaryEnding = /^\.[0-9]+\.[0-9a-f]{12}\.tmp$/;

/** A name beside a file, `FILE.PID.RANDOM.tmp`, to write it under until it is whole. */
export function temporaryPath(path: string): string {
  return `${path}.${process.pid}.${randomBytes(6).toString('hex')}.tmp`;
}

/**
 * Removes temporary files that a killed process left beside `path`. Call it only while nobody else writes the file.
 * Throws errors of the file system.
 */
export function removeUnfinished(path: string): void {
  const folder = dirname(path);
  const name = basename(path);
  for (const one of readdirSync(folder)) {
    if (one.startsWith(name) && temporaryEnding.test(one.slice(name.length))) unlinkSync(join(folder, one));
  }
}

/** Brings the entries of a folder to disk. Throws errors of the file system. */
export function syncFolder(folder: string): void {
  const fd = openSync(folder, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** The same off the event loop. Rejects with errors of the file system. */
export async function syncFolderLater(folder: string): Promise<void> {
  const opened = await open(folder, 'r');
  try {
    await opened.sync();
  } finally {
    await opened.close();
  }
}

/** Keeps mode and owner: a file that root replaces must stay readable for the server's account. */
function keepRights(fd: number, before: Stats): void {
  try {
    fchownSync(fd, before.uid, before.gid);
  } catch (error) {
    if (errorName(error) !== 'EPERM') throw error;
  }
  fchmodSync(fd, before.mode & 0o777);
}

/** A file in progress that replaces another one, if there is one. Its methods throw errors of the file system. */
export class Replacement {
  /** Open for reading and writing. */
  readonly fd: number;
  readonly #path: string;
  readonly #temporary: string;
  #isOpen = true;

  /**
   * Creates the file with the mode and, if permitted, the owner of the one at `path`, else with `mode`. A
   * symbolic link stays, and the file it leads to is replaced. Throws NotReplaceable if that is not a regular
   * file.
   */
  constructor(path: string, mode = usualMode) {
    this.#path = replaceablePath(path);
    this.#temporary = temporaryPath(this.#path);
    this.fd = openSync(this.#temporary, 'wx+', mode);
    try {
      const before = statSync(this.#path, { throwIfNoEntry: false });
      if (before !== undefined) keepRights(this.fd, before);
    } catch (error) {
      this.abandon();
      throw error;
    }
  }

  /** Puts the file in its place, on disk. */
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

/** Writes a file into a folder. Throws EEXIST if there is anything of that name, and errors of the file system. */
function create(path: string, content: string | Uint8Array, mode: number): void {
  const temporary = temporaryPath(path);
  const fd = openSync(temporary, 'wx', mode);
  try {
    try {
      writeFileSync(fd, content);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    linkSync(temporary, path);
  } finally {
    unlinkSync(temporary);
  }
  syncFolder(dirname(path));
}

/** Writes a file that must not exist, and its folders; false if it does. Throws errors of the file system. */
export function writeNewFile(path: string, content: string | Uint8Array, mode = usualMode): boolean {
  makeFolder(dirname(path));
  try {
    create(path, content, mode);
    return true;
  } catch (error) {
    if (errorName(error) === 'EEXIST') return false;
    throw error;
  }
}

/** A file to write, named relative to a folder. */
export interface NewFile {
  readonly name: string;
  readonly text: string;
}

/** The paths that were written, or the one that exists already. */
export type NewFiles =
  | { readonly kind: 'written'; readonly paths: readonly string[] }
  | { readonly kind: 'exists'; readonly path: string };

/** Writes files that must not exist, all or none. Throws errors of the file system, after removing what it wrote. */
export function writeNewFiles(folder: string, files: readonly NewFile[]): NewFiles {
  const paths = files.map(({ name }) => join(folder, name));
  const taken = paths.find((path) => existsSync(path));
  if (taken !== undefined) return { kind: 'exists', path: taken };
  const written: string[] = [];
  try {
    for (const { name, text } of files) {
      const path = join(folder, name);
      makeFolder(dirname(path));
      create(path, text, usualMode);
      written.push(path);
    }
    return { kind: 'written', paths };
  } catch (error) {
    for (const path of written) rmSync(path, { force: true });
    throw error;
  }
}

/**
 * Writes a file off the event loop; it may replace another one. The folder must exist. Rejects with errors of
 * the file system, after removing the file.
 */
export async function writeDurably(path: string, content: Uint8Array, mode = usualMode): Promise<void> {
  const temporary = temporaryPath(path);
  try {
    const file = await open(temporary, 'wx', mode);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    await syncFolderLater(dirname(path));
  } catch (error) {
    await Promise.all([path, temporary].map((one) => rm(one, { force: true })));
    throw error;
  }
}
