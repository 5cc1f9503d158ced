/*
 * Whether a text database that was read again looks cut: as a copy that has not come to its end leaves it, or an editor that
 * empties a file before it writes. Such a file may be meant, so it is only put off.
 */
import type { Entries } from './parse-database.js';

/** How long a file that looks cut has to be left alone until it counts, in milliseconds. */
export const suspectMs = 10_000;

function isBeginningOf(before: Entries, now: Entries): boolean {
  const earlier = before.entries();
  for (const [key, value] of now) {
    const next = earlier.next();
    if (next.done === true || next.value[0] !== key || next.value[1] !== value) return false;
  }
  return now.size < before.size;
}

/** Says why a file looks cut, to follow `the database`; null when it does not. */
export function suspicionOf(text: string, before: Entries, now: Entries): string | null {
  if (now.size === 0 && before.size > 0) return 'is empty';
  if (!text.endsWith('\n') && text !== '') return 'has no line end at the end of its last line';
  if (now.size * 2 < before.size) return `has ${now.size} entries of ${before.size}`;
  return isBeginningOf(before, now) ? `is only the beginning of what it was, ${now.size} entries` : null;
}
