/*
 * Changes of the password database by many processes at once: under the lock of the file it is read, written
 * anew and put in the place of the old one, so that no change is lost and a crash leaves the old file or the
 * new one. Only its owner may read it, and a group that was given the right. A file with mistakes is not rewritten.
 */

import { fchmodSync, fchownSync, fstatSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Diagnostic, hasErrors } from '../../lib/text/index.js';
import { diagnoseUnwritten } from '../databases/index.js';
import {
  errorName,
  type FileNames,
  type Patience,
  Replacement,
  readText,
  removeUnfinished,
  replaceablePath,
  withFileLock,
} from '../files/index.js';
import type { PasswordHash } from './password-hash.js';
import { rightsOfOthers } from './password-mode.js';
import {
  type PasswordRecord,
  type PasswordRecords,
  parsePasswords,
  printPasswords,
} from './password-records.js';

/** The name of the database in the folder config/pmdf. */
export const passwordsFile = 'passwords';

/** The largest database that is read, in octets. */
export const largestPasswords = 64 * 1024 * 1024;

/** What to do to a user; without a service `delete` takes all of them. */
export type PasswordChange =
  | { readonly kind: 'set'; readonly user: string; readonly service: string; readonly hash: PasswordHash }
  | { readonly kind: 'delete'; readonly user: string; readonly service: string | null };

/** The services that the change met, and whether everybody might read the file until now; or why it was not made. */
export type ChangedPasswords =
  | { readonly kind: 'done'; readonly before: readonly string[]; readonly wasOpen: boolean }
  | { readonly kind: 'failed'; readonly diagnostics: readonly Diagnostic[] };

/** A database that was read; a missing one holds nothing. */
export type ReadPasswords =
  | { readonly kind: 'read'; readonly records: PasswordRecords; readonly isThere: boolean }
  | { readonly kind: 'failed'; readonly diagnostics: readonly Diagnostic[] };

/** Reads the database. */
export function readPasswords(path: string, names: FileNames): ReadPasswords {
  const outcome = readText(path, names, largestPasswords);
  if (outcome.kind === 'missing') return { kind: 'read', records: new Map(), isThere: false };
  if (outcome.kind !== 'read') {
    // The place of a bad octet would be shown with the line around it.
    const { code, message } = outcome.diagnostic;
    const span = { source: { ...names, text: '' }, offset: 0, length: 0 };
    return { kind: 'failed', diagnostics: [{ severity: 'error', code, message, span }] };
  }
  const { value, diagnostics } = parsePasswords(outcome.source);
  return hasErrors(diagnostics)
    ? { kind: 'failed', diagnostics }
    : { kind: 'read', records: value, isThere: true };
}

/** Gives a new file to whom its folder belongs: what root makes must be readable for the server. */
function giveToFolderOwner(fd: number, path: string): void {
  const { uid, gid } = statSync(dirname(path));
  if (fstatSync(fd).uid === uid) return;
  try {
    fchownSync(fd, uid, gid);
  } catch (error) {
    if (errorName(error) !== 'EPERM') throw error;
  }
}

/** Tells whether everybody might read the file that is replaced. */
function replace(path: string, text: string, isNew: boolean): boolean {
  const replacement = new Replacement(path, 0o600);
  try {
    const mode = fstatSync(replacement.fd).mode & 0o777;
    const wasOpen = (mode & rightsOfOthers) !== 0;
    if (wasOpen) fchmodSync(replacement.fd, mode & ~rightsOfOthers);
    if (isNew) giveToFolderOwner(replacement.fd, path);
    const octets = Buffer.from(text, 'utf8');
    for (let at = 0; at < octets.length; ) at += writeSync(replacement.fd, octets, at);
    replacement.commit();
    return wasOpen;
  } finally {
    replacement.abandon();
  }
}

function change(path: string, names: FileNames, what: PasswordChange): ChangedPasswords {
  const read = readPasswords(path, names);
  if (read.kind === 'failed') return read;
  const services = new Map<string, PasswordRecord>(read.records.get(what.user) ?? []);
  const all = [...services.keys()].sort();
  const before = what.service === null ? all : all.filter((service) => service === what.service);
  if (what.kind === 'delete' && before.length === 0) return { kind: 'done', before, wasOpen: false };
  if (what.kind === 'set') services.set(what.service, what);
  else for (const service of before) services.delete(service);
  const records = new Map(read.records);
  if (services.size > 0) records.set(what.user, services);
  else records.delete(what.user);
  return { kind: 'done', before, wasOpen: replace(path, printPasswords(records), !read.isThere) };
}

/** Changes the passwords of one user; `set` makes a file that is missing. Rejects with LockHeld only. */
export async function changePasswords(
  path: string,
  names: FileNames,
  what: PasswordChange,
  patience: Patience,
): Promise<ChangedPasswords> {
  try {
    const target = replaceablePath(path);
    return await withFileLock(target, patience, () => {
      removeUnfinished(target);
      return change(target, names, what);
    });
  } catch (error) {
    return { kind: 'failed', diagnostics: [diagnoseUnwritten(names, error)] };
  }
}
