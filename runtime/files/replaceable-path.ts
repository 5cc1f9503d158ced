/*
 * Which file is written when a name is given: a regular file or none, at the end of any symbolic links.
 */
import { lstatSync, readlinkSync, realpathSync, type Stats, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** Linux follows as many symbolic links in a row. */
const mostLinks = 40;

/** Raised for something that cannot be replaced by a file; the message names it. */
export class NotReplaceable extends Error {
  constructor(what: string) {
    super(`it is ${what}, which cannot be replaced by a file`);
    this.name = 'NotReplaceable';
  }
}

function kindOf(stats: Stats): string {
  if (stats.isDirectory()) return 'a folder';
  if (stats.isFIFO()) return 'a pipe';
  return stats.isSocket() ? 'a socket' : 'a device';
}

/** Names of the open files of a process. */
const openFiles = /^\/proc\/[^/]+\/fd\//;

function followLinks(path: string): string {
  let at = path;
  for (let links = 0; links < mostLinks; links += 1) {
    const stats = lstatSync(at, { throwIfNoEntry: false });
    if (openFiles.test(resolve(at))) throw new NotReplaceable('an open file of a process');
    if (stats?.isSymbolicLink() !== true) return at;
    // A relative link is resolved against its real folder.
    at = resolve(realpathSync(dirname(at)), readlinkSync(at));
  }
  throw new NotReplaceable('a loop of symbolic links');
}

/**
 * Follows symbolic links to the file to write, whether or not it exists. Throws NotReplaceable for a folder, a
 * pipe, a socket or a device, and errors of the file system.
 */
export function replaceablePath(path: string): string {
  const target = followLinks(path);
  const stats = statSync(target, { throwIfNoEntry: false });
  if (stats !== undefined && !stats.isFile()) throw new NotReplaceable(kindOf(stats));
  return target;
}
