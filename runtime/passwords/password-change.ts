/*
 * Changes of the password database by several processes at once: under the lock of the file it is read,
 * rewritten and replaced, so that no change is lost and a crash leaves the old file or the new one. Only its
 * owner can read it, and its group if it has that right. A file with errors is not rewritten.
 */
import { fchmodSync, fchownSync, fstatSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Diagnostic, hasErrors, spanOfFile } from '../../lib/text/index.js';
import { diagnoseUnwritten } from '../databases/index.js';
import {
  errorName,
  type FileNames,
  type Patience,
  Replacement,
  readText,
  withReplacementLock,
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

/** The size limit of the database, in octets. */
const largestPasswords = 64 * 1024 * 1024;

/** A change for one user; `delete` without a service deletes all passwords. */
export type PasswordChange =
  | { readonly kind: 'set'; readonly user: string; readonly service: string; readonly hash: PasswordHash }
  | { readonly kind: 'delete'; readonly user: string; readonly service: string | null };

/** The services that had a password before, and whether every account could read the file; or why nothing changed. */
export type ChangedPasswords =
  | { readonly kind: 'done'; readonly before: readonly string[]; readonly wasReadableByAll: boolean }
  | { readonly kind: 'failed'; readonly diagnostics: readonly Diagnostic[] };

/** The result of reading the database; a missing one is empty. */
export type ReadPasswords =
  | { readonly kind: 'read'; readonly records: PasswordRecords; readonly exists: boolean }
  | { readonly kind: 'failed'; readonly diagnostics: readonly Diagnostic[] };

/** Reads the database. */
export function readPasswords(path: string, names: FileNames): ReadPasswords {
  const outcome = readText(path, names, largestPasswords);
  if (outcome.kind === 'missing') return { kind: 'read', records: new Map(), exists: false };
  if (outcome.kind !== 'read') {
    // An excerpt would show passwords.
    const { code, message } = outcome.diagnostic;
    const span = spanOfFile(names);
    return { kind: 'failed', diagnostics: [{ severity: 'error', code, message, span }] };
  }
  const { value, diagnostics } = parsePasswords(outcome.source);
  return hasErrors(diagnostics)
    ? { kind: 'failed', diagnostics }
    : { kind: 'read', records: value, exists: true };
}

/** Gives a new file to the owner of its folder: a file that root creates must be readable for the server. */
function giveToFolderOwner(fd: number, path: string): void {
  const { uid, gid } = statSync(dirname(path));
  if (fstatSync(fd).uid === uid) return;
  try {
    fchownSync(fd, uid, gid);
  } catch (error) {
    if (errorName(error) !== 'EPERM') throw error;
  }
}

/** Replaces the file; true if every account could read the old one. */
function replace(path: string, text: string, isNew: boolean): boolean {
  const replacement = new Replacement(path, 0o600);
  try {
    const mode = fstatSync(replacement.fd).mode & 0o777;
    const wasReadableByAll = (mode & rightsOfOthers) !== 0;
    if (wasReadableByAll) fchmodSync(replacement.fd, mode & ~rightsOfOthers);
    if (isNew) giveToFolderOwner(replacement.fd, path);
    const octets = Buffer.from(text, 'utf8');
    for (let at = 0; at < octets.length; ) at += writeSync(replacement.fd, octets, at);
    replacement.commit();
    return wasReadableByAll;
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
  if (what.kind === 'delete' && before.length === 0) return { kind: 'done', before, wasReadableByAll: false };
  if (what.kind === 'set') services.set(what.service, what);
  else for (const service of before) services.delete(service);
  const records = new Map(read.records);
  if (services.size > 0) records.set(what.user, services);
  else records.delete(what.user);
  return { kind: 'done', before, wasReadableByAll: replace(path, printPasswords(records), !read.exists) };
}

/** Changes the passwords of one user; `set` creates a missing file. Rejects only with LockHeld. */
export async function changePasswords(
  path: string,
  names: FileNames,
  what: PasswordChange,
  patience: Patience,
): Promise<ChangedPasswords> {
  try {
    return await withReplacementLock(path, patience, (target) => change(target, names, what));
  } catch (error) {
    return { kind: 'failed', diagnostics: [diagnoseUnwritten(names, error)] };
  }
}
