/*
 * Opening and reading regular files without surprises: a pipe does not hang, a folder is said to be one,
 * a file that is too large is not read. A mark tells whether the file behind a name is still the same.
 */
import { type BigIntStats, closeSync, constants, fstatSync, openSync, readSync, statSync } from 'node:fs';

/** A regular file open for reading, or why there is none. */
export type Opened =
  | { readonly kind: 'open'; readonly fd: number; readonly size: number; readonly mark: string }
  | { readonly kind: 'missing' | 'unreadable' | 'not-a-file'; readonly cause: string };

function markOf(stats: BigIntStats): string {
  return `${stats.dev}:${stats.ino}:${stats.size}:${stats.mtimeNs}:${stats.ctimeNs}`;
}

/** What the system calls an error (`ENOENT`), or else its message. */
export function errorName(error: unknown): string {
  if (error instanceof Error) {
    return 'code' in error && typeof error.code === 'string' ? error.code : error.message;
  }
  return String(error);
}

/** Describes an error of the file system for people. */
export function describeError(error: unknown): string {
  const name = errorName(error);
  switch (name) {
    case 'ENOENT':
    case 'ENOTDIR':
      return 'it does not exist';
    case 'EACCES':
    case 'EPERM':
      return 'permission is denied';
    case 'ELOOP':
      return 'its symbolic links lead in a circle';
    case 'EISDIR':
      return 'it is a folder';
    case 'EROFS':
      return 'its file system is read-only';
    default:
      return name;
  }
}

/**
 * Tells a file from its successors: changes when the file is replaced or written to; null when there is
 * none.
 */
export function fileMark(path: string): string | null {
  try {
    const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
    return stats === undefined ? null : markOf(stats);
  } catch {
    return null;
  }
}

/** Tells whether two marks are of one file that was written to, not of one that took the place of the other. */
export function isSameFile(one: string, other: string): boolean {
  const identity = (mark: string): string => mark.split(':', 2).join(':');
  return identity(one) === identity(other);
}

/** Tells whether there is nothing under a name; false where that cannot be told. */
export function isMissing(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) === undefined;
  } catch {
    return false;
  }
}

/** Opens a regular file for reading; never waits for the other end of a pipe. */
export function openRegular(path: string): Opened {
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    const name = errorName(error);
    if (name === 'ENXIO') return { kind: 'not-a-file', cause: 'it is a socket or a device' };
    const missing = name === 'ENOENT' || name === 'ENOTDIR';
    return { kind: missing ? 'missing' : 'unreadable', cause: describeError(error) };
  }
  try {
    const stats = fstatSync(fd, { bigint: true });
    if (stats.isFile()) return { kind: 'open', fd, size: Number(stats.size), mark: markOf(stats) };
    closeSync(fd);
    const what = stats.isDirectory() ? 'a folder' : stats.isFIFO() ? 'a pipe' : 'a device';
    return { kind: 'not-a-file', cause: `it is ${what}` };
  } catch (error) {
    closeSync(fd);
    return { kind: 'unreadable', cause: describeError(error) };
  }
}

/**
 * Reads an open file to its end; null when it holds more than `limit` octets. Throws what the system
 * throws.
 */
export function readToEnd(fd: number, size: number, limit: number): Buffer | null {
  if (size > limit) return null;
  let bytes = Buffer.allocUnsafe(Math.min(size, limit) + 1);
  let length = 0;
  for (;;) {
    const got = readSync(fd, bytes, length, bytes.length - length, null);
    if (got === 0) return bytes.subarray(0, length);
    length += got;
    if (length > limit) return null;
    // The file grew while it was read, or it does not tell its size.
    if (length === bytes.length) bytes = Buffer.concat([bytes], length + Math.max(length, 65536));
  }
}
