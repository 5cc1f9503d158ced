/*
 * Domains and host names: when two are the same, and what their labels are.
 * Ref: RFC 5321 2.3.5; RFC 5890 2.3.2; PMDF 2.2.4
 */

import { domainToASCII } from 'node:url';
import { formatAddressLiteral, parseAddressLiteral } from './literal.js';

const nonAscii = /[^\x00-\x7f]/;
/** Whatever else is ASCII means something to the URL parser behind `domainToASCII`. */
const nameCharacters = /^[-.0-9A-Z_a-z\u0080-\uffff]+$/;
/** No longer name is in the DNS, and the A-label of a longer one would cost more than linear time. */
const longestName = 255;

/**
 * Gives the key under which a domain is compared: lower case, U-labels as A-labels, literals canonical, the dot of the
 * DNS root dropped. A text that is no domain gives its lower case.
 */
export function foldDomain(domain: string): string {
  const name = withoutRootDot(domain);
  if (name.startsWith('[')) return foldLiteral(name);
  const lowerCase = name.toLowerCase();
  // Some capitals are refused by older Unicode tables although their small letters are not.
  const asciiName = toAsciiName(name) ?? toAsciiName(lowerCase);
  return asciiName === null ? lowerCase : withoutRootDot(asciiName.toLowerCase());
}

/** Gives the ASCII form of a domain with U-labels, case kept where it was ASCII; null where it has none. */
export function toAsciiName(domain: string): string | null {
  if (!nonAscii.test(domain)) return domain;
  if (domain.length > longestName || !nameCharacters.test(domain)) return null;
  return domainToASCII(domain) || null;
}

/** Tells whether a domain is a well-formed address literal. */
export function isAddressLiteral(domain: string): boolean {
  return parseAddressLiteral(domain) !== null;
}

/**
 * Splits a host name at its dots, leftmost label first. A bracketed part that begins a label is one label, dots and all,
 * also in mixed names such as `[1.2].a.[3.4].b`. The empty name has no labels.
 */
export function labelsOf(host: string): string[] {
  if (host === '') return [];
  const labels: string[] = [];
  const lastClosing = host.lastIndexOf(']');
  let start = 0;
  while (start <= host.length) {
    const isBracketed = host[start] === '[' && start < lastClosing;
    const dot = host.indexOf('.', isBracketed ? host.indexOf(']', start) : start);
    const end = dot === -1 ? host.length : dot;
    labels.push(host.slice(start, end));
    start = end + 1;
  }
  return labels;
}

function withoutRootDot(name: string): string {
  return name.length > 1 && name.endsWith('.') && !name.endsWith('..') ? name.slice(0, -1) : name;
}

function foldLiteral(domain: string): string {
  const literal = parseAddressLiteral(domain);
  if (literal === null) return domain.toLowerCase();
  switch (literal.kind) {
    case 'ipv4':
    case 'ipv6':
      return formatAddressLiteral(literal.address).toLowerCase();
    case 'general':
      return domain.toLowerCase();
  }
}
