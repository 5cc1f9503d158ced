/*
 * Opens and reads regular files safely: a pipe does not block, a folder is reported, a file that is too large is
 * not read. A mark identifies one version of a file.
 */
import { type BigIntStats, closeSync, constants, fstatSync, openSync, readSync, statSync } from 'node:fs';

/** Called now and then with the octets done and their total, for a progress bar. */
export type Progress = (done: number, of: number) => void;

/** A regular file open for reading, or why there is none. */
export type Opened =
  | { readonly kind: 'open'; readonly fd: number; readonly size: number; readonly mark: string }
  | { readonly kind: 'missing' | 'unreadable' | 'not-a-file'; readonly cause: string };

function markOf(stats: BigIntStats): string {
  return `${stats.dev}:${stats.ino}:${stats.size}:${stats.mtimeNs}:${stats.ctimeNs}`;
}

/** The system's name of an error, such as `ENOENT`, or else its message. */
export function errorName(error: unknown): string {
  if (error instanceof Error) {
    return 'code' in error && typeof error.code === 'string' ? error.code : error.message;
  }
  return String(error);
}

/** Describes an error of the file system for messages. */
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
      return 'its symbolic links form a loop';
    case 'EISDIR':
      return 'it is a folder';
    case 'EROFS':
      return 'its file system is read-only';
    default:
      return name;
  }
}

/** A mark that changes when the file is replaced or written to; null if there is no file. */
export function fileMark(path: string): string | null {
  try {
    const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
    return stats === undefined ? null : markOf(stats);
  } catch {
    return null;
  }
}

/** Whether two marks are of one file that was written to, not of one that replaced the other. */
export function isSameFile(one: string, other: string): boolean {
  const identity = (mark: string): string => mark.split(':', 2).join(':');
  return identity(one) === identity(other);
}

/** Whether there is nothing of that name; false if that cannot be determined. */
export function isMissing(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) === undefined;
  } catch {
    return false;
  }
}

/** Whether every account has one of some rights, by default to read. A file that cannot be examined is not open. */
export function isOpenToAll(path: string, rights = 0o004): boolean {
  try {
    return (statSync(path).mode & rights) !== 0;
  } catch {
    return false;
  }
}

/** Opens a regular file for reading; never blocks on a pipe. */
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

/** Reads an open file to its end; null if it is larger than `limit` octets. Throws errors of the file system. */
export function readToEnd(fd: number, size: number, limit: number): Buffer | null {
  if (size > limit) return null;
  let bytes = Buffer.allocUnsafe(Math.min(size, limit) + 1);
  let length = 0;
  for (;;) {
    const got = readSync(fd, bytes, length, bytes.length - length, null);
    if (got === 0) return bytes.subarray(0, length);
    length += got;
    if (length > limit) return null;
    // The file grew meanwhile, or its size is not known, as in /proc.
    if (length === bytes.length) bytes = Buffer.concat([bytes], length + Math.max(length, 65536));
  }
}
