/*
 * The filter of a search for a mailbox. It is parsed before any value is known, so that no value can become part of it.
 *   $A   the address            $U   the user: the local part that is looked up
 *   $D   the domain             $L   the same without `~` and `_` in front
 *   $H   its first label        $S   the subaddress; `$U` and `$L` are then always without it
 *   $$   a dollar sign          and the other substitutions of LDAP URLs
 * Ref: PMDF 3.1.1 (table 3-1), 3.2.7; RFC 4515
 */
import { splitAddress } from '../address/index.js';
import {
  type AddressFilter,
  type AddressValue,
  addressValueOf,
  type Filter,
  fillFilter,
  type ParsedTemplate,
  parseAddressFilter,
  printFilter,
} from '../ldap/index.js';

/** A filter with its text as written. */
export interface DirectoryFilter extends AddressFilter {
  readonly text: string;
}

/** Parses a filter. */
export function parseDirectoryFilter(text: string): ParsedTemplate<DirectoryFilter> {
  const parsed = parseAddressFilter(text);
  return 'error' in parsed ? parsed : { value: Object.freeze({ ...parsed.value, text }) };
}

function equal(attribute: string, part: AddressValue['part']): Filter<AddressValue> {
  return { kind: 'compare', by: '=', attribute, text: [{ value: { part, letters: 'original' } }] };
}

/** Without a filter of the site: the user, or the address. */
export const usualFilter: DirectoryFilter = {
  text: '(|(uid=$L)(mail=$A))',
  namesSubaddress: false,
  filter: { kind: 'or', filters: [equal('uid', 'plain-user'), equal('mail', 'address')] },
};

/**
 * Fills a filter for a mailbox; `localPart` may be another one than that of the address, without its subaddress. Null if nothing
 * can match.
 */
export function fillDirectoryFilter(
  { filter, namesSubaddress }: DirectoryFilter,
  address: string,
  localPart: string,
): string | null {
  const { domain } = splitAddress(address);
  const subject = { localPart, domain, upperDomain: null, isWhole: !namesSubaddress };
  const filled = fillFilter(filter, addressValueOf(subject));
  return filled === null ? null : printFilter(filled);
}
