/*
 * Whether a reloaded text database looks truncated, by a copy in progress or an editor that empties a file
 * before it writes. The file may be as intended, so it is only used later. A file that replaced the former one
 * by a rename is complete, unless next to nothing is left.
 */
import type { Entries } from './parse-database.js';

/** How long a file that looks truncated must stay unchanged before it is used, in milliseconds. */
export const suspectMs = 10_000;

/** A reloaded text database. */
export interface EntriesRead {
  readonly text: string;
  readonly entries: Entries;
  /** Whether the file was written in place, not replaced. */
  readonly isSameFile: boolean;
}

function lastKey(entries: Entries): string | undefined {
  let last: string | undefined;
  for (const key of entries.keys()) last = key;
  return last;
}

/** Why a file looks truncated, to follow `the database`; null if it does not. */
export function suspicionOf(before: Entries, { text, entries, isSameFile }: EntriesRead): string | null {
  if (entries.size === 0 && before.size > 0) return 'is empty';
  if (!text.endsWith('\n') && text !== '') return 'has no line end at the end of its last line';
  if (entries.size * 2 < before.size) return `has ${entries.size} entries of ${before.size}`;
  if (!isSameFile) return null;
  const last = lastKey(before);
  if (last === undefined || entries.has(last)) return null;
  return `has lost its end, and has ${entries.size} entries`;
}
