/*
 * Parses the answers: domains, networks, hosts. An invalid one is a UsageError that says what to write.
 */

import { canonicalAddress, foldDomain, type Network, parseNetwork } from '../../lib/address/index.js';
import { quoted, UsageError } from '../support/index.js';
import type { Listener } from './dispatcher/haraka-settings.js';
import type { MailHost } from './site.js';

const longestName = 253;
const label = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const smtpPort = 25;
const greatestPort = 65_535;

/** Splits words at commas: `a,b` is the same as `a b`. */
export function listOf(words: readonly string[]): string[] {
  return words
    .flatMap((word) => word.split(','))
    .flatMap((word) => (word.trim() === '' ? [] : [word.trim()]));
}

function wrong(written: string, what: string, hint: string): UsageError {
  return new UsageError(`${quoted(written)} ${what}`, hint);
}

function isHostName(name: string): boolean {
  if (name.length > longestName) return false;
  const labels = name.split('.');
  return labels.every((one) => label.test(one)) && !/^[0-9]+$/.test(labels.at(-1) ?? '');
}

/** Parses a domain of the site, to ASCII in lower case. Throws UsageError. */
function readDomain(written: string): string {
  const at = written.lastIndexOf('@');
  if (at !== -1)
    throw wrong(written, 'is not a domain', `write the part after the \`@\`: ${written.slice(at + 1)}`);
  const below = /^\*?\.(.*)$/.exec(written);
  if (below !== null) {
    const hint = `write \`${below[1] ?? ''}\`, which includes the hosts below it`;
    throw wrong(written, 'is not a domain', hint);
  }
  if (canonicalAddress(written) !== null || written.startsWith('['))
    throw wrong(written, 'is an address, not a domain', 'give networks with `--internal`');
  const name = foldDomain(written);
  if (!isHostName(name)) throw wrong(written, 'is not a domain', 'a domain is written like `example.org`');
  if (!name.includes('.'))
    throw wrong(
      written,
      'is a host name, not a domain',
      `write the full name, such as \`${name}.example.org\``,
    );
  return name;
}

/** Parses the domains, without duplicates, in order. Throws UsageError. */
export function readDomains(written: readonly string[]): string[] {
  return [...new Set(listOf(written).map(readDomain))];
}

function octetsHint(written: string): string | null {
  if (!/^[0-9]{1,3}(?:\.[0-9]{1,3}){0,2}\.?$/.test(written)) return null;
  const octets = written.replace(/\.$/, '').split('.');
  const zeros = new Array<string>(4 - octets.length).fill('0');
  return `did you mean \`${[...octets, ...zeros].join('.')}/${octets.length * 8}\`?`;
}

/** Parses an internal network, or a single address. Throws UsageError. */
export function readNetwork(written: string): Network {
  const network = parseNetwork(written);
  if (network === null) {
    const hint = octetsHint(written) ?? 'a network is written like `10.20.0.0/16` or `2001:db8::/32`';
    throw wrong(written, 'is not a network', hint);
  }
  const { address, prefixLength } = network;
  if (network.hasHostBits) {
    const hint = `did you mean \`${address}/${prefixLength}\`, or \`${written.replace(/\/.*$/, '')}\` alone?`;
    throw wrong(written, 'has bits set after its prefix', hint);
  }
  if (prefixLength === 0)
    throw wrong(written, 'is every address', 'internal clients may relay; name your own networks');
  return network;
}

/** Parses the internal networks, without duplicates. Throws UsageError. */
export function readNetworks(written: readonly string[]): Network[] {
  const networks = listOf(written).map(readNetwork);
  const byText = new Map(networks.map((one) => [`${one.address}/${one.prefixLength}`, one]));
  return [...byText.values()];
}

function readPort(written: string, whole: string): number {
  const port = /^[0-9]{1,5}$/.test(written) ? Number(written) : 0;
  if (port >= 1 && port <= greatestPort) return port;
  throw new UsageError(`the port in ${quoted(whole)} is not valid`, 'a port is a number from 1 to 65535');
}

/** Splits `host:port` and `[v6]:port`; a bare host or IPv6 address has no port. */
function splitPort(written: string): { readonly host: string; readonly port: string | null } {
  const bracketed = /^\[([^\]]*)\](?::(.*))?$/.exec(written);
  if (bracketed !== null) return { host: bracketed[1] ?? '', port: bracketed[2] ?? null };
  if (canonicalAddress(written) !== null) return { host: written, port: null };
  const colon = written.lastIndexOf(':');
  if (colon === -1) return { host: written, port: null };
  return { host: written.slice(0, colon), port: written.slice(colon + 1) };
}

/** Parses the name of a host, or an address. Throws UsageError. */
export function readHost(written: string, whole = written): string {
  const address = canonicalAddress(written);
  if (address !== null) return address;
  const name = foldDomain(written);
  if (isHostName(name)) return name;
  throw wrong(
    whole,
    'is not a host',
    'a host is written like `mail.example.org`, `192.0.2.25:25` or `[2001:db8::25]:25`',
  );
}

/** Parses the mail server, `host` or `host:port`. Throws UsageError. */
export function readMailHost(written: string): MailHost {
  const { host, port } = splitPort(written);
  return { host: readHost(host, written), port: port === null ? smtpPort : readPort(port, written) };
}

/** Parses where to listen: `port`, `address:port` or `[v6]:port`. Throws UsageError. */
export function readListener(written: string): Listener {
  if (/^[0-9]+$/.test(written)) return { address: null, port: readPort(written, written), isTls: false };
  const { host, port } = splitPort(written);
  const address = canonicalAddress(host);
  if (address === null || port === null)
    throw wrong(
      written,
      'is not an address and port to listen on',
      'write an address and a port, such as `192.0.2.1:25` or `[2001:db8::1]:25`, or a port alone',
    );
  return { address, port: readPort(port, written), isTls: false };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}

/** Refuses a mail server that is the gateway itself. Throws UsageError. */
export function refuseItself({ host, port }: MailHost, listeners: readonly Listener[]): void {
  const all = listeners.length > 0 ? listeners : [{ address: null, port: smtpPort }];
  const own = all.find((one) => {
    if (one.port !== port) return false;
    return one.address === null ? isLoopback(host) : one.address === host;
  });
  if (own === undefined) return;
  throw new UsageError(
    `the gateway itself listens on port ${port} of ${quoted(host)}, so mail would loop`,
    'let the mail server listen elsewhere, such as on 127.0.0.1:10025, and give that',
  );
}
