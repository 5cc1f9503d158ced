/*
 * The place where a file stops being valid UTF-8.
 * Ref: RFC 3629 4
 */
import { isUtf8 } from 'node:buffer';

/** The length of a sequence, and the range of its second octet; undefined if no sequence begins so. */
function sequence(first: number): { length: number; low: number; high: number } | undefined {
  if (first < 0x80) return { length: 1, low: 0, high: 0 };
  if (first < 0xc2) return undefined;
  if (first < 0xe0) return { length: 2, low: 0x80, high: 0xbf };
  if (first === 0xe0) return { length: 3, low: 0xa0, high: 0xbf };
  if (first === 0xed) return { length: 3, low: 0x80, high: 0x9f };
  if (first < 0xf0) return { length: 3, low: 0x80, high: 0xbf };
  if (first === 0xf0) return { length: 4, low: 0x90, high: 0xbf };
  if (first < 0xf4) return { length: 4, low: 0x80, high: 0xbf };
  if (first === 0xf4) return { length: 4, low: 0x80, high: 0x8f };
  return undefined;
}

function isWhole(bytes: Uint8Array, at: number, length: number, low: number, high: number): boolean {
  for (let index = 1; index < length; index += 1) {
    const octet = bytes[at + index];
    if (octet === undefined) return false;
    if (octet < (index === 1 ? low : 0x80) || octet > (index === 1 ? high : 0xbf)) return false;
  }
  return true;
}

/** The offset of the first sequence that is not UTF-8; null if there is none. */
export function firstBadOctet(bytes: Uint8Array): number | null {
  if (isUtf8(bytes)) return null;
  let at = 0;
  while (at < bytes.length) {
    const expected = sequence(bytes[at] ?? 0);
    if (expected === undefined) return at;
    if (!isWhole(bytes, at, expected.length, expected.low, expected.high)) return at;
    at += expected.length;
  }
  return null;
}
