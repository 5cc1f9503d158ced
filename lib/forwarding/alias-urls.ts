/*
 * Aliases in a directory: the URLs of ALIAS_URL0 to ALIAS_URL3 are asked in turn for an address, and the first that finds
 * anything counts. A value that is an LDAP URL is asked in its turn, MAX_URLS deep at most.
 * Ref: PMDF 3.1.1, 7.3.2
 */
import { splitAddress } from '../address/index.js';
import type { Environment, Lookup, ValuesAnswer } from '../engine/index.js';
import {
  type AddressValue,
  addressValueOf,
  askUrlValues,
  type LdapTemplate,
  parseUrl,
} from '../ldap/index.js';

/** URLs that are asked for addresses. */
export interface AliasUrls {
  readonly urls: readonly { readonly search: LdapTemplate<AddressValue> }[];
  /** How many may lead from one to the next. */
  readonly depth: number;
  /** Entries that one URL may find, and URLs that one address may need. */
  readonly most: number;
  /** The local domain of which a domain is a subdomain, for `$R`; null if there is none. */
  readonly upperDomainOf: (domain: string) => string | null;
}

const urlStart = /^ldap:\/\//i;

class UrlQuestions {
  readonly #urls: AliasUrls;
  readonly #environment: Environment;
  #asked = 0;

  constructor(urls: AliasUrls, environment: Environment) {
    this.#urls = urls;
    this.#environment = environment;
  }

  *ask(
    search: LdapTemplate<AddressValue>,
    valueFor: (value: AddressValue) => string | null,
    depth: number,
  ): Lookup<ValuesAnswer> {
    const { most, depth: deepest } = this.#urls;
    if (depth > deepest) {
      return { kind: 'failed', cause: `LDAP URLs lead from one to the next more than ${deepest} times` };
    }
    this.#asked += 1;
    if (this.#asked > most) return { kind: 'failed', cause: `more than ${most} LDAP URLs for one address` };
    this.#environment.budget.spend(1, 'LDAP URLs');
    const answer = yield* askUrlValues(search, valueFor, most, this.#environment);
    if (answer.kind !== 'values') return answer;
    const values: string[] = [];
    for (const value of answer.values) {
      if (!urlStart.test(value)) {
        values.push(value);
        continue;
      }
      const parsed = parseUrl<AddressValue>([value]);
      if ('error' in parsed) {
        return {
          kind: 'failed',
          cause: `\`${value}\` in the directory cannot be asked: ${parsed.error.message}`,
        };
      }
      const further = yield* this.ask(parsed.value, valueFor, depth + 1);
      if (further.kind === 'failed') return further;
      if (further.kind === 'values') for (const one of further.values) values.push(one);
    }
    return { kind: 'values', values };
  }
}

/** Asks the URLs for an address; `values` may be empty where URLs in the directory find nothing. */
export function* askAliasUrls(
  urls: AliasUrls,
  address: string,
  environment: Environment,
): Lookup<ValuesAnswer> {
  const { localPart, domain } = splitAddress(address);
  const upperDomain = domain === null ? null : urls.upperDomainOf(domain);
  const valueFor = addressValueOf({ localPart, domain, upperDomain });
  const questions = new UrlQuestions(urls, environment);
  for (const { search } of urls.urls) {
    const answer = yield* questions.ask(search, valueFor, 1);
    if (answer.kind !== 'absent') return answer;
  }
  return { kind: 'absent' };
}
