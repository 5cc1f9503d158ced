/*
 * The constants of D. J. Bernstein's constant database.
 *   header   256 times (place of a table, number of its slots)
 *   records  (length of the key, length of the value, key, value)
 *   tables   slots (hash, place of the record); place 0 is an empty slot
 * All numbers are 32 bits, least significant octet first. A key's table is hash % 256, its first slot (hash /
 * 256) % slots; a search goes from slot to slot, past the end to the beginning, until an empty one. The format
 * has no checksum. Instead we rely on what every writer does beyond what the format demands: the tables fill the
 * file from the last record to its end, and half of the slots of each are empty.
 */
import { describeError } from '../files/index.js';

export const tableCount = 256;
export const headerSize = tableCount * 8;
export const slotSize = 8;
export const recordHeadSize = 8;

/** The size limit of a CDB file. */
export const largestFile = 0xffffffff;

/** The longest key or value, in octets. */
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

/** A number for a record and its place; its sum modulo 2^32 is the same over the records and over their slots. */
export function slotMark(hash: number, place: number): number {
  return Math.imul(hash ^ Math.imul(place, 0x9e3779b1), 0x85ebca6b) >>> 0;
}

/** Raised for damage; the message says what is wrong with the file, such as `it is truncated`. */
export class CdbDamage extends Error {}

/** The cause of an error for the answer `damaged`, in the file or in the system. */
export function damageCause(error: unknown): string {
  return error instanceof CdbDamage ? error.message : describeError(error);
}
