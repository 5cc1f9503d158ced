/*
 * The constant database of D. J. Bernstein, as figures.
 *   header   256 times (place of the table, number of its slots)
 *   records  (length of the key, length of the value, key, value)
 *   tables   slots (hash, place of the record); place 0 is an empty slot
 * All numbers are 32 bits, least octet first. A key's table is hash % 256, its first slot (hash / 256) %
 * slots; a search goes on from slot to slot, past the end to the beginning, until an empty one.
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
