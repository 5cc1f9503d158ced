/*
 * Domains and host names: their one form, when two are the same, and what their labels are.
 * The form is what goes over the wire: A-labels in lower case by UTS 46 (non-transitional), label by label, and address
 * literals in canonical spelling. Only a dot of ASCII separates labels: a label that another character would split, or
 * that would gain anything but letters, digits, `-` and `_`, has no such form.
 * Ref: RFC 5321 2.3.5, 4.1.2; RFC 5890 2.3.2; UTS 46 4; PMDF 2.2.4
 */
import { domainToASCII, domainToUnicode } from 'node:url';
import { formatAddressLiteral, parseAddressLiteral } from './literal.js';

/** Which host names there are: those of RFC 5321, or those of PMDF's files and databases, where `_` is a letter. */
export type HostNames = 'strict' | 'underscores';

const nonAscii = /[^\x00-\x7f]/;
const asciiLabel = /^xn--/i;
/** Without two hyphens in a row none of its labels is an A-label. */
const plainName = /^[0-9a-z]+(?:[-.][0-9a-z]+)*$/;
/** Whatever else is ASCII means something to the URL parser inside `domainToASCII`. */
const nameCharacters = /^[-.0-9A-Z_a-z\u0080-\uffff]+$/;
const labels: Readonly<Record<HostNames, RegExp>> = {
  strict: /^[0-9a-z](?:[-0-9a-z]*[0-9a-z])?$/,
  underscores: /^[_0-9a-z](?:[-_0-9a-z]*[_0-9a-z])?$/,
};
/** Ref: RFC 5321 4.5.3.1.2; the A-label of a longer name would cost more than linear time. */
const longestName = 255;
const longestLabel = 63;
/** A name after this label is never taken for an IPv4 address, as `0x7f.1` would be. */
const guardLabel = '.a';

/** Tells whether a name is in wire form at first sight, as most are: letters of lower case, digits, single dots and hyphens. */
export function isPlainName(domain: string): boolean {
  return domain.length <= longestLabel && plainName.test(domain);
}

/** Gives the form in which a domain goes over the wire; null for what is not a host name or an address literal. */
export function wireDomain(domain: string, names: HostNames = 'strict'): string | null {
  if (isPlainName(domain)) return domain;
  const literal = parseAddressLiteral(domain);
  if (literal !== null) {
    return literal.kind === 'general' ? domain : formatAddressLiteral(literal.address);
  }
  const folded = foldHost(domain);
  if (folded.length > longestName) return null;
  const isName = folded.split('.').every((label) => isWireLabel(label, names));
  // What the whole name becomes elsewhere, where it is not taken apart: an IPv4 address, or nothing by the Bidi rule.
  return isName && (!nonAscii.test(domain) || toAsciiName(domain)?.toLowerCase() === folded) ? folded : null;
}

/** Gives the wire form of a domain beyond ASCII that has one; leaves everything else as it is written. */
export function asciiDomain(domain: string): string {
  return nonAscii.test(domain) ? (wireDomain(domain, 'underscores') ?? domain) : domain;
}

function isWireLabel(label: string, names: HostNames): boolean {
  return (
    label.length <= longestLabel &&
    labels[names].test(label) &&
    (!asciiLabel.test(label) || mappedLabel(label) === label)
  );
}

/**
 * Gives the key under which a domain is compared: its wire form, the dot of the DNS root dropped. A label without such
 * a form keeps all but the case of its ASCII letters.
 */
export function foldDomain(domain: string): string {
  if (isPlainName(domain)) return domain;
  const name = withoutRootDot(domain);
  const literal = parseAddressLiteral(name);
  if (literal === null) return foldHost(name);
  return lowerAscii(literal.kind === 'general' ? name : formatAddressLiteral(literal.address));
}

/** Folds a host name, or a part of one such as `.domain.com` or `[1.2.].a`, label by label. */
export function foldHost(host: string): string {
  if (!nonAscii.test(host) && !/xn--/i.test(host)) return host.toLowerCase();
  return labelsOf(host).map(foldLabel).join('.');
}

function foldLabel(label: string): string {
  if (!nonAscii.test(label) && !asciiLabel.test(label)) return label.toLowerCase();
  return mappedLabel(label) ?? lowerAscii(label);
}

/** Maps one label by UTS 46; null where that gives no label. */
function mappedLabel(label: string): string | null {
  const mapped = mappedName(label + guardLabel)?.slice(0, -guardLabel.length) ?? '';
  return labels.underscores.test(mapped) ? mapped : null;
}

/** Gives the ASCII form of a name as `domainToASCII` has it, whatever characters that brings; null where it has none. */
export function toAsciiName(domain: string): string | null {
  return nonAscii.test(domain) ? mappedName(domain) : domain;
}

function mappedName(domain: string): string | null {
  if (domain.length > longestName + guardLabel.length || !nameCharacters.test(domain)) return null;
  // Some capitals are refused by older Unicode tables although their small letters are not.
  return domainToASCII(domain) || domainToASCII(domain.toLowerCase()) || null;
}

/** Writes the A-labels of a domain as U-labels; what is not the A-label of one stays. */
export function unicodeDomain(domain: string): string {
  if (!/xn--/i.test(domain)) return domain;
  return labelsOf(domain)
    .map((label) => {
      if (!asciiLabel.test(label) || mappedLabel(label) !== lowerAscii(label)) return label;
      return domainToUnicode(label + guardLabel).slice(0, -guardLabel.length);
    })
    .join('.');
}

/** The key of a database in U-labels: the domain after its last at sign, or the whole of it where it has dots. */
export function unicodeKey(key: string): string {
  const at = key.lastIndexOf('@');
  return at === -1 && !key.includes('.') ? key : key.slice(0, at + 1) + unicodeDomain(key.slice(at + 1));
}

/** Folds letters A to Z only, so that no other letter can become one of ASCII. */
function lowerAscii(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
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
  const parts: string[] = [];
  const lastClosing = host.lastIndexOf(']');
  let start = 0;
  while (start <= host.length) {
    const isBracketed = host[start] === '[' && start < lastClosing;
    const dot = host.indexOf('.', isBracketed ? host.indexOf(']', start) : start);
    const end = dot === -1 ? host.length : dot;
    parts.push(host.slice(start, end));
    start = end + 1;
  }
  return parts;
}

function withoutRootDot(name: string): string {
  return name.length > 1 && name.endsWith('.') && !name.endsWith('..') ? name.slice(0, -1) : name;
}
