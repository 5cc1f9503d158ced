/*
 * An address glob, ready to match: a whole address text whose high bits are those of a network.
 * An address is whole when no digit, dot (or, for IPv6, hex digit or colon) that could belong to it is next to it.
 * Ref: PMDF 5.3.1
 */
import {
  type AddressWords,
  ipv4At,
  ipv6At,
  isAddressCharacter,
  maskAddress,
  parseIpv4,
  parseIpv6,
} from '../ip-address.js';
import type { AddressForm } from '../syntax.js';

/** A network; `bits` counts from the high end. */
export interface AddressGlob {
  readonly isIpv6: boolean;
  readonly network: AddressWords;
  readonly bits: number;
}

/** Makes a glob from what a pattern says; an address that cannot be read gives one that matches nothing. */
export function compileAddress(form: AddressForm, address: string, bits: number): AddressGlob {
  const isIpv6 = form === 'ipv6';
  const high = form === 'ipv4-low' ? 32 - bits : bits;
  const words = (isIpv6 ? parseIpv6(address) : parseIpv4(address)) ?? [];
  return { isIpv6, network: maskAddress(words, high), bits: high };
}

/** The place where a matching address that starts at `at` ends, or -1; constant time. */
export function addressEnd(glob: AddressGlob, text: string, at: number): number {
  const [first] = glob.network;
  if (!glob.isIpv6) {
    const found = ipv4At(text, at);
    if (found === null || first === undefined) return -1;
    const shift = 32 - glob.bits;
    return shift === 32 || found.word >>> shift === first >>> shift ? found.end : -1;
  }
  const found = ipv6At(text, at);
  if (found === null || first === undefined) return -1;
  const masked = maskAddress(found.words, glob.bits);
  return masked.every((word, index) => word === glob.network[index]) ? found.end : -1;
}

/** Whether an address that starts at `at` would be the rest of a longer one. */
export function isCutOff(glob: AddressGlob, text: string, at: number): boolean {
  if (at === 0) return false;
  const before = text.charCodeAt(at - 1);
  if (glob.isIpv6) return isAddressCharacter(before, true);
  const dot = before === 46 && at > 1 ? text.charCodeAt(at - 2) : before;
  return dot !== 46 && isAddressCharacter(dot, false);
}
