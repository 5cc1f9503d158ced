/*
 * An address as it goes over the wire: its domain and the hosts of its route in wire form.
 * A local part stays as it is, since only the host that delivers it may read it. So a host beyond ASCII that it routes to
 * is not mapped on the wire: it has to be a host name already, in U-labels that any server reads alike.
 * Ref: RFC 5321 4.1.2; RFC 6531 3.2, 3.3
 */

import { type Address, printAddress, splitAddress } from './address.js';
import { asciiDomain, type HostNames, unicodeDomain, wireDomain } from './domain.js';
import { routingHosts } from './hops.js';

const nonAscii = /[^\x00-\x7f]/;

/** Gives an address in wire form; null when a host in it is not a host name or an address literal. */
export function wireAddress(address: Address, names: HostNames = 'strict'): Address | null {
  const domain = address.domain === null ? null : wireDomain(address.domain, names);
  if (domain === null && address.domain !== null) return null;
  const route: string[] = [];
  for (const host of address.route) {
    const wired = wireDomain(host, names);
    if (wired === null) return null;
    route.push(wired);
  }
  return routesToNoName(address) ? null : { ...address, route, domain };
}

/** Whether the local part routes to a host beyond ASCII that some server would map to another, or to no host. */
function routesToNoName(address: Address): boolean {
  if (!nonAscii.test(address.localPart)) return false;
  return routingHosts(address).some((host) => nonAscii.test(host) && !isInULabels(host));
}

function isInULabels(host: string): boolean {
  const wire = wireDomain(host);
  return wire !== null && unicodeDomain(wire) === host.toLowerCase();
}

/**
 * Writes the hosts beyond ASCII of an address that we made in wire form; the others keep the case in which the
 * configuration has them.
 */
export function wireHosts(address: Address): Address {
  const domain = address.domain === null ? null : asciiDomain(address.domain);
  return { ...address, route: address.route.map(asciiDomain), domain };
}

/** The same for an address as text. */
export function inWireForm(text: string): string {
  return printAddress(wireHosts(splitAddress(text)));
}

/** Tells whether a text lost octets on its way here: those that were not UTF-8 became U+FFFD. */
export function isDamaged(text: string): boolean {
  return text.includes('\ufffd');
}
