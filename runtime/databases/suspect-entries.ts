/*
 * Whether a text database that was read again looks cut: as a copy that has not come to its end leaves it, or an editor that
 * empties a file before it writes. Such a file may be meant, so it is only put off. One that took the place of the other by a
 * rename is whole unless next to nothing is left.
 */
import type { Entries } from './parse-database.js';

/** How long a file that looks cut has to be left alone until it counts, in milliseconds. */
export const suspectMs = 10_000;

/** A text database as it was read again. */
export interface EntriesRead {
  readonly text: string;
  readonly entries: Entries;
  /** Whether it is the file that was read before, and so was written in place. */
  readonly isSameFile: boolean;
}

function lastKey(entries: Entries): string | undefined {
  let last: string | undefined;
  for (const key of entries.keys()) last = key;
  return last;
}

/** Says why a file looks cut, to follow `the database`; null when it does not. */
export function suspicionOf(before: Entries, { text, entries, isSameFile }: EntriesRead): string | null {
  if (entries.size === 0 && before.size > 0) return 'is empty';
  if (!text.endsWith('\n') && text !== '') return 'has no line end at the end of its last line';
  if (entries.size * 2 < before.size) return `has ${entries.size} entries of ${before.size}`;
  if (!isSameFile) return null;
  const last = lastKey(before);
  if (last === undefined || entries.has(last)) return null;
  return `has lost the end of what it was, and holds ${entries.size} entries`;
}
