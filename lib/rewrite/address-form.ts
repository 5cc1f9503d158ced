/*
 * How a channel's envelope spells an address that carries a route.
 *   822    @c:u@b
 *   733    u%b@c
 *   uucp   c!b!u
 * An address without a route is `u@b` for every channel.
 * Ref: PMDF 2.2.5, 2.3.4 (822, 733, uucp)
 */
import type { Address } from '../address/index.js';
import { joinAddress } from './extract-host.js';

/** The spellings of a route, by the keywords that choose them. */
export type AddressForm = '822' | '733' | 'uucp';

/** Writes an address in the form of a channel. */
export function printInForm(address: Address, form: AddressForm): string {
  const [first, ...further] = address.route;
  if (first === undefined) return joinAddress(address);
  const hosts = [...further, ...(address.domain === null ? [] : [address.domain])];
  switch (form) {
    case '822':
      return joinAddress(address);
    case '733':
      return `${[address.localPart, ...hosts.reverse()].join('%')}@${first}`;
    case 'uucp':
      return [first, ...hosts, address.localPart].join('!');
  }
}
