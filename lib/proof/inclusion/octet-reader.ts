/*
 * Reads an IPv4 address of a network digit by digit: four numbers without leading zeros, each in the range that the
 * network allows. A state says which number is being read and its value so far.
 * Ref: PMDF 5.3.1
 */
import type { AddressGlob } from '../../mapping/index.js';

/** Before the first digit. */
export const noOctet = 0;
/** One more than the highest state. */
export const octetStates = 1 + 4 * 257;

/** The least and the greatest value of one of the four numbers. */
type OctetRange = readonly [least: number, greatest: number];

/** The four ranges of a network; null for a glob that matches nothing. */
export function octetRanges({ isIpv6, network, bits }: AddressGlob): readonly OctetRange[] | null {
  const [word] = network;
  if (isIpv6 || word === undefined) return null;
  return [24, 16, 8, 0].map((shift) => {
    const free = Math.min(8, Math.max(0, 32 - bits - shift));
    const least = (word >>> shift) & 255;
    return [least, least + 2 ** free - 1];
  });
}

function stateOf(octet: number, value: number): number {
  return 1 + octet * 257 + value + 1;
}

/** Whether a value is in a range, or can be with more digits. */
function canReach(value: number, [least, greatest]: OctetRange): boolean {
  if (value >= least && value <= greatest) return true;
  if (value === 0) return false;
  return [10, 100].some((by) => value * by <= greatest && value * by + by - 1 >= least);
}

/** The state after one more character, or -1; `code` is that of a digit or a dot. */
export function readOctet(ranges: readonly OctetRange[], state: number, code: number): number {
  const octet = state === noOctet ? 0 : Math.floor((state - 1) / 257);
  const value = state === noOctet ? -1 : ((state - 1) % 257) - 1;
  const range = ranges[octet];
  if (range === undefined) return -1;
  if (code === 46) {
    const isWhole = value >= range[0] && value <= range[1] && octet < 3;
    return isWhole ? stateOf(octet + 1, -1) : -1;
  }
  if (value === 0) return -1;
  const next = value === -1 ? code - 48 : value * 10 + code - 48;
  return next <= 255 && canReach(next, range) ? stateOf(octet, next) : -1;
}

/** Whether an address can end in a state. */
export function isWholeAddress(ranges: readonly OctetRange[], state: number): boolean {
  const last = ranges[3];
  if (state === noOctet || last === undefined || Math.floor((state - 1) / 257) !== 3) return false;
  const value = ((state - 1) % 257) - 1;
  return value >= last[0] && value <= last[1];
}
