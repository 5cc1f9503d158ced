/*
 * The first address of a network as text: `10.0.0.0`, or eight groups for IPv6.
 * Ref: RFC 4291 2.2
 */
import type { AddressGlob } from '../../mapping/index.js';

/** Writes the first address of a network; empty for a glob that matches nothing. */
export function networkText({ isIpv6, network }: AddressGlob): string {
  if (isIpv6)
    return network.map((word) => `${(word >>> 16).toString(16)}:${(word & 0xffff).toString(16)}`).join(':');
  return network.map((word) => [24, 16, 8, 0].map((shift) => (word >>> shift) & 255).join('.')).join('');
}
