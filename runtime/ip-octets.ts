/*
 * The octets of an IP address, whatever its spelling, and the name under which DNS keeps its names.
 * Ref: RFC 4291 2.2; RFC 1035 3.5; RFC 3596 2.5
 */
import { isIP } from 'node:net';

function ipv4Octets(text: string): number[] {
  return text.split('.').map(Number);
}

function hextets(text: string): number[] {
  if (text === '') return [];
  return text.split(':').flatMap((part) => {
    if (part.includes('.')) return ipv4Octets(part);
    const word = Number.parseInt(part, 16);
    return [word >> 8, word & 255];
  });
}

function ipv6Octets(text: string): number[] {
  const [head = '', tail] = text.split('::');
  const front = hextets(head);
  const back = hextets(tail ?? '');
  return [...front, ...Array.from({ length: 16 - front.length - back.length }, () => 0), ...back];
}

function isMapped(octets: readonly number[]): boolean {
  return octets[10] === 255 && octets[11] === 255 && octets.slice(0, 10).every((one) => one === 0);
}

/**
 * The four or sixteen octets of an address; an IPv4 address inside an IPv6 one counts as IPv4. Null for no
 * address.
 */
export function ipOctets(address: string): readonly number[] | null {
  const bare = address.split('%', 1)[0] ?? '';
  switch (isIP(bare)) {
    case 4:
      return ipv4Octets(bare);
    case 6: {
      const octets = ipv6Octets(bare);
      return isMapped(octets) ? octets.slice(12) : octets;
    }
    default:
      return null;
  }
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
