/*
 * The option file of a directory channel, `directory_option` for the channel `directory`:
 *   domain=service-type     0 a database of `pmdf crdb`, 2 LDAP
 *   DEFAULT_METHOD=0        the service type of all other domains
 *   INLINE_AMBIGUOUS=1      an ambiguous name is refused; 0: the sender gets a notice with the candidates
 *   LDAP_SERVERS=host1+port1|host2
 *   LDAP_BASE=dn
 *   TLS_MODE=1              1 STARTTLS, 2 TLS from the start, 0 none
 * Service types 1, 3 (ALL-IN-1) and 4 (CCSO) are errors, and so is any other option.
 * Ref: PMDF 3.2.3, 3.2.7
 */
import { foldDomain, parseIpv6, wireDomain } from '../address/index.js';
import {
  type Diagnostic,
  type DiagnosticCode,
  errorAt,
  integerOf,
  nearest,
  type Parsed,
  parseOptionFile,
  type SourceFile,
  type Span,
  startOf,
  type WrittenOption,
} from '../text/index.js';
import type { DirectoryServer, DirectoryTls } from './directory.js';
import { type DomainSetting, type PlacedSetting, usualSearch } from './directory-setting.js';

/** The name of the option file of a channel, beside pmdf.cnf. */
export function optionFileOf(channel: string): string {
  return `${channel}_option`;
}

const optionNames = ['DEFAULT_METHOD', 'INLINE_AMBIGUOUS', 'LDAP_BASE', 'LDAP_SERVERS', 'TLS_MODE'] as const;

const usualPort = 389;

/** Reads one server of `LDAP_SERVERS`, `host+port` or `host`; null if it is not one. */
function serverOf(written: string): DirectoryServer | null {
  const plus = written.indexOf('+');
  const host = (plus === -1 ? written : written.slice(0, plus)).trim().toLowerCase();
  const portText = plus === -1 ? String(usualPort) : written.slice(plus + 1).trim();
  const port = /^[0-9]{1,5}$/.test(portText) ? Number(portText) : 0;
  const isHost = wireDomain(host, 'underscores') !== null || parseIpv6(host) !== null;
  return isHost && port > 0 && port < 65536 ? { host, port } : null;
}

/** Reads the value of `LDAP_SERVERS`: the servers in the order in which they are tried; null if one is wrong. */
export function parseServers(value: string): readonly DirectoryServer[] | null {
  const servers = value.split('|').map(serverOf);
  return servers.every((one) => one !== null) ? servers : null;
}

const tlsModes: readonly DirectoryTls[] = ['off', 'starttls', 'on'];

function sourceOf(type: number): DomainSetting | null {
  if (type === 0) return { kind: 'database', file: null };
  return type === 2 ? { kind: 'ldap', base: null, scope: null, filter: null, attribute: null } : null;
}

const foreignTypes: ReadonlyMap<number, string> = new Map([
  [3, 'ALL-IN-1'],
  [4, 'CCSO'],
]);

class OptionReader {
  readonly diagnostics: Diagnostic[] = [];
  readonly domains = new Map<string, DomainSetting>();
  readonly places = new Map<string, Span>();
  defaultMethod: 'crdb' | 'ldap' | null = null;
  inlineAmbiguous: 'refuse' | 'bounce' = 'refuse';
  servers: readonly DirectoryServer[] | null = null;
  base: string | null = null;
  tls: DirectoryTls | null = null;
  /** The first place that asks for LDAP. */
  asksLdap: Span | null = null;
  /** The first place of each option and domain. */
  readonly #known = new Map<string, Span>();

  read(option: WrittenOption): void {
    const name = option.name.toUpperCase();
    const known = optionNames.find((one) => one === name);
    const key = known ?? foldDomain(option.name);
    const first = this.#known.get(key);
    if (first !== undefined) {
      this.#error(option.nameSpan, 'directory/twice', `\`${option.name}\` is given twice`, [
        { message: 'first here', span: first },
      ]);
      return;
    }
    this.#known.set(key, option.nameSpan);
    if (known === undefined) this.#readDomain(option);
    else this.#readOption(known, option);
  }

  #error(span: Span, code: DiagnosticCode, message: string, related?: Diagnostic['related']): void {
    this.diagnostics.push(errorAt(span, code, message, related === undefined ? {} : { related }));
  }

  #readDomain(option: WrittenOption): void {
    const { name, nameSpan, valueSpan } = option;
    const domain = name.includes('.') ? wireDomain(name, 'underscores') : null;
    if (domain === null) {
      const meant = nearest(name.toUpperCase(), optionNames);
      const hint =
        meant === undefined
          ? 'a line is `domain=0`, `domain=2`, or one of the options of docs/directory.md'
          : `did you mean \`${meant}\`?`;
      const message = `\`${name}\` is neither a domain nor an option of directory channels`;
      this.diagnostics.push(errorAt(nameSpan, 'directory/option', message, { hint }));
      return;
    }
    const type = this.#serviceType(option, domain);
    const source = type === null ? null : sourceOf(type);
    if (source === null) return;
    this.domains.set(foldDomain(domain), source);
    this.places.set(foldDomain(domain), nameSpan);
    if (source.kind === 'ldap') this.asksLdap ??= valueSpan;
  }

  /** The service type, if it is one that is provided; reports it otherwise. */
  #serviceType({ value, valueSpan }: WrittenOption, what: string): number | null {
    const type = integerOf(value);
    if (type !== null && sourceOf(type) !== null) return type;
    const program = foreignTypes.get(type ?? -1);
    const message =
      program === undefined
        ? `\`${value}\` is not a service type (${what})`
        : `type ${value} is not provided (${what}): it is ${program}`;
    const hint = 'write 0 for a database made by `pmdf crdb`, or 2 for LDAP';
    this.diagnostics.push(errorAt(valueSpan, 'directory/service-type', message, { hint }));
    return null;
  }

  #oneOf(option: WrittenOption, most: number): number | null {
    const number = integerOf(option.value);
    if (number !== null && number >= 0 && number <= most) return number;
    const message = `\`${option.name}\` is a number from 0 to ${most}, not \`${option.value}\``;
    this.#error(option.valueSpan, 'directory/option', message);
    return null;
  }

  #readOption(name: (typeof optionNames)[number], option: WrittenOption): void {
    switch (name) {
      case 'DEFAULT_METHOD': {
        const type = this.#serviceType(option, 'DEFAULT_METHOD');
        if (type === null) return;
        this.defaultMethod = type === 2 ? 'ldap' : 'crdb';
        if (type === 2) this.asksLdap ??= option.valueSpan;
        return;
      }
      case 'INLINE_AMBIGUOUS':
        if (this.#oneOf(option, 1) === 0) this.inlineAmbiguous = 'bounce';
        return;
      case 'TLS_MODE':
        this.tls = tlsModes[this.#oneOf(option, 2) ?? -1] ?? null;
        return;
      case 'LDAP_BASE':
        this.base = option.value;
        return;
      case 'LDAP_SERVERS':
        this.servers = parseServers(option.value);
        if (this.servers === null) {
          const message = '`LDAP_SERVERS` is `host+port|host+port`, with names or addresses of hosts';
          this.#error(option.valueSpan, 'directory/option', message);
        }
        return;
    }
  }
}

/** Reads the option file of a directory channel. */
export function parseDirectoryOptions(source: SourceFile): Parsed<PlacedSetting> {
  const { value: options, diagnostics } = parseOptionFile(source);
  const reader = new OptionReader();
  for (const option of options) reader.read(option);
  const { domains, places, defaultMethod, inlineAmbiguous, servers, base, tls, asksLdap } = reader;
  const ldap =
    servers === null && base === null ? null : { ...usualSearch, servers: servers ?? [], base, tls };
  const setting = { domains, defaultMethod, inlineAmbiguous, ldap };
  const span = asksLdap ?? startOf(source);
  return { value: { setting, places, span }, diagnostics: [...diagnostics, ...reader.diagnostics] };
}
