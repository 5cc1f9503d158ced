/*
 * The constant database of D. J. Bernstein, as figures.
 *   header   256 times (place of the table, number of its slots)
 *   records  (length of the key, length of the value, key, value)
 *   tables   slots (hash, place of the record); place 0 is an empty slot
 * All numbers are 32 bits, least octet first. A key's table is hash % 256, its first slot (hash / 256) %
 * slots; a search goes on from slot to slot, past the end to the beginning, until an empty one.
 * The format has no checksum. What every builder of such files keeps to, beyond what it must, stands in for
 * one: the tables fill the file from the last record to its end, and half of the slots of each are empty.
 */

export const tableCount = 256;
export const headerSize = tableCount * 8;
export const slotSize = 8;
export const recordHeadSize = 8;

/** No octet of a CDB file lies beyond this place. */
export const largestFile = 0xffffffff;

/** The longest key and the longest value that are read or written, in octets. */
export const longestField = 65536;

/** The hash of `length` octets of a key. */
export function cdbHash(bytes: Uint8Array, start: number, length: number): number {
  let hash = 5381;
  const end = start + length;
  for (let at = start; at < end; at += 1) {
    hash = (((hash << 5) + hash) | 0) ^ (bytes[at] ?? 0);
  }
  return hash >>> 0;
}

/**
 * A number for a record and its place; the sum of all of them, modulo 2^32, is the same for records and
 * slots that belong together, in whatever order they are counted.
 */
export function slotMark(hash: number, place: number): number {
  return Math.imul(hash ^ Math.imul(place, 0x9e3779b1), 0x85ebca6b) >>> 0;
}
