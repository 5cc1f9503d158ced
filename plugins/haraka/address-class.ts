/*
 * Addresses of the class that core uses.
 * Undocumented, read from Haraka 3.3.4: transaction.mail_from and rcpt_to are of the package @haraka/email-address, which
 * outbound/hmail.js requires too.
 */
import { createRequire } from 'node:module';
import { isCarried, splitAddress } from '../../lib/address/index.js';
import type { HarakaAddress } from './types.js';

function isAddress(value: unknown): value is HarakaAddress {
  return (
    typeof value === 'object' && value !== null && 'user' in value && 'host' in value && 'format' in value
  );
}

/** The addresses in what core passes to a hook. */
export function addressesIn(value: unknown): readonly HarakaAddress[] {
  return Array.isArray(value) ? value.filter(isAddress) : [];
}

/**
 * Makes an address of the class of `like` from text that the policy made; `''` is the null sender. Throws when core's own
 * parser refuses it.
 */
export function addressLike(like: HarakaAddress, text: string): HarakaAddress {
  return addressOf((parts) => Reflect.construct(like.constructor, [...parts]), text);
}

function addressOf(construct: (parts: readonly unknown[]) => unknown, text: string): HarakaAddress {
  const { localPart, domain } = splitAddress(text);
  // Core's parser does not accept `_` in a domain; it does not parse a domain that is given separately.
  const isBeyondCore = domain?.includes('_') === true && isCarried(text);
  const made: unknown = construct(isBeyondCore ? [localPart, domain] : [`<${text}>`]);
  if (!isAddress(made)) throw new Error('the address class of this Haraka is not the expected one');
  return made;
}

interface AddressModule {
  readonly Address: new (...parts: unknown[]) => unknown;
}

function isAddressModule(value: unknown): value is AddressModule {
  return (
    typeof value === 'object' && value !== null && 'Address' in value && typeof value.Address === 'function'
  );
}

/** The package that core's queue uses. */
function addressModule(): AddressModule {
  const queue = Object.keys(require.cache).find((file) => /[\\/]outbound[\\/]hmail\.js$/.test(file));
  const found: unknown = createRequire(queue ?? __filename)('@haraka/email-address');
  if (!isAddressModule(found)) throw new Error('the address class of this Haraka was not found');
  return found;
}

/** Makes an address of core's class; `''` is the null sender. Throws when core's own parser refuses it. */
export function newAddress(text: string): HarakaAddress {
  const { Address } = addressModule();
  return addressOf((parts) => Reflect.construct(Address, [...parts]), text);
}
