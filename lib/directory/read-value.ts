/*
 * Reads a value of a directory database, or of the attribute of an LDAP entry: one address. In a default entry, `*@domain` keeps
 * the mailbox.
 * Ref: PMDF 3.2.5
 */
import {
  type Address,
  dequote,
  holdBars,
  parsePath,
  printAddress,
  quote,
  splitAddress,
} from '../address/index.js';
import { isProgram, withoutPhrase } from '../forwarding/index.js';
import { defaultKey, type MailboxKey } from './mailbox-keys.js';

/** Reads a value as an address; null if it is not one. */
export function addressOfValue(value: string): Address | null {
  const { text } = withoutPhrase({ text: value.trim(), start: 0 });
  if (text === '') return null;
  const parsed = parsePath(text, 'underscores');
  if (parsed.kind !== 'path' || parsed.path.kind === 'null' || isProgram(parsed.path)) return null;
  return parsed.path.address;
}

/** A bare local part is one of this host, so that what a sender wrote in it cannot become a host. */
function completed(address: Address, localHost: string): Address {
  return address.domain === null ? { ...address, domain: localHost } : address;
}

/** The address that a mailbox gets by an entry; null if the value is not an address. */
export function resultOf(value: string, { detail, star }: MailboxKey, localHost: string): string | null {
  const address = addressOfValue(value);
  if (address === null) return null;
  const content = dequote(address.localPart);
  let localPart = address.localPart;
  if (content.endsWith('+*')) {
    localPart = quote(star === null ? content.slice(0, -2) : `${content.slice(0, -1)}${star}`);
  } else if (detail !== null) localPart = quote(`${content}+${detail}`);
  return holdBars(printAddress(completed({ ...address, localPart }, localHost)));
}

/** The address that a mailbox gets by the default entry. */
export function defaultResultOf(value: string, mailbox: string, localHost: string): string | null {
  const address = addressOfValue(value);
  if (address === null) return null;
  const localPart = address.localPart === defaultKey ? splitAddress(mailbox).localPart : address.localPart;
  return holdBars(printAddress(completed({ ...address, localPart }, localHost)));
}
