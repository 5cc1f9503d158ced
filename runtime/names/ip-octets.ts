/*
 * The octets of an IP address, whatever its spelling, and the name under which DNS keeps its names.
 * Ref: RFC 4291 2.2; RFC 1035 3.5; RFC 3596 2.5
 */
import { addressBytes } from '../../lib/address/index.js';

/**
 * The four or sixteen octets of an address; an IPv4 address inside an IPv6 one counts as IPv4. Null for no
 * address.
 */
export function ipOctets(address: string): readonly number[] | null {
  const bytes = addressBytes(address);
  return bytes === null ? null : [...bytes];
}

/** The domain of PTR records for the octets of an address. */
export function reverseDomain(octets: readonly number[]): string {
  if (octets.length === 4) return `${octets.toReversed().join('.')}.in-addr.arpa`;
  const nibbles = octets.flatMap((octet) => [octet >> 4, octet & 15]);
  return `${nibbles
    .toReversed()
    .map((one) => one.toString(16))
    .join('.')}.ip6.arpa`;
}
