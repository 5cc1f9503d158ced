/*
 * The one reader of IP addresses: strict dotted quads, IPv6 as RFC 4291 writes it, whole or at a place in a text. Octal,
 * hexadecimal and short forms (`010.1`, `0x7f.1`, `127.1`) are refused, since programs disagree on what they mean. Everything fails
 * by giving null.
 * An address is a list of 32-bit words, one for IPv4 and four for IPv6; as bytes, an IPv4-mapped IPv6 address is its IPv4 address.
 * Ref: RFC 4291 2.2; RFC 5952 4
 */
import ipaddr from 'ipaddr.js';

/** One word for IPv4, four for IPv6, each from 0 to 2^32 - 1. */
export type AddressWords = readonly number[];

/** The longest text of an IPv6 address, `ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255`. */
export const longestAddress = 45;

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** Reads a dotted quad that starts at `start`, unless more of a number follows. */
export function ipv4At(text: string, start: number): { word: number; end: number } | null {
  let word = 0;
  let position = start;
  for (let part = 0; part < 4; part += 1) {
    if (part > 0) {
      if (text.charCodeAt(position) !== 46) return null;
      position += 1;
    }
    const first = position;
    let value = 0;
    while (position < text.length && position - first < 4 && isDigit(text.charCodeAt(position))) {
      value = value * 10 + text.charCodeAt(position) - 48;
      position += 1;
    }
    const length = position - first;
    if (length === 0 || value > 255 || length > 3) return null;
    // A leading zero means octal to some and decimal to others.
    if (length > 1 && text.charCodeAt(first) === 48) return null;
    word = word * 256 + value;
  }
  const more = text.charCodeAt(position) === 46 ? text.charCodeAt(position + 1) : Number.NaN;
  return isDigit(more) ? null : { word, end: position };
}

/** Parses a strict dotted quad. */
export function parseIpv4(text: string): AddressWords | null {
  const found = ipv4At(text, 0);
  return found === null || found.end !== text.length ? null : [found.word];
}

function groups(text: string): number[] | null {
  if (text === '') return [];
  const parts = text.split(':');
  const found: number[] = [];
  for (const [index, part] of parts.entries()) {
    if (/^[0-9a-f]{1,4}$/i.test(part)) found.push(Number.parseInt(part, 16));
    else {
      const [word] = index === parts.length - 1 ? (parseIpv4(part) ?? []) : [];
      if (word === undefined) return null;
      found.push(word >>> 16, word & 0xffff);
    }
  }
  return found;
}

/** Parses an IPv6 address in any text form, without brackets and zone. */
export function parseIpv6(text: string): AddressWords | null {
  if (text.length > longestAddress) return null;
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const head = groups(halves[0] ?? '');
  const tail = groups(halves[1] ?? '');
  if (head === null || tail === null) return null;
  if (halves.length === 2 && (halves[0] ?? '').includes('.')) return null;
  const zeros = 8 - head.length - tail.length;
  if (halves.length === 1 ? zeros !== 0 : zeros < 1) return null;
  const all = [...head, ...Array.from({ length: zeros }, () => 0), ...tail];
  return [0, 2, 4, 6].map((at) => (all[at] ?? 0) * 0x10000 + (all[at + 1] ?? 0));
}

function isIpv6Character(code: number): boolean {
  return (
    isDigit(code) || code === 58 || code === 46 || (code >= 65 && code <= 70) || (code >= 97 && code <= 102)
  );
}

/** Whether a character can be part of an address, so that an address next to it is not whole. */
export function isAddressCharacter(code: number, isIpv6: boolean): boolean {
  return isIpv6 ? isIpv6Character(code) : isDigit(code) || code === 46;
}

/** The tag of an IPv6 address in a literal, which `$L` of a rewrite rule keeps. Ref: RFC 5321 4.1.3 */
const literalTag = 'ipv6:';

function afterTag(text: string, at: number): number {
  const first = text.charCodeAt(at);
  if (first !== 73 && first !== 105) return at;
  return text.slice(at, at + literalTag.length).toLowerCase() === literalTag ? at + literalTag.length : at;
}

/**
 * Reads the IPv6 address whose text starts at `place`, with or without the tag `IPv6:`, up to the end of such text;
 * null when there is none.
 */
export function ipv6At(text: string, place: number): { words: AddressWords; end: number } | null {
  const start = afterTag(text, place);
  let end = start;
  const limit = Math.min(text.length, start + longestAddress + 1);
  let colons = 0;
  while (end < limit && isIpv6Character(text.charCodeAt(end))) {
    if (text.charCodeAt(end) === 58) colons += 1;
    end += 1;
  }
  if (colons < 2) return null;
  if (text.charCodeAt(end - 1) === 46) end -= 1;
  const words = parseIpv6(text.slice(start, end));
  return words === null ? null : { words, end };
}

/** Sets all but the first `bits` bits to zero. */
export function maskAddress(words: AddressWords, bits: number): AddressWords {
  return words.map((word, index) => {
    const here = Math.min(32, Math.max(0, bits - 32 * index));
    if (here === 0) return 0;
    return (word & (here === 32 ? -1 : ~(0xffffffff >>> here))) >>> 0;
  });
}

const zone = /^[0-9A-Za-z._~-]+$/;

/** Gives the 4 or 16 bytes of an IP address in network order. A zone (`fe80::1%eth0`) is dropped. */
export function addressBytes(text: string): Uint8Array | null {
  const percent = text.indexOf('%');
  if (percent !== -1 && !zone.test(text.slice(percent + 1))) return null;
  const words = percent === -1 ? (parseIpv4(text) ?? parseIpv6(text)) : parseIpv6(text.slice(0, percent));
  if (words === null) return null;
  const [a = 0, b = 0, c = 0, d = 0] = words;
  const isMapped = a === 0 && b === 0 && c === 0xffff;
  return bytesOf(words.length === 4 && isMapped ? [d] : words);
}

function bytesOf(words: AddressWords): Uint8Array {
  return Uint8Array.from(words.flatMap((word) => [word >>> 24, word >>> 16, word >>> 8, word]));
}

/** Whether an address, as bytes, is one by which a host speaks to itself. Ref: RFC 1122 3.2.1.3; RFC 4291 2.5.3 */
export function isLoopback(bytes: Uint8Array): boolean {
  return bytes.length === 4 ? bytes[0] === 127 : bytes.every((octet, at) => octet === (at === 15 ? 1 : 0));
}

/** A host name or address with a port, as files and URLs have them: an IPv6 address is in brackets. Ref: RFC 3986 3.2.2 */
export function printHostPort(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Writes the 4 or 16 bytes of an address in its one spelling. */
export function formatBytes(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.');
  return new ipaddr.IPv6([...bytes]).toRFC5952String();
}

/** Gives an IP address its one spelling: dotted quad, or RFC 5952. Brackets and tags are not part of an address. */
export function canonicalAddress(text: string): string | null {
  // A strict dotted quad has one spelling.
  if (parseIpv4(text) !== null) return text;
  const bytes = addressBytes(text);
  return bytes === null ? null : formatBytes(bytes);
}
