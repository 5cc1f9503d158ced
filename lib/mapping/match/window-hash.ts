/*
 * Hashes of stretches of text, the keys of the entry index. Every kind of key has a seed of its own;
 * two keys with one hash do no harm, an entry that is found is matched in full.
 */

/** The lengths of the stretches that are hashed: long ones tell entries apart, short ones catch short literals. */
export const windowLengths = [8, 3] as const;

const base = 0x01000193;

function mix(hash: number): number {
  const once = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  const twice = Math.imul(once ^ (once >>> 13), 0xc2b2ae35);
  return (twice ^ (twice >>> 16)) >>> 0;
}

/** Calls `visit` with the hash of every stretch of `length` units; each in constant time. */
export function eachWindow(text: string, length: number, visit: (hash: number) => void): void {
  if (text.length < length) return;
  let leading = 1;
  for (let count = 0; count < length; count += 1) leading = Math.imul(leading, base);
  let hash = 0;
  for (let at = 0; at < text.length; at += 1) {
    hash = (Math.imul(hash, base) + text.charCodeAt(at)) | 0;
    if (at >= length) hash = (hash - Math.imul(leading, text.charCodeAt(at - length))) | 0;
    if (at >= length - 1) visit(mix(hash + length));
  }
}

export function hashWhole(text: string): number {
  let hash = 0x2c1b3c6d;
  for (let at = 0; at < text.length; at += 1) hash = (Math.imul(hash, base) + text.charCodeAt(at)) | 0;
  return mix(hash);
}

/** Hashes a network: its bits, and the address with all others zero. */
export function hashNetwork(isIpv6: boolean, network: readonly number[], bits: number): number {
  let hash = (isIpv6 ? 0x51ed270b : 0x3ad8025f) + bits;
  for (const word of network) hash = (Math.imul(hash, base) + word) | 0;
  return mix(hash);
}
