/*
 * Reads what was answered: domains, networks, hosts. Whatever cannot be meant is a UsageError that says what to write.
 */

import { canonicalAddress, foldDomain, type Network, parseNetwork } from '../../lib/address/index.js';
import { quoted, UsageError } from '../support/index.js';
import type { Listener } from './dispatcher/haraka-settings.js';
import type { MailHost } from './site.js';

const longestName = 253;
const label = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const smtpPort = 25;
const greatestPort = 65_535;

/** Splits words at commas, so that `a,b` and `a b` are the same. */
export function listOf(words: readonly string[]): string[] {
  return words
    .flatMap((word) => word.split(','))
    .flatMap((word) => (word.trim() === '' ? [] : [word.trim()]));
}

function isHostName(name: string): boolean {
  if (name.length > longestName) return false;
  const labels = name.split('.');
  return labels.every((one) => label.test(one)) && !/^[0-9]+$/.test(labels.at(-1) ?? '');
}

function asciiName(written: string): string {
  return foldDomain(written);
}

/** Reads a domain of the site; in ASCII and lower case. Throws UsageError. */
export function readDomain(written: string): string {
  const at = written.lastIndexOf('@');
  if (at !== -1)
    throw new UsageError(
      `${quoted(written)} is no domain`,
      `write what stands behind the \`@\`: ${written.slice(at + 1)}`,
    );
  const below = /^\*?\.(.*)$/.exec(written);
  if (below !== null) {
    const hint = `write \`${below[1] ?? ''}\`; the hosts below it are taken too`;
    throw new UsageError(`${quoted(written)} is no domain`, hint);
  }
  if (canonicalAddress(written) !== null || written.startsWith('['))
    throw new UsageError(
      `${quoted(written)} is an address, and no domain`,
      'networks are given with `--internal`',
    );
  const name = asciiName(written);
  if (!isHostName(name))
    throw new UsageError(`${quoted(written)} is no domain`, 'a domain is written like `example.org`');
  if (!name.includes('.'))
    throw new UsageError(
      `${quoted(written)} is a host name, and no domain`,
      `write it in full: \`${name}.example.org\``,
    );
  return name;
}

/** Reads the domains, each once, in order. Throws UsageError. */
export function readDomains(written: readonly string[]): string[] {
  return [...new Set(listOf(written).map(readDomain))];
}

function octetsHint(written: string): string | null {
  if (!/^[0-9]{1,3}(?:\.[0-9]{1,3}){0,2}\.?$/.test(written)) return null;
  const octets = written.replace(/\.$/, '').split('.');
  const zeros = new Array<string>(4 - octets.length).fill('0');
  return `did you mean \`${[...octets, ...zeros].join('.')}/${octets.length * 8}\`?`;
}

/** Reads an internal network, or a single address. Throws UsageError. */
export function readNetwork(written: string): Network {
  const network = parseNetwork(written);
  if (network === null) {
    const hint = octetsHint(written) ?? 'a network is written like `10.20.0.0/16` or `2001:db8::/32`';
    throw new UsageError(`${quoted(written)} is no network`, hint);
  }
  const { address, prefixLength } = network;
  if (network.hasHostBits) {
    const hint = `did you mean \`${address}/${prefixLength}\`, or \`${written.replace(/\/.*$/, '')}\` alone?`;
    throw new UsageError(`${quoted(written)} has bits behind its prefix`, hint);
  }
  if (prefixLength === 0)
    throw new UsageError(
      `${quoted(written)} is everybody`,
      'whoever is internal may relay; name your own networks',
    );
  return network;
}

/** Reads the internal networks, each once. Throws UsageError. */
export function readNetworks(written: readonly string[]): Network[] {
  const networks = listOf(written).map(readNetwork);
  const byText = new Map(networks.map((one) => [`${one.address}/${one.prefixLength}`, one]));
  return [...byText.values()];
}

function readPort(written: string, whole: string): number {
  const port = /^[0-9]{1,5}$/.test(written) ? Number(written) : 0;
  if (port >= 1 && port <= greatestPort) return port;
  throw new UsageError(`the port in ${quoted(whole)} is none`, 'a port is a number from 1 to 65535');
}

/** Parts `host`, `host:port`, `[v6]:port` and bare IPv6 addresses. */
function parted(written: string): { readonly host: string; readonly port: string | null } {
  const bracketed = /^\[([^\]]*)\](?::(.*))?$/.exec(written);
  if (bracketed !== null) return { host: bracketed[1] ?? '', port: bracketed[2] ?? null };
  if (canonicalAddress(written) !== null) return { host: written, port: null };
  const colon = written.lastIndexOf(':');
  if (colon === -1) return { host: written, port: null };
  return { host: written.slice(0, colon), port: written.slice(colon + 1) };
}

/** Reads the name of a host, or an address. Throws UsageError. */
export function readHost(written: string, whole = written): string {
  const address = canonicalAddress(written);
  if (address !== null) return address;
  const name = asciiName(written);
  if (isHostName(name)) return name;
  throw new UsageError(
    `${quoted(whole)} names no host`,
    'a host is written like `mail.example.org`, `192.0.2.25:25` or `[2001:db8::25]:25`',
  );
}

/** Reads the mail server behind, `host` or `host:port`. Throws UsageError. */
export function readMailHost(written: string): MailHost {
  const { host, port } = parted(written);
  return { host: readHost(host, written), port: port === null ? smtpPort : readPort(port, written) };
}

/** Reads where to listen: `port`, `address:port` or `[v6]:port`. Throws UsageError. */
export function readListener(written: string): Listener {
  if (/^[0-9]+$/.test(written)) return { address: null, port: readPort(written, written), isTls: false };
  const { host, port } = parted(written);
  const address = canonicalAddress(host);
  if (address === null || port === null)
    throw new UsageError(
      `${quoted(written)} is nothing to listen on`,
      'write an address and a port, `192.0.2.1:25` or `[2001:db8::1]:25`, or a port alone',
    );
  return { address, port: readPort(port, written), isTls: false };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}

/** Refuses a mail server behind that is the gateway itself: mail would go round. Throws UsageError. */
export function refuseItself({ host, port }: MailHost, listeners: readonly Listener[]): void {
  const all = listeners.length > 0 ? listeners : [{ address: null, port: smtpPort }];
  const own = all.find((one) => {
    if (one.port !== port) return false;
    return one.address === null ? isLoopback(host) : one.address === host;
  });
  if (own === undefined) return;
  throw new UsageError(
    `the gateway itself listens on port ${port} of ${quoted(host)}, so mail would go round`,
    'give the mail server another port, such as 127.0.0.1:10025, and name that',
  );
}
