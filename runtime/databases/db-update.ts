/*
 * Changes of a CDB file by several processes at once. A CDB file cannot be changed in place: under the lock of
 * the file all its records are rewritten with the change, and the new file replaces the old. So no change is
 * lost to another, readers see the old file or the new one, and a crash leaves one of the two. Other records
 * stay unchanged, octet for octet; a damaged file is not rewritten.
 */
import { isAscii } from 'node:buffer';
import { foldKey } from '../../lib/engine/index.js';
import { type Diagnostic, errorAt, spanOfFile } from '../../lib/text/index.js';
import {
  describeError,
  type FileNames,
  isMissing,
  LockHeld,
  NotReplaceable,
  type Patience,
  type Progress,
  withReplacementLock,
} from '../files/index.js';
import { type CdbFile, openCdbFile } from './cdb-file.js';
import { diagnoseCdb } from './cdb-reader.js';
import { CdbLimit, CdbWriter } from './cdb-writer.js';

/** A change of keys, in any case: `set` replaces all values of each key, `delete` removes all values of one. */
export type DatabaseChange =
  | { readonly kind: 'set'; readonly entries: readonly { readonly key: string; readonly value: string }[] }
  | { readonly kind: 'delete'; readonly key: string };

/** The result of a change. The old file stays if the change failed, or if there was nothing to delete. */
export type ChangedDatabase =
  | {
      readonly kind: 'done';
      /** How many values the keys had before, in total. */
      readonly before: number;
      /** How many keys are new. */
      readonly added: number;
      /** How many entries there are now. */
      readonly entries: number;
    }
  | { readonly kind: 'failed'; readonly diagnostics: readonly Diagnostic[] };

/** Says why a file could not be written. Throws LockHeld on, which is not a fault of the file. */
export function diagnoseUnwritten(names: FileNames, error: unknown): Diagnostic {
  if (error instanceof LockHeld) throw error;
  const span = spanOfFile(names);
  if (error instanceof CdbLimit) return errorAt(span, 'file/too-large', error.message);
  const code = error instanceof NotReplaceable ? 'file/not-a-file' : 'file/missing';
  return errorAt(span, code, `\`${names.name}\` cannot be written: ${describeError(error)}`);
}

const recordsPerStep = 4096;

/** A copy of a file's records with the change applied. */
class Rewriting {
  readonly #writer: CdbWriter;
  /** The new value of each folded key; undefined deletes it. */
  readonly #changes: ReadonlyMap<string, string | undefined>;
  readonly #lengths: ReadonlySet<number>;
  readonly #met = new Set<string>();
  /** How many values the keys had. */
  before = 0;
  /** How many keys are new. */
  added = 0;

  constructor(writer: CdbWriter, change: DatabaseChange) {
    this.#writer = writer;
    this.#changes = changesOf(change);
    this.#lengths = new Set([...this.#changes.keys()].map((key) => Buffer.byteLength(key, 'utf8')));
  }

  /** Copies the old records; returns the cause if they are damaged. */
  copy(old: CdbFile, progress: Progress | undefined): string | null {
    let records = 0;
    for (const step of old.records()) {
      if (step.kind === 'damaged') return step.cause;
      const folded = this.#meant(step.key);
      if (folded !== null) this.#meet(folded);
      else this.#writer.addOctets(step.key, step.value);
      records += 1;
      if (records % recordsPerStep === 0) progress?.(step.place, old.recordsEnd);
    }
    return null;
  }

  /** Adds the values of new keys. */
  finish(): void {
    for (const [key, value] of this.#changes) {
      if (value === undefined || this.#met.has(key)) continue;
      this.#writer.add(key, value);
      this.added += 1;
    }
  }

  /** The folded key of a record that changes; null for any other. */
  #meant(key: Buffer): string | null {
    // Folding keeps the length of ASCII.
    if (!this.#lengths.has(key.length) && isAscii(key)) return null;
    const folded = foldKey(key.toString('utf8'));
    return this.#changes.has(folded) ? folded : null;
  }

  #meet(folded: string): void {
    this.before += 1;
    if (this.#met.has(folded)) return;
    this.#met.add(folded);
    const value = this.#changes.get(folded);
    if (value !== undefined) this.#writer.add(folded, value);
  }
}

function changesOf(change: DatabaseChange): ReadonlyMap<string, string | undefined> {
  switch (change.kind) {
    case 'set':
      return new Map(change.entries.map(({ key, value }) => [foldKey(key), value]));
    case 'delete':
      return new Map([[foldKey(change.key), undefined]]);
  }
}

/** How a change is made. */
export interface ChangeOptions {
  readonly patience: Patience;
  readonly progress?: Progress;
}

/** Changes keys of a CDB file; `set` creates a missing file. Rejects only with LockHeld. */
export async function changeDatabase(
  path: string,
  names: FileNames,
  change: DatabaseChange,
  { patience, progress }: ChangeOptions,
): Promise<ChangedDatabase> {
  const rewriteFrom = (old: CdbFile | null, target: string): ChangedDatabase => {
    const writer = new CdbWriter(target);
    try {
      const rewriting = new Rewriting(writer, change);
      const cause = old === null ? null : rewriting.copy(old, progress);
      if (cause !== null)
        return { kind: 'failed', diagnostics: [diagnoseCdb(names, { kind: 'damaged', cause })] };
      rewriting.finish();
      const { before, added } = rewriting;
      if (change.kind === 'set' || before > 0) {
        writer.seal();
        writer.commit();
      }
      return { kind: 'done', before, added, entries: writer.count };
    } finally {
      writer.abandon();
    }
  };
  try {
    return await withReplacementLock(path, patience, (target) => {
      if (change.kind === 'set' && isMissing(target)) return rewriteFrom(null, target);
      const opened = openCdbFile(target);
      if (opened.kind !== 'open') return { kind: 'failed', diagnostics: [diagnoseCdb(names, opened)] };
      try {
        return rewriteFrom(opened.file, target);
      } finally {
        opened.file.close();
      }
    });
  } catch (error) {
    return { kind: 'failed', diagnostics: [diagnoseUnwritten(names, error)] };
  }
}
