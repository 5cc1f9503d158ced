/*
 * The first host/domain specification of an address, and the address without it.
 *   1  hosts of a source route, left to right          @a,@b:u@c   -> a
 *   2  right of the last at sign                       u%a@b       -> b
 *   3  right of the last single percent sign           u%a%b       -> b      (`%%` does not separate)
 *   4  left of the first exclamation mark              a!u         -> a
 * 3 and 4 change places for a source channel with `bangoverpercent`. Quoted strings and backslashes are respected,
 * so `"u%a"@b` has one host only. Without a host there is no specification. Nothing is refused here.
 * An address with a route is printed in the form of a channel: `@c:u@b` (822), `u%b@c` (733) or `c!b!u` (uucp); one without a
 * route is `u@b` in all of them.
 * Ref: PMDF 2.2.3.1; 2.2.5, 2.3.4 (822, 733, uucp)
 */
import type { Address } from '../address/index.js';

/** The places where the host of a specification may be. */
export const hostPlaces = ['route', 'at', 'percent', 'bang'] as const;

/** Where the host of a specification was. */
export type HostPlace = (typeof hostPlaces)[number];

/** The first specification: its host, and what is left when it is deleted. */
export interface Specification {
  readonly from: HostPlace;
  readonly host: string;
  /** `$U`: all that is left, as written. */
  readonly user: string;
  readonly rest: Address;
}

/** A quote without a partner quotes nothing. */
function lastPairedQuote(text: string): number {
  let paired = -1;
  let open = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === '\\') at += 1;
    else if (character === '"') {
      if (open) paired = at;
      open = !open;
    }
  }
  return paired;
}

/** Finds the characters of `wanted` outside quoted strings that are not escaped. */
export function placesOutsideQuotes(text: string, wanted: string): number[] {
  const places: number[] = [];
  const last = text.includes('"') ? lastPairedQuote(text) : -1;
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === '\\') at += 1;
    else if (character === '"' && at <= last) quoted = !quoted;
    else if (!quoted && wanted.includes(character)) places.push(at);
  }
  return places;
}

/** Reads `@a,@b:`; undefined when the text does not begin with a whole route. */
function readRoute(text: string): { hosts: string[]; end: number } | undefined {
  const hosts: string[] = [];
  let at = 0;
  while (text[at] === '@') {
    const start = at + 1;
    let end = text[start] === '[' ? text.indexOf(']', start) : start;
    if (end === -1) return undefined;
    while (end < text.length && text[end] !== ',' && text[end] !== ':') end += 1;
    if (end === start || end === text.length) return undefined;
    hosts.push(text.slice(start, end));
    if (text[end] === ':') return { hosts, end: end + 1 };
    at = end + 1;
  }
  return undefined;
}

/** The offset of the last at sign outside quoted strings, or -1. */
function lastAtSign(text: string): number {
  if (!text.includes('"') && !text.includes('\\')) return text.lastIndexOf('@');
  return placesOutsideQuotes(text, '@').at(-1) ?? -1;
}

/** Splits an address at its route and its last unquoted at sign; everything stays as written. */
export function splitForRewrite(text: string): Address {
  const route = text.startsWith('@') ? readRoute(text) : undefined;
  const mailbox = route === undefined ? text : text.slice(route.end);
  const at = lastAtSign(mailbox);
  const bare = at === -1 || at === mailbox.length - 1;
  return {
    route: route?.hosts ?? [],
    localPart: bare ? mailbox : mailbox.slice(0, at),
    domain: bare ? null : mailbox.slice(at + 1),
  };
}

/** Writes an address with its source route, the inverse of splitForRewrite. */
export function joinAddress(address: Address): string {
  const route = address.route.length === 0 ? '' : `${address.route.map((host) => `@${host}`).join(',')}:`;
  return route + address.localPart + (address.domain === null ? '' : `@${address.domain}`);
}

function bareAddress(localPart: string): Address {
  return { route: [], localPart, domain: null };
}

function lastSinglePercent(text: string, places: readonly number[]): number | undefined {
  let last: number | undefined;
  for (let index = 0; index < places.length; index += 1) {
    const place = places[index];
    if (place === undefined || text[place] !== '%') continue;
    if (places[index + 1] === place + 1 && text[place + 1] === '%') index += 1;
    else last = place;
  }
  return last;
}

function percentOf(localPart: string, places: readonly number[]): Specification | undefined {
  const place = lastSinglePercent(localPart, places);
  if (place === undefined || place === localPart.length - 1) return undefined;
  const user = localPart.slice(0, place);
  return { from: 'percent', host: localPart.slice(place + 1), user, rest: bareAddress(user) };
}

function bangOf(localPart: string, places: readonly number[]): Specification | undefined {
  const place = places.find((one) => localPart[one] === '!');
  if (place === undefined || place === 0) return undefined;
  const user = localPart.slice(place + 1);
  return { from: 'bang', host: localPart.slice(0, place), user, rest: bareAddress(user) };
}

/** Finds the first specification of an address; undefined for a bare one. */
export function extractHost(address: Address, bangOverPercent: boolean): Specification | undefined {
  const { route, localPart, domain } = address;
  const first = route[0];
  if (first !== undefined) {
    const rest = { route: route.slice(1), localPart, domain };
    return { from: 'route', host: first, user: joinAddress(rest), rest };
  }
  if (domain !== null) {
    return { from: 'at', host: domain, user: localPart, rest: { route: [], localPart, domain: null } };
  }
  if (!localPart.includes('%') && !localPart.includes('!')) return undefined;
  const places = placesOutsideQuotes(localPart, '%!');
  if (places.length === 0) return undefined;
  return bangOverPercent
    ? (bangOf(localPart, places) ?? percentOf(localPart, places))
    : (percentOf(localPart, places) ?? bangOf(localPart, places));
}

/**
 * Replaces the specification by user and host of a template: a route stays before the rest.
 * The pieces are put together, not parsed again, so no character of a local part can become a separator.
 */
export function replaceHost(specification: Specification, user: string, host: string): Address {
  if (specification.from !== 'route') return { route: [], localPart: user, domain: host };
  const rest = user === specification.user ? specification.rest : splitForRewrite(user);
  if (rest.domain === null && rest.route.length === 0) {
    return { route: [], localPart: rest.localPart, domain: host };
  }
  return { route: [host, ...rest.route], localPart: rest.localPart, domain: rest.domain };
}

/** The spellings of a route, by the keywords that choose them. */
export type AddressForm = '822' | '733' | 'uucp';

/** Writes an address in the form of a channel. */
export function printInForm(address: Address, form: AddressForm): string {
  if (address.route.length === 0 || form === '822') return joinAddress(address);
  const [first = '', ...further] = address.route;
  const hosts = [...further, ...(address.domain === null ? [] : [address.domain])];
  switch (form) {
    case '733':
      return `${[address.localPart, ...hosts.reverse()].join('%')}@${first}`;
    case 'uucp':
      return [first, ...hosts, address.localPart].join('!');
  }
}
