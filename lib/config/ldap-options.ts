/*
 * The options of option.dat that are about LDAP. A setting of pmdf.yaml goes before its option. Other options are not read.
 *   LDAP_HOST        names of servers, with blanks or bars between them, asked in turn
 *   LDAP_PORT        their port, 389
 *   LDAP_TIMEOUT     hundredths of a second for one question, 200
 * Ref: PMDF 3.1.1, 3.3.1, 7.3.2
 */
import { addressBytes } from '../address/index.js';
import { parseAddressUrl } from '../ldap/index.js';
import {
  type DiagnosticCode,
  DiagnosticList,
  errorAt,
  type Parsed,
  type Span,
  type WrittenOption,
  warningAt,
} from '../text/index.js';
import { numberOf, type OptionsByName } from './option-file.js';
import { type AddressUrl, mostUplevel, mostUrlDepth, type OptionServers } from './settings/ldap.js';
import { domainNameOf } from './settings/names.js';
import type { SettingsFile } from './settings.js';

const aliasUrlNames = ['ALIAS_URL0', 'ALIAS_URL1', 'ALIAS_URL2', 'ALIAS_URL3'];
/** The options for each setting. */
const optionsOfSettings = [
  ['alias_urls', aliasUrlNames],
  ['reverse_url', ['REVERSE_URL']],
  ['max_urls', ['MAX_URLS']],
  ['domain_uplevel', ['DOMAIN_UPLEVEL']],
  ['host', ['LDAP_HOST']],
] as const;

/** The options that are read here, in capitals. */
export const ldapOptionNames: ReadonlySet<string> = new Set([
  ...optionsOfSettings.flatMap(([, names]) => names),
  'LDAP_PORT',
  'LDAP_TIMEOUT',
]);

const usualPort = 389;
const usualTimeout = 200;
const longestTimeout = 6_000;
const perSecond = 100;

class OptionReader {
  readonly found = new DiagnosticList();
  readonly #options: OptionsByName;

  constructor(options: OptionsByName) {
    this.#options = options;
  }

  option(name: string): WrittenOption | undefined {
    return this.#options.get(name);
  }

  error({ valueSpan }: WrittenOption, code: DiagnosticCode, message: string, hint?: string): null {
    this.found.push(errorAt(valueSpan, code, message, hint === undefined ? {} : { hint }));
    return null;
  }

  /** The number of an option; `usual` without it. */
  number<T>(name: string, least: number, most: number, usual: T): number | T {
    const option = this.option(name);
    if (option === undefined) return usual;
    const number = numberOf(option, least, most);
    if (typeof number === 'number') return number;
    this.error(option, 'option/value', number);
    return usual;
  }

  url(name: string): AddressUrl | null {
    const option = this.option(name);
    if (option === undefined || option.value === '') return null;
    const parsed = parseAddressUrl(option.value);
    if ('value' in parsed) return Object.freeze({ text: option.value, search: parsed.value });
    return this.error(option, 'ldap/url', parsed.error.message, parsed.error.hint);
  }

  /** The places of options, by the settings that they are. */
  places(): readonly (readonly [string, Span])[] {
    return optionsOfSettings.flatMap(([setting, names]) => {
      const first = names.map((name) => this.option(name)).find((option) => option !== undefined);
      return first === undefined ? [] : [[`ldap.${setting}`, first.nameSpan] as const];
    });
  }

  servers(): OptionServers | null {
    const port = this.number('LDAP_PORT', 1, 65_535, usualPort);
    const timeout = this.number('LDAP_TIMEOUT', 10, longestTimeout, usualTimeout) / perSecond;
    const option = this.option('LDAP_HOST');
    if (option === undefined || option.value === '') return null;
    const hosts: string[] = [];
    for (const host of option.value.split(/[\s|,]+/)) {
      if (addressBytes(host) === null && domainNameOf(host) === null) {
        return this.error(option, 'option/value', `\`${host}\` is not the name of a host`);
      }
      hosts.push(host.toLowerCase());
    }
    return Object.freeze({ hosts: Object.freeze(hosts), port, timeout });
  }
}

/** Adds what option.dat says about LDAP to the settings. */
export function withLdapOptions(settings: SettingsFile, options: OptionsByName): Parsed<SettingsFile> {
  const reader = new OptionReader(options);
  const { ldap, places } = settings;
  const isSet = (name: string): boolean => places.has(`ldap.${name}`);
  const urls = aliasUrlNames.map((name) => reader.url(name)).filter((url) => url !== null);
  const reverse = reader.url('REVERSE_URL');
  const maxUrls = reader.number('MAX_URLS', 1, mostUrlDepth, ldap.maxUrls);
  const uplevel = reader.number('DOMAIN_UPLEVEL', 0, mostUplevel, ldap.domainUplevel);
  const servers = reader.servers();
  const host = reader.option('LDAP_HOST');
  if (servers !== null && host !== undefined && ldap.store !== null) {
    const message = '`LDAP_HOST` has no effect, since pmdf.yaml names a store under `ldap`';
    reader.found.push(
      warningAt(host.nameSpan, 'option/without-effect', message, { hint: 'remove one of them' }),
    );
  }
  const value: SettingsFile = Object.freeze({
    ...settings,
    places: new Map([...reader.places(), ...places]),
    ldap: Object.freeze({
      ...ldap,
      aliasUrls: isSet('alias_urls') ? ldap.aliasUrls : Object.freeze(urls),
      reverseUrl: isSet('reverse_url') ? ldap.reverseUrl : reverse,
      maxUrls: isSet('max_urls') ? ldap.maxUrls : maxUrls,
      domainUplevel: isSet('domain_uplevel') ? ldap.domainUplevel : uplevel,
    }),
    ldapServers: ldap.store === null ? servers : null,
  });
  return { value, diagnostics: reader.found.all };
}
