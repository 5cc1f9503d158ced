/*
 * What counters in memory and in Redis have in common: how a key is written, and how much is remembered.
 */
import { createHash } from 'node:crypto';
import { countedClient, foldHost } from '../../lib/address/index.js';

export const minuteMs = 60_000;
export const millisecondsPerSecond = 1_000;
/** Of the keys that `throttle` counts, and of each table of values. */
export const mostKeys = 100_000;
/** In characters. */
const longestKey = 256;
const longestValue = 1_000;

/** A number of 15 digits, beyond which `adjust` does not go. */
export const mostNumber = 999_999_999_999_999;

/** What is between an address and the rest of a key: a character that no address has, or the tag of a literal. */
const separators = /(ipv6:|[^0-9a-f:.%])/i;

/**
 * The key that counts: in lower case, and each IPv6 address in it as its network of 64 bits, of which a client has all addresses. A
 * long key counts as its hash, so that what is remembered of it has a bounded size.
 */
export function counterKey(key: string): string {
  const folded = foldHost(
    key.includes(':') ? key.split(separators).map(countedClient).join('') : countedClient(key),
  );
  if (folded.length <= longestKey) return folded;
  return `sha256:${createHash('sha256').update(folded).digest('hex')}`;
}

/** Why a value cannot be stored; null if it can. */
export function unstorable(value: string): string | null {
  if (value.length > longestValue) return 'the value is too long to be stored';
  return /[\0\r\n\ufffd]/.test(value) ? 'the value is not text that can be stored' : null;
}
