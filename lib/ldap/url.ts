/*
 * LDAP URLs in which values are put: ldap:///dn?attributes?scope?filter, with `%XX` for an octet. The URL is taken apart
 * before any value is known, and each value is escaped for its place, so that none can change what is searched.
 * Ref: PMDF 2.2.6.4; RFC 4516
 */
import type { LdapSearch } from '../engine/index.js';
import { type DnTemplate, fillDn, parseDnSigns } from './dn.js';
import {
  attributeName,
  type Filter,
  fillFilter,
  type PlainFilter,
  parseFilterSigns,
  printFilter,
} from './filter.js';
import {
  plainText,
  type Sign,
  signsOf,
  splitSigns,
  TemplateFault,
  type TextPart,
  type ValueOf,
  withoutOctets,
} from './template-text.js';

/** A search in which values are put. */
export interface LdapTemplate<V> {
  readonly dn: DnTemplate<V>;
  readonly attributes: readonly string[];
  readonly scope: LdapSearch['scope'];
  readonly filter: Filter<V>;
}

/** What is wrong with a template, in words for `pmdf check`. */
export interface TemplateError {
  readonly message: string;
  readonly hint: string | undefined;
}

export type ParsedTemplate<T> = { readonly value: T } | { readonly error: TemplateError };

const scopes: ReadonlyMap<string, LdapSearch['scope']> = new Map([
  ['', 'base'],
  ['base', 'base'],
  ['one', 'one'],
  ['sub', 'sub'],
]);

const start = 'ldap:///';
const form = 'ldap:///dn?attribute?scope?filter';
const everyEntry: PlainFilter = { kind: 'present', attribute: 'objectClass' };

/** Runs a parser; what it throws as TemplateFault becomes the error. */
export function catchFault<T>(parse: () => T): ParsedTemplate<T> {
  try {
    return { value: parse() };
  } catch (fault) {
    if (!(fault instanceof TemplateFault)) throw fault;
    return { error: { message: fault.message, hint: fault.hint } };
  }
}

function attributesIn<V>(signs: readonly Sign<V>[]): readonly string[] {
  const written = plainText(withoutOctets(signs, '%'), 'the list of attributes').trim();
  if (written === '' || written === '*') {
    throw new TemplateFault('the URL names no attribute, so it has no result', `write \`${form}\``);
  }
  return written.split(',').map((one) => attributeName(one.trim()));
}

function scopeIn<V>(signs: readonly Sign<V>[]): LdapSearch['scope'] {
  const written = plainText(signs, 'the scope').trim();
  const scope = scopes.get(written.toLowerCase());
  if (scope !== undefined) return scope;
  throw new TemplateFault(`\`${written}\` is not a scope`, 'the scopes are `base`, `one` and `sub`');
}

function parseSigns<V>(signs: readonly Sign<V>[]): LdapTemplate<V> {
  const head = signs.slice(0, start.length);
  if (head.join('').toLowerCase() !== start || head.some((sign) => typeof sign !== 'string')) {
    const isLdap = /^ldaps?:\/\//i.test(head.filter((sign) => typeof sign === 'string').join(''));
    if (isLdap) {
      throw new TemplateFault(
        'an LDAP URL has no host and port here',
        'write `ldap:///`; the servers are set by LDAP_HOST and LDAP_PORT, or under `ldap` in pmdf.yaml',
      );
    }
    throw new TemplateFault('the text is not an LDAP URL', `write \`${form}\``);
  }
  const [dn = [], attributes = [], scope = [], filter = [], ...more] = splitSigns(
    signs.slice(start.length),
    '?',
  );
  if (more.length > 0)
    throw new TemplateFault('extensions of LDAP URLs are not supported', `write \`${form}\``);
  return {
    dn: parseDnSigns(withoutOctets(dn, '%')),
    attributes: attributesIn(attributes),
    scope: scopeIn(scope),
    filter: filter.length === 0 ? everyEntry : parseFilterSigns(withoutOctets(filter, '%')),
  };
}

/** Parses the text of a URL and the places of values in it. */
export function parseUrl<V>(parts: readonly TextPart<V>[]): ParsedTemplate<LdapTemplate<V>> {
  return catchFault(() => parseSigns(signsOf(parts)));
}

/** Parses a DN, as for the search base of a database. */
export function parseDn<V>(parts: readonly TextPart<V>[]): ParsedTemplate<DnTemplate<V>> {
  return catchFault(() => parseDnSigns(signsOf(parts)));
}

/** Adds the outer parentheses where a filter lacks them, as Postfix allows. */
export function withParentheses<V>(parts: readonly TextPart<V>[]): readonly TextPart<V>[] {
  const [first] = parts;
  return typeof first === 'string' && first.startsWith('(') ? parts : ['(', ...parts, ')'];
}

/** Parses a filter, as for a database or a directory channel. */
export function parseFilter<V>(parts: readonly TextPart<V>[]): ParsedTemplate<Filter<V>> {
  return catchFault(() => parseFilterSigns(signsOf(parts)));
}

/** A search whose filter is not written as text. */
export type FilledSearch = Omit<LdapSearch, 'filter'> & { readonly filter: PlainFilter };

/** Puts the values in, for a search of at most so many entries; null where nothing can match. */
export function fillSearch<V>(
  { dn, attributes, scope, filter }: LdapTemplate<V>,
  valueFor: ValueOf<V>,
  most: number,
): FilledSearch | null {
  const base = fillDn(dn, valueFor);
  const filled = fillFilter(filter, valueFor);
  if (base === null || filled === null) return null;
  const baseMayLack = dn.some(({ text }) => text.some((part) => typeof part !== 'string'));
  return { base, scope, filter: filled, attributes, most, baseMayLack };
}

/** The same with the filter as text, each value escaped for its place. */
export function fillTemplate<V>(
  template: LdapTemplate<V>,
  valueFor: ValueOf<V>,
  most: number,
): LdapSearch | null {
  const filled = fillSearch(template, valueFor, most);
  return filled === null ? null : { ...filled, filter: printFilter(filled.filter) };
}

const plainInUrl = /[^A-Za-z0-9\-._~:/@!$&'()*+,;=]/gu;

function percentEncoded(text: string): string {
  return text.replace(plainInUrl, (one) => {
    let encoded = '';
    for (const octet of new TextEncoder().encode(one)) {
      encoded += `%${octet.toString(16).toUpperCase().padStart(2, '0')}`;
    }
    return encoded;
  });
}

/** Prints a search as a URL, for traces and logs. */
export function printUrl({
  base,
  attributes,
  scope,
  filter,
}: Pick<LdapSearch, 'base' | 'attributes' | 'scope' | 'filter'>): string {
  return `${start}${percentEncoded(base)}?${attributes.join(',')}?${scope}?${percentEncoded(filter)}`;
}
