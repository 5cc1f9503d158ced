/*
 * Sequence files: numbers that count up for all workers together and never repeat, even after a crash. The last
 * number is the name of the only file in the folder `<file>.sequence`; a worker takes the next number by
 * renaming that file to it. The rename succeeds for one worker only, so there is no lock that could be left
 * behind. A plain file of the name itself, containing a decimal number, is where the count starts. Any failure
 * is the answer `failed`.
 * Ref: PMDF 5.3.2
 */
import { closeSync, mkdirSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { failed, found, type LookupAnswer, type LookupRequest } from '../../lib/engine/index.js';
import {
  describeError,
  errorName,
  readSourceFile,
  resolveFileName,
  syncFolder,
  temporaryPath,
} from '../files/index.js';

export type SequenceRequest = Extract<LookupRequest, { kind: 'sequence' }>;

// More numbers than other workers can take between two steps.
const mostAttempts = 200;
const widest = 64;
const plainNumber = /^[0-9]{1,15}$/;

function isMissing(error: unknown): boolean {
  return errorName(error) === 'ENOENT';
}

/** The last number; null if the folder does not exist. Throws if the folder contains anything else. */
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
    throw new Error(`\`${folder}\` must contain one file, named by a number`);
  }
  return Number(name);
}

function startOf(file: string): number {
  const outcome = readSourceFile(file, file);
  if (outcome.kind === 'missing') return 0;
  if (outcome.kind !== 'read') throw new Error(outcome.diagnostic.message);
  const text = outcome.source.text.trim();
  if (!plainNumber.test(text)) throw new Error(`\`${file}\` contains no decimal number`);
  return Number(text);
}

/** Creates the folder with its file, unless another worker was faster. */
function begin(file: string, folder: string): void {
  const temporary = temporaryPath(folder);
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

/** Takes the next number. Throws if that fails. */
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
  throw new Error('too many workers take numbers at the same time');
}

function isInside(folder: string, path: string): boolean {
  const rest = relative(folder, path);
  return rest !== '' && rest !== '..' && !rest.startsWith(`..${sep}`) && !rest.startsWith(sep);
}

export class SequenceFiles {
  readonly #folder: string;
  readonly #further: readonly string[];

  /** File names are relative to `folder`, the path of config/pmdf; files may also be in the `further` folders. */
  constructor(folder: string, further: readonly string[] = []) {
    this.#folder = folder;
    this.#further = further;
  }

  /** The next number in the requested radix and width, letters in upper case. Never throws. */
  next(request: SequenceRequest): LookupAnswer {
    const { file, radix, width, modulus } = request;
    const path = resolveFileName(this.#folder, file);
    // A name can be made from captures, and those from mail.
    if (![this.#folder, ...this.#further].some((folder) => isInside(folder, path))) {
      return failed(`the sequence file \`${file}\` is outside the folders for such files`);
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
