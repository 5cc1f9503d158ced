/*
 * An address as PMDF sees it: split from text, printed, and in the form that goes over the wire.
 *   address = *( "@" host *( "," "@" host ) ":" ) local-part [ "@" domain ]
 * Splitting is lenient, for text that a template, a database or an operator wrote. The domain begins after the last at sign that is
 * not quoted, escaped or in an address literal; all before it is the local part. A quote without a partner quotes nothing. Nothing
 * fails: text without such an at sign is a local part. One pass.
 * On the wire the domain and the hosts of the route are in wire form. A local part stays as it is, since only the host that
 * delivers it may interpret it. So a host beyond ASCII that it routes to is not mapped: it has to be a host name already, in
 * U-labels that every server reads alike.
 * Ref: RFC 5321 4.1.2; RFC 6531 3.2, 3.3; PMDF 2.2.3.1
 */
import { asciiDomain, type HostNames, isPlainName, unicodeDomain, wireDomain } from './domain.js';
import { routingHosts, routingTrace } from './hops.js';

/** `@a,@b:local@domain`. Everything is kept as written: quotes, escapes, case, brackets of literals. */
export interface Address {
  /** Hosts of the source route without their at signs, leftmost first; usually empty. */
  readonly route: readonly string[];
  readonly localPart: string;
  /** Null for a bare address. */
  readonly domain: string | null;
}

/** What MAIL FROM or RCPT TO may carry. */
export type Path = { readonly kind: 'null' } | { readonly kind: 'address'; readonly address: Address };

/** Splits an address; a text of any form gives one. Angle brackets are not looked for. */
export function splitAddress(text: string): Address {
  const route: string[] = [];
  let start = 0;
  for (;;) {
    const end = skipRoute(text, start, route);
    if (end === start) break;
    start = end;
  }
  const at = domainSign(text, start);
  if (at === -1) return { route, localPart: text.slice(start), domain: null };
  return { route, localPart: text.slice(start, at), domain: text.slice(at + 1) };
}

/** Writes `@a,@b:local@domain`. */
export function printAddress(address: Address): string {
  const route = address.route.length === 0 ? '' : `@${address.route.join(',@')}:`;
  const domain = address.domain === null ? '' : `@${address.domain}`;
  return `${route}${address.localPart}${domain}`;
}

/** Adds the hosts of the route `@a,@b:` that begins at an offset; gives the offset after it, or the same if none does. */
function skipRoute(text: string, start: number, route: string[]): number {
  const hosts: string[] = [];
  let offset = start;
  while (text[offset] === '@') {
    const end = hostEnd(text, offset + 1);
    const host = text.slice(offset + 1, end);
    if (host === '') return start;
    hosts.push(host);
    offset = end + 1;
    if (text[end] === ':') {
      for (const host of hosts) route.push(host);
      return offset;
    }
    if (text[end] !== ',') return start;
  }
  return start;
}

/** The offset of the first character that cannot belong to the host of a route. */
function hostEnd(text: string, start: number): number {
  let isInLiteral = false;
  for (let i = start; i < text.length; i++) {
    const character = text.charAt(i);
    if (character === '[') isInLiteral = true;
    else if (character === ']') isInLiteral = false;
    else if (!isInLiteral && ',:@"\\<> \t'.includes(character)) return i;
  }
  return text.length;
}

/** The offset of the at sign before the domain, or -1. */
function domainSign(text: string, start: number): number {
  const lastClosing = text.lastIndexOf(']');
  let sign = -1;
  let quoteStart = -1;
  let signInQuote = -1;
  for (let i = start; i < text.length; i++) {
    const character = text[i];
    if (character === '\\') {
      i++;
    } else if (character === '"') {
      quoteStart = quoteStart === -1 ? i : -1;
      signInQuote = -1;
    } else if (character === '@' && quoteStart !== -1) {
      signInQuote = i;
    } else if (character === '@') {
      sign = i;
      if (text[i + 1] === '[' && i < lastClosing) i = text.indexOf(']', i);
    }
  }
  return signInQuote === -1 ? sign : signInQuote;
}

/** Gives every host in an address: its domain, those of its route, and those that its local part routes to. */
export function hostsIn(address: Address): readonly string[] {
  const named = address.domain === null ? address.route : [address.domain, ...address.route];
  return routingTrace.test(address.localPart) ? [...named, ...routingHosts(address)] : named;
}

const nonAscii = /[^\x00-\x7f]/;

/** Gives an address in wire form; null when a host in it is not a host name or an address literal. */
export function wireAddress(address: Address, names: HostNames = 'strict'): Address | null {
  if (isInWireForm(address)) return address;
  const domain = address.domain === null ? null : wireDomain(address.domain, names);
  if (domain === null && address.domain !== null) return null;
  const route: string[] = [];
  for (const host of address.route) {
    const wired = wireDomain(host, names);
    if (wired === null) return null;
    route.push(wired);
  }
  return nonAscii.test(address.localPart) && routesToNoName(address) ? null : { ...address, route, domain };
}

/** Whether an address is in wire form at first sight, as most are: ASCII, without a route, at a plain name. */
function isInWireForm({ route, localPart, domain }: Address): boolean {
  return domain !== null && route.length === 0 && isPlainName(domain) && !nonAscii.test(localPart);
}

/** Whether the local part routes to a host beyond ASCII that some server would map to another, or to no host. */
function routesToNoName(address: Address): boolean {
  return routingHosts(address).some((host) => nonAscii.test(host) && !isInULabels(host));
}

function isInULabels(host: string): boolean {
  const wire = wireDomain(host);
  return wire !== null && unicodeDomain(wire) === host.toLowerCase();
}

/**
 * Writes the hosts beyond ASCII of an address that we made in wire form; the others keep the case in which the
 * configuration has them.
 */
export function wireHosts(address: Address): Address {
  const { route, localPart, domain } = address;
  return {
    route: route.length === 0 ? route : route.map(asciiDomain),
    localPart,
    domain: domain === null ? null : asciiDomain(domain),
  };
}

/** The same for an address as text. */
export function inWireForm(text: string): string {
  // Only what is beyond ASCII changes: splitting and printing lose nothing.
  if (!nonAscii.test(text)) return text;
  return printAddress(wireHosts(splitAddress(text)));
}

/** Tells whether a text has more octets than a limit in UTF-8. */
export function isLongerThan(text: string, octets: number): boolean {
  // A UTF-16 code unit is at most three octets.
  return text.length * 3 > octets && Buffer.byteLength(text) > octets;
}

/** Tells whether a text lost octets on its way here: those that were not UTF-8 became U+FFFD. */
export function isDamaged(text: string): boolean {
  return text.includes('\ufffd');
}
