/*
 * Puts the keys of an index in order, so that the entries that share one are side by side.
 */
import type { Slices } from '../../text/index.js';

/** Keys and the numbers of their entries, place by place. */
interface Keys {
  readonly hashes: Uint32Array;
  readonly entries: Int32Array;
}

function sortStretch({ hashes, entries }: Keys, from: number, to: number): void {
  const pairs: { readonly hash: number; readonly entry: number }[] = [];
  for (let at = from; at < to; at += 1) pairs.push({ hash: hashes[at] ?? 0, entry: entries[at] ?? -1 });
  pairs.sort((left, right) => left.hash - right.hash || left.entry - right.entry);
  for (const [index, { hash, entry }] of pairs.entries()) {
    hashes[from + index] = hash;
    entries[from + index] = entry;
  }
}

/** Sorts keys that are in order already but for the bits that `shift` drops. */
export function* sortKeysInSlices(keys: Keys, shift: number): Slices<void> {
  const { hashes } = keys;
  const bucketAt = (at: number): number => (hashes[at] ?? 0) >>> shift;
  let from = 0;
  let isSorted = true;
  for (let at = 1; at <= hashes.length; at += 1) {
    if (at < hashes.length && bucketAt(at) === bucketAt(from)) {
      isSorted &&= (hashes[at] ?? 0) >= (hashes[at - 1] ?? 0);
      continue;
    }
    if (!isSorted) sortStretch(keys, from, at);
    from = at;
    isSorted = true;
    if (at % 256 === 0) yield;
  }
}

/** The first place of a hash between two places, or -1. */
export function firstPlaceOf(hashes: Uint32Array, hash: number, from: number, to: number): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((hashes[middle] ?? 0) < hash) low = middle + 1;
    else high = middle;
  }
  return low < to && hashes[low] === hash ? low : -1;
}
