/*
 * Sequence files: numbers that count up for all workers together, and never come twice, a crash included.
 * The last number given is the name of the only file in the folder `<file>.sequence`; who takes a number
 * renames that file to the next one. A rename succeeds for one worker only, so there is no lock that could be
 * left behind. A plain file under the name itself, holding a decimal number, is where the counting starts.
 * Whatever goes wrong is the answer `failed`.
 * Ref: PMDF 5.3.2
 */

import { randomBytes } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { failed, found, type LookupAnswer, type LookupRequest } from '../../lib/engine/index.js';
import { describeError, errorName, readSourceFile, resolveFileName, syncFolder } from '../files/index.js';

export type SequenceRequest = Extract<LookupRequest, { kind: 'sequence' }>;

// More than all workers of a machine can take between two of our steps.
const mostAttempts = 200;
const widest = 64;
const plainNumber = /^[0-9]{1,15}$/;

function isMissing(error: unknown): boolean {
  return errorName(error) === 'ENOENT';
}

/** The last number given; null while the folder does not exist. Throws on a folder that is not ours. */
function lastGiven(folder: string): number | null {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
  const [name, second] = names;
  if (name === undefined || second !== undefined || !plainNumber.test(name)) {
    throw new Error(`\`${folder}\` must hold one file named by a number`);
  }
  return Number(name);
}

function startOf(file: string): number {
  const outcome = readSourceFile(file, file);
  if (outcome.kind === 'missing') return 0;
  if (outcome.kind !== 'read') throw new Error(outcome.diagnostic.message);
  const text = outcome.source.text.trim();
  if (!plainNumber.test(text)) throw new Error(`\`${file}\` holds no decimal number`);
  return Number(text);
}

/** Makes the folder as a whole; another worker may be first, then its folder counts. */
function begin(file: string, folder: string): void {
  const temporary = `${folder}.${process.pid}.${randomBytes(6).toString('hex')}.tmp`;
  const start = startOf(file);
  mkdirSync(temporary, { mode: 0o755 });
  try {
    closeSync(openSync(join(temporary, String(start)), 'wx', 0o644));
    syncFolder(temporary);
    renameSync(temporary, folder);
    syncFolder(dirname(folder));
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    if (errorName(error) !== 'ENOTEMPTY' && errorName(error) !== 'EEXIST') throw error;
  }
}

/** Takes the next number. Throws when it cannot be had. */
function take(file: string): number {
  const folder = `${file}.sequence`;
  for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
    const last = lastGiven(folder);
    if (last === null) {
      begin(file, folder);
      continue;
    }
    try {
      renameSync(join(folder, String(last)), join(folder, String(last + 1)));
    } catch (error) {
      if (isMissing(error)) continue;
      throw error;
    }
    syncFolder(folder);
    return last + 1;
  }
  throw new Error('too many workers take numbers at once');
}

function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !way.startsWith(sep);
}

export class SequenceFiles {
  readonly #folder: string;
  readonly #further: readonly string[];

  /**
   * Names are meant against `folder`, the path of config/pmdf; files may also lie in the `further` folders.
   */
  constructor(folder: string, further: readonly string[] = []) {
    this.#folder = folder;
    this.#further = further;
  }

  /** Gives the next number in the radix and width asked for, letters in upper case; never throws. */
  next(request: SequenceRequest): LookupAnswer {
    const { file, radix, width, modulus } = request;
    const path = resolveFileName(this.#folder, file);
    // A name can be made from captures, and those from mail.
    if (![this.#folder, ...this.#further].some((folder) => isInside(folder, path))) {
      return failed(`the sequence file \`${file}\` lies outside the folders for such files`);
    }
    if (width > widest || (modulus !== null && modulus < 1)) {
      return failed(`a sequence number cannot have width ${width} and modulus ${modulus}`);
    }
    try {
      const number = take(path);
      const shown = modulus === null ? number : number % modulus;
      return found(shown.toString(radix).toUpperCase().padStart(width, '0'));
    } catch (error) {
      return failed(`no number from the sequence file \`${file}\`: ${describeError(error)}`);
    }
  }
}
