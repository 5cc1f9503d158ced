/*
 * Copies all entries of a database into new content for another one. What the other one cannot hold is left out and counted; the
 * caller decides whether the rest is put in place.
 */
import { foldKey } from '../../../lib/engine/index.js';
import { KeyList, type NamedKeys, type NewContent } from '../../../runtime/databases/index.js';
import type { Progress } from '../../../runtime/files/index.js';
import type { EntryReading } from './read-entries.js';

/** What cannot be copied. */
export interface Copied {
  /** How many entries were read. */
  readonly read: number;
  /** Entries that the target cannot hold, with the reason for the first of them. */
  readonly unfit: NamedKeys;
  readonly reason: string | null;
  /** Keys with several values, of which only the first can be copied. */
  readonly repeated: NamedKeys;
}

/** Reads everything and adds it to the content, which is then sealed. Rejects as the two databases do. */
export async function copyEntries(
  reading: EntryReading,
  content: NewContent,
  progress: Progress,
): Promise<Copied> {
  const unfit = new KeyList();
  let reason: string | null = null;
  let read = 0;
  for await (const { entries, done, of } of reading.batches) {
    const fit: { key: string; value: string }[] = [];
    for (const { key, value } of entries) {
      const entry = value === null ? null : { key: foldKey(key), value };
      const why = entry === null ? 'it is not text' : content.cannotHold(entry);
      if (entry !== null && why === null) fit.push(entry);
      else {
        unfit.add(key);
        reason ??= why;
      }
    }
    await content.add(fit);
    read += entries.length;
    progress(done, of);
  }
  return { read, unfit, reason, repeated: await content.seal() };
}
