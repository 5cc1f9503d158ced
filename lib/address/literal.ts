/*
 * Address literals, the bracketed hosts of an envelope:
 *   "[" dotted-quad "]"  |  "[IPv6:" address "]"  |  "[" tag ":" text "]"
 * A malformed literal gives null. `::` is two groups at least, as SMTP requires.
 * Ref: RFC 5321 4.1.3
 */
import { literalText } from './characters.js';
import { canonicalAddress } from './ip.js';

/** What an address literal names; IP addresses in canonical spelling, an IPv4-mapped one as `ipv4`. */
export type AddressLiteral =
  | { readonly kind: 'ipv4'; readonly address: string }
  | { readonly kind: 'ipv6'; readonly address: string }
  | { readonly kind: 'general'; readonly tag: string; readonly content: string };

const tagPattern = /^[0-9A-Za-z-]+$/;
const ipv6Pattern = /^[0-9A-Fa-f:.]+$/;
const literalContent = new RegExp(`^[${literalText}]+$`);
const groupCount = 8;

/** Parses a literal with its brackets; null for anything else. Tags are compared without case. */
export function parseAddressLiteral(text: string): AddressLiteral | null {
  if (!text.startsWith('[') || !text.endsWith(']')) return null;
  const body = text.slice(1, -1);
  const colon = body.indexOf(':');
  if (colon === -1) return ipLiteral(body);

  const tag = body.slice(0, colon);
  const content = body.slice(colon + 1);
  if (!tagPattern.test(tag) || tag.startsWith('-') || tag.endsWith('-')) return null;
  if (tag.toLowerCase() === 'ipv6') return isSmtpIpv6(content) ? ipLiteral(content) : null;
  return literalContent.test(content) ? { kind: 'general', tag: tag.toLowerCase(), content } : null;
}

/** Writes an IP address as a literal: `[192.0.2.1]`, `[IPv6:2001:db8::1]`; null for anything else. */
export function literalOf(ip: string): string | null {
  const address = canonicalAddress(ip);
  if (address === null) return null;
  return address.includes(':') ? `[IPv6:${address}]` : `[${address}]`;
}

/** The same, but anything else is only put in brackets, which does not make it a literal. */
export function formatAddressLiteral(ip: string): string {
  return literalOf(ip) ?? `[${ip}]`;
}

function ipLiteral(text: string): AddressLiteral | null {
  const address = canonicalAddress(text);
  if (address === null) return null;
  return { kind: address.includes(':') ? 'ipv6' : 'ipv4', address };
}

/** Whether `::`, if there, is two groups or more; the rest of the grammar is that of the address. */
function isSmtpIpv6(text: string): boolean {
  if (!ipv6Pattern.test(text) || !text.includes(':')) return false;
  if (!text.includes('::')) return true;
  const written = text.split(':').filter((group) => group !== '').length + (text.includes('.') ? 1 : 0);
  return written <= groupCount - 2;
}
