/*
 * Addresses of the class that core uses.
 * Undocumented, read from Haraka 3.3.4: transaction.mail_from and rcpt_to are of the package @haraka/email-address.
 */
import { isCarried, splitAddress } from '../../lib/address/index.js';
import type { HarakaAddress } from './types.js';

function isAddress(value: unknown): value is HarakaAddress {
  return (
    typeof value === 'object' && value !== null && 'user' in value && 'host' in value && 'format' in value
  );
}

/**
 * Makes an address of the class of `like` from text that the policy made; `''` is the null sender. Throws when core's own
 * parser refuses it.
 */
export function addressLike(like: HarakaAddress, text: string): HarakaAddress {
  const { localPart, domain } = splitAddress(text);
  // Core's parser does not accept `_` in a domain; it does not parse a domain that is given separately.
  const isBeyondCore = domain?.includes('_') === true && isCarried(text);
  const made: unknown = Reflect.construct(
    like.constructor,
    isBeyondCore ? [localPart, domain] : [`<${text}>`],
  );
  if (!isAddress(made)) throw new Error('the address class of this Haraka is not the expected one');
  return made;
}
