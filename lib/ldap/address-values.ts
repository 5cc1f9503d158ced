/*
 * The substitutions of URLs that are asked for an address, which are not those of rewrite templates:
 *   $A address   $D domain   $H first label of the domain   $L user without leading `~` and `_`   $S subaddress   $U user
 *   $$ a dollar      $\ $^ $_   lower, upper, original case of what is put in      $=   quoting, which is always on
 *   $R           filter: mail, mailAlternateAddress or mailEquivalentAddress is the address, or the address in the domain
 *                of which its own is a subdomain
 * Ref: PMDF 3.1.1; Messaging Server 5.2 Table 11-5
 */
import { dequote, quote, releaseBars, splitSubaddress } from '../address/index.js';
import type { Filter } from './filter.js';
import { inLetters, type Letters } from './letters.js';
import { TemplateFault, type TextPart } from './template-text.js';
import { catchFault, type LdapTemplate, type ParsedTemplate, parseFilter, parseUrl } from './url.js';

/** A part of an address that a URL names, and its case. */
export interface AddressValue {
  readonly part: 'address' | 'domain' | 'host' | 'plain-user' | 'subaddress' | 'user' | 'upper-address';
  readonly letters: Letters;
}

/** The address that a URL is asked for. */
export interface AddressSubject {
  /** As in an address, with its quotes. */
  readonly localPart: string;
  readonly domain: string | null;
  /** The domain of which the address's own is a subdomain, for `$R`; null to leave it out. */
  readonly upperDomain: string | null;
  /** Whether `$U` and `$L` are the whole local part, with its subaddress; without it they are not. */
  readonly isWhole?: boolean;
}

const parts: ReadonlyMap<string, AddressValue['part']> = new Map([
  ['A', 'address'],
  ['D', 'domain'],
  ['H', 'host'],
  ['L', 'plain-user'],
  ['S', 'subaddress'],
  ['U', 'user'],
]);

const letterForms: ReadonlyMap<string, Letters> = new Map([
  ['\\', 'lower'],
  ['^', 'upper'],
  ['_', 'original'],
]);

/** The attributes with addresses of the schema of iPlanet Messaging Server 5. */
const addressAttributes = ['mail', 'mailAlternateAddress', 'mailEquivalentAddress'];

function addressFilter(letters: Letters): readonly TextPart<AddressValue>[] {
  const values = (['upper-address', 'address'] as const).map((part) => ({ value: { part, letters } }));
  return [
    '(|',
    ...addressAttributes.flatMap((attribute) => values.flatMap((value) => [`(${attribute}=`, value, ')'])),
    ')',
  ];
}

/** Takes a text with the substitutions of Table 3-1 apart. Throws TemplateFault. */
export function addressParts(text: string): readonly TextPart<AddressValue>[] {
  const found: TextPart<AddressValue>[] = [];
  let letters: Letters = 'original';
  let from = 0;
  for (let dollar = text.indexOf('$'); dollar !== -1; dollar = text.indexOf('$', from)) {
    if (dollar > from) found.push(text.slice(from, dollar));
    const sign = text.charAt(dollar + 1);
    from = dollar + 2;
    const part = parts.get(sign.toUpperCase());
    const form = letterForms.get(sign);
    if (part !== undefined) found.push({ value: { part, letters } });
    else if (form !== undefined) letters = form;
    else if (sign === '$') found.push('$');
    else if (sign === 'R' || sign === 'r') for (const one of addressFilter(letters)) found.push(one);
    else if (sign === '~') {
      throw new TemplateFault(
        'home directories of accounts (`$~`) are not provided',
        'write the text itself',
      );
    } else if (sign !== '=') {
      const hint = 'it has `$A`, `$D`, `$H`, `$L`, `$S`, `$U` and `$R`; a dollar sign is written `$$`';
      throw new TemplateFault(`\`$${sign}\` has no meaning in LDAP URLs and their filters`, hint);
    }
  }
  if (from < text.length) found.push(text.slice(from));
  return found;
}

/** Parses a URL with the substitutions of Table 3-1. */
export function parseAddressUrl(text: string): ParsedTemplate<LdapTemplate<AddressValue>> {
  const taken = catchFault(() => addressParts(text));
  return 'error' in taken ? taken : parseUrl(taken.value);
}

/** A filter with the substitutions of Table 3-1. */
export interface AddressFilter {
  readonly filter: Filter<AddressValue>;
  /** Whether it asks for the subaddress by `$S`. */
  readonly namesSubaddress: boolean;
}

/** Parses a filter with the substitutions of Table 3-1. */
export function parseAddressFilter(text: string): ParsedTemplate<AddressFilter> {
  const taken = catchFault(() => addressParts(text));
  if ('error' in taken) return taken;
  const filter = parseFilter(taken.value);
  if ('error' in filter) return filter;
  const namesSubaddress = taken.value.some(
    (part) => typeof part !== 'string' && part.value.part === 'subaddress',
  );
  return { value: { filter: filter.value, namesSubaddress } };
}

function partOf(
  { localPart, domain, upperDomain, isWhole = false }: AddressSubject,
  part: AddressValue['part'],
): string | null {
  const { user, detail } = isWhole ? { user: localPart, detail: null } : splitSubaddress(localPart);
  const at = (name: string | null): string => {
    const local = quote(dequote(localPart));
    return name === null ? local : `${local}@${name}`;
  };
  switch (part) {
    case 'address':
      return at(domain);
    case 'upper-address':
      return upperDomain === null ? null : at(upperDomain);
    case 'domain':
      return domain ?? '';
    case 'host':
      return domain?.split('.')[0] ?? '';
    case 'user':
      return dequote(user);
    case 'plain-user':
      return dequote(user).replace(/^[~_]+/, '');
    case 'subaddress':
      return detail ?? '';
  }
}

/** The text of a value for an address. */
export function addressValueOf(subject: AddressSubject): (value: AddressValue) => string | null {
  return ({ part, letters }) => {
    const found = partOf(subject, part);
    return found === null ? null : inLetters(releaseBars(found), letters);
  };
}
