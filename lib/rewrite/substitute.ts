/*
 * The text of the substitutions of a template, given the address and how its host fits the pattern.
 * Ref: PMDF 2.2.6.1 to 2.2.6.9
 */
import { type HostPlace, placesOutsideQuotes } from './extract-host.js';
import type { OutputItem, Unplaced } from './rule.js';

/** An address as a template sees it: `$U`, `$H`, `$D`, `$L`, and where the host stood. */
export interface AddressParts {
  readonly user: string;
  /** The host as a whole, whatever of it the pattern matches. */
  readonly wholeHost: string;
  readonly host: string;
  readonly domain: string;
  readonly literal: string;
  readonly from: HostPlace;
}

/** The items whose text comes from the address, with their places. */
export type PlacedAddressItem = Extract<
  OutputItem,
  { kind: 'user' | 'host' | 'domain' | 'literal' | 'label' }
>;

export type AddressItem = Unplaced<PlacedAddressItem>;

/** Tells whether the text of an item comes from the address alone. */
export function isAddressItem(item: OutputItem): item is PlacedAddressItem {
  switch (item.kind) {
    case 'user':
    case 'host':
    case 'domain':
    case 'literal':
    case 'label':
      return true;
    case 'text':
    case 'separator':
    case 'case':
    case 'unique':
    case 'domain-check':
    case 'general':
    case 'mapping':
    case 'ldap':
    case 'host-name':
      return false;
  }
}

/** Finds the plus sign before a subaddress, within the quotes of a local part that is quoted as a whole. */
function plusIn(localPart: string): number | undefined {
  const place = placesOutsideQuotes(localPart, '+')[0];
  return place === undefined || place === 0 ? undefined : place;
}

function userPart(user: string, part: 'base' | 'subaddress'): string {
  const isQuoted = user.length > 1 && user.startsWith('"') && user.endsWith('"');
  const content = isQuoted ? user.slice(1, -1) : user;
  const plus = plusIn(content);
  if (plus === undefined) return part === 'base' ? user : '';
  const text = part === 'base' ? content.slice(0, plus) : content.slice(plus + 1);
  return isQuoted ? `"${text}"` : text;
}

/** Takes labels off the left; a leading dot stays as long as a label does. */
function dropLabels(text: string, count: number): string {
  if (count === 0) return text;
  const dot = text.startsWith('.') ? '.' : '';
  const rest = text.slice(dot.length).split('.').slice(count).join('.');
  return rest === '' ? '' : dot + rest;
}

function labelsIn(text: string): string[] {
  const isLiteral = text.startsWith('[') && text.endsWith(']');
  const content = isLiteral ? text.slice(1, -1) : text;
  return content.split(content.includes(':') ? ':' : '.').filter((label) => label !== '');
}

function labelsOf(parts: AddressParts, of: 'host' | 'domain'): string[] {
  if (of === 'host') return labelsIn(parts.literal === '' ? parts.host : parts.literal);
  const { domain, literal } = parts;
  const said = domain.endsWith(`${literal}]`) ? domain.slice(1, domain.length - literal.length - 1) : domain;
  return labelsIn(said);
}

/** The text of an item; undefined when its label is missing, so that the rule fails. */
export function substitute(item: AddressItem, parts: AddressParts): string | undefined {
  switch (item.kind) {
    case 'user':
      return item.part === 'whole' ? parts.user : userPart(parts.user, item.part);
    case 'host':
      return dropLabels(parts.host, item.drop);
    case 'domain':
      return dropLabels(parts.domain, item.drop);
    case 'literal':
      return parts.literal;
    case 'label': {
      const labels = labelsOf(parts, item.of);
      return labels[item.from === 'left' ? item.index : labels.length - 1 - item.index];
    }
  }
}
