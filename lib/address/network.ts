/*
 * IP addresses and networks as text and as bytes: strict dotted quads, IPv6 as RFC 4291 writes it, CIDR prefixes.
 * An IPv4-mapped IPv6 address is its IPv4 address everywhere. Octal, hexadecimal and short forms (`010.1`, `0x7f.1`,
 * `127.1`) are refused, since programs disagree on what they mean. Everything fails by giving null.
 * Ref: RFC 4291 2.2; RFC 4632 3.1; RFC 5952 4
 */

import ipaddr from 'ipaddr.js';

const dottedQuad = /^\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}$/;
const ipv6Characters = /^[0-9A-Fa-f:.]+$/;
const zone = /^[0-9A-Za-z._~-]+$/;
const prefix = /^(?:0|[1-9]\d{0,2})$/;
/** The longest IPv6 address as text: six groups of four digits and a dotted quad. */
const longestAddress = 45;

/** A network: its lowest address and how many leading bits its addresses share. */
export interface Network {
  /** Canonical text of the lowest address. */
  readonly address: string;
  readonly prefixLength: number;
  /** The lowest address, 4 or 16 bytes. */
  readonly bytes: Uint8Array;
}

/** A network as it was written. */
export interface ParsedNetwork extends Network {
  /** Whether the text had bits set beyond the prefix, which are cleared here. */
  readonly hasHostBits: boolean;
}

/**
 * Gives an IP address its one spelling: dotted quad, or RFC 5952. Brackets and tags are not part of an address; the zone
 * that an operating system adds to link-local clients (`fe80::1%eth0`) is dropped. Null for anything else.
 */
export function canonicalAddress(text: string): string | null {
  const bytes = addressBytes(text);
  return bytes === null ? null : formatBytes(bytes);
}

/** Gives the 4 or 16 bytes of an IP address in network order; null where `canonicalAddress` gives null. */
export function addressBytes(text: string): Uint8Array | null {
  const percent = text.indexOf('%');
  if (percent === -1) return ipv4Bytes(text) ?? ipv6Bytes(text);
  return zone.test(text.slice(percent + 1)) ? ipv6Bytes(text.slice(0, percent)) : null;
}

/**
 * Parses `10.0.0.0/8`, `2001:db8::/32` or a single address, which is a network of one. Bits set beyond the prefix are
 * cleared and reported in `hasHostBits`. Null for anything else, a zone included.
 */
export function parseNetwork(text: string): ParsedNetwork | null {
  const slash = text.indexOf('/');
  const addressText = slash === -1 ? text : text.slice(0, slash);
  if (addressText.includes('%')) return null;
  const written = addressBytes(addressText);
  if (written === null) return null;
  if (slash === -1) return maskedNetwork(written, written.length * 8);

  const prefixText = text.slice(slash + 1);
  if (!prefix.test(prefixText)) return null;
  const prefixLength = Number(prefixText);
  if (!addressText.includes(':') || written.length === 16) {
    return prefixLength > written.length * 8 ? null : maskedNetwork(written, prefixLength);
  }
  if (prefixLength > 128) return null;
  if (prefixLength >= 96) return maskedNetwork(written, prefixLength - 96);
  return maskedNetwork(mappedBytes(written), prefixLength);
}

/** Tells whether a network holds an address, given as text or as its bytes; false for what is no address. */
export function networkContains(network: Network, address: string | Uint8Array): boolean {
  const bytes = typeof address === 'string' ? addressBytes(address) : address;
  if (bytes === null || bytes.length !== network.bytes.length) return false;
  return network.bytes.every((byte, index) => byte === maskedByte(bytes, index, network.prefixLength));
}

/** The byte at an index with the bits beyond the prefix cleared. */
function maskedByte(bytes: Uint8Array, index: number, prefixLength: number): number {
  const keptBits = Math.min(Math.max(prefixLength - index * 8, 0), 8);
  return (bytes[index] ?? 0) & (0xff << (8 - keptBits)) & 0xff;
}

function maskedNetwork(written: Uint8Array, prefixLength: number): ParsedNetwork {
  const bytes = written.map((_, index) => maskedByte(written, index, prefixLength));
  const hasHostBits = bytes.some((byte, index) => byte !== written[index]);
  return { address: formatBytes(bytes), prefixLength, bytes, hasHostBits };
}

function mappedBytes(ipv4: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(16);
  bytes.fill(0xff, 10, 12);
  bytes.set(ipv4, 12);
  return bytes;
}

/** Writes the 4 or 16 bytes of an address in its one spelling. */
export function formatBytes(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.');
  return new ipaddr.IPv6([...bytes]).toRFC5952String();
}

function ipv4Bytes(text: string): Uint8Array | null {
  if (text.length > longestAddress || !dottedQuad.test(text)) return null;
  const octets = text.split('.');
  const isStrict = octets.every((octet) => Number(octet) <= 255 && String(Number(octet)) === octet);
  return isStrict ? Uint8Array.from(octets, Number) : null;
}

function ipv6Bytes(text: string): Uint8Array | null {
  if (text.length > longestAddress || !ipv6Characters.test(text)) return null;
  const groups = withoutDottedTail(text);
  if (groups === null || !ipaddr.IPv6.isValid(groups)) return null;
  const address = ipaddr.IPv6.parse(groups);
  const bytes = Uint8Array.from(address.toByteArray());
  return address.isIPv4MappedAddress() ? bytes.slice(12) : bytes;
}

/** Writes a dotted tail as two groups, because ipaddr.js takes `::1.2.3.4` for a mapped address; null if it is malformed. */
function withoutDottedTail(text: string): string | null {
  if (!text.includes('.')) return text;
  const tailStart = text.lastIndexOf(':') + 1;
  const tail = ipv4Bytes(text.slice(tailStart));
  if (tailStart === 0 || tail === null) return null;
  const [a = 0, b = 0, c = 0, d = 0] = tail;
  return `${text.slice(0, tailStart)}${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
}
