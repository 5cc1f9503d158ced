/*
 * Hashes of stretches of text, the keys of the entry index; case does not count. Two keys with one hash do no harm: an entry
 * that is found is matched in full.
 */
import { foldUnit } from './subject.js';

/** The lengths of the stretches that are hashed: long ones tell entries apart, short ones catch short literals. */
export const windowLengths = [8, 3] as const;
export type WindowLength = (typeof windowLengths)[number];

/**
 * The shift that makes a hash forget a unit after so many more: `hash = (hash << shift) + weight` has in its 32 bits the last
 * `length` units and nothing else. Its high bits depend on all of them.
 */
export const windowShifts: Readonly<Record<WindowLength, number>> = { 8: 4, 3: 11 };

function mix(hash: number): number {
  const once = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  const twice = Math.imul(once ^ (once >>> 13), 0xc2b2ae35);
  return (twice ^ (twice >>> 16)) >>> 0;
}

/** The weight of each ASCII character in a hash, the same in both cases. */
export const asciiWeights = Int32Array.from({ length: 128 }, (_, code) => mix(foldUnit(code) + 1));

/** The weight of any UTF-16 unit. */
export function weightOf(code: number): number {
  return code < 128 ? (asciiWeights[code] ?? 0) : mix(foldUnit(code) + 1) | 0;
}

/** Calls `visit` with the hash of every stretch of `length` units. */
export function eachWindow(text: string, length: WindowLength, visit: (hash: number) => void): void {
  const shift = windowShifts[length];
  let hash = 0;
  for (let at = 0; at < text.length; at += 1) {
    hash = ((hash << shift) + weightOf(text.charCodeAt(at))) | 0;
    if (at >= length - 1) visit(hash >>> 0);
  }
}

const base = 0x01000193;

/** Hashes a whole text. */
export function hashWhole(text: string): number {
  let hash = 0x2c1b3c6d;
  for (let at = 0; at < text.length; at += 1) {
    hash = (Math.imul(hash, base) + weightOf(text.charCodeAt(at))) | 0;
  }
  return mix(hash);
}

/** Hashes a network: its bits, and the address with all others zero. */
export function hashNetwork(isIpv6: boolean, network: readonly number[], bits: number): number {
  let hash = (isIpv6 ? 0x51ed270b : 0x3ad8025f) + bits;
  for (const word of network) hash = (Math.imul(hash, base) + word) | 0;
  return mix(hash);
}
