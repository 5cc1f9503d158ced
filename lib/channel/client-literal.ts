/*
 * The address of a client as a domain literal, the form that rewrite rules see.
 * Ref: RFC 5321 4.1.3; PMDF 2.2.3.7
 */
import ipaddr from 'ipaddr.js';

/**
 * Writes an IP address as `[192.0.2.1]` or `[IPv6:2001:db8::1]`, one form for each address however it was written;
 * an IPv4 address inside IPv6 is IPv4, and zones are dropped. Undefined for what is no address.
 */
export function clientLiteral(address: string): string | undefined {
  const zone = address.indexOf('%');
  const bare = zone === -1 ? address : address.slice(0, zone);
  // Short and octal forms such as `127.1` are no addresses that a connection has.
  if (ipaddr.IPv4.isValidFourPartDecimal(bare)) return `[${ipaddr.IPv4.parse(bare).toString()}]`;
  if (!ipaddr.IPv6.isValid(bare)) return undefined;
  const parsed = ipaddr.process(bare);
  return parsed.kind() === 'ipv4' ? `[${parsed.toString()}]` : `[IPv6:${parsed.toString()}]`;
}
