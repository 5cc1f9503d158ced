/*
 * Which servers are this gateway itself: an address of this host at a port where Haraka listens, a public address that the
 * settings name, or, for a domain, an MX record with the gateway's own name. Another server on this host, at another port, is
 * not.
 * Ref: RFC 5321 5.1
 */
import { networkInterfaces } from 'node:os';
import { addressBytes } from '../../lib/address/index.js';
import { type Exchange, type HarakaPlugin, type Listener, listenAddresses } from '../haraka/index.js';
import { gateway } from '../support/index.js';

const mailPort = 25;

/** What an address is compared with. */
export interface Own {
  readonly listeners: readonly Listener[];
  /** Addresses of the host. */
  readonly host: () => readonly string[];
  /** Addresses under which mail is passed on to the gateway. */
  readonly public: readonly string[];
}

/** Equal for all spellings of an address; mapped IPv4 addresses are IPv4. */
function keyOf(address: string): string | null {
  return addressBytes(address)?.join('.') ?? null;
}

const anyAddress = new Set(['0.0.0.0', '::'].map(keyOf));
const localhost = new Set(['127.0.0.1', '::1'].map(keyOf));

/** Whether a listener accepts connections to an address of this host. */
function accepts({ host }: Listener, key: string): boolean {
  if (host.toLowerCase() === 'localhost') return localhost.has(key);
  const own = keyOf(host);
  // IPv4 connections come to a listener of IPv6 as well.
  const isAny = own !== null && anyAddress.has(own) && (own.length > 7 || key.split('.').length === 4);
  return isAny || own === key;
}

/** Whether mail sent to an address and port comes to the gateway. */
export function isOwnAddress(address: string, port: number, own: Own): boolean {
  const listeners = own.listeners.filter((one) => one.port === port);
  if (listeners.length === 0 && port !== mailPort) return false;
  const key = keyOf(address);
  if (key === null) return false;
  if (own.public.some((one) => keyOf(one) === key)) return true;
  if (listeners.length === 0) return false;
  // To connect to "any address" is to connect to this host.
  if (anyAddress.has(key))
    return listeners.some((one) => [...localhost].some((here) => accepts(one, here ?? '')));
  const isHere = key.startsWith('127.') || own.host().some((one) => keyOf(one) === key);
  return (isHere || localhost.has(key)) && listeners.some((one) => accepts(one, key));
}

let listening: ReturnType<typeof listenAddresses> = { listeners: [], publicAddress: null };

/** Notes where this Haraka listens. */
export function noteListeners(plugin: HarakaPlugin): void {
  listening = listenAddresses(plugin);
}

function hostAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => address));
}

/** Whether mail sent to an address and port comes to this gateway. */
export function isOwnServer(address: string, port: number): boolean {
  const { listeners, publicAddress } = listening;
  const named = gateway().policy.settings.delivery.ownAddresses;
  const all = publicAddress === null ? named : [...named, publicAddress];
  return isOwnAddress(address, port, { listeners, host: hostAddresses, public: all });
}

/** Mail whose servers are those of its domain. */
const byDomain = new WeakSet<object>();

/** Notes whether the servers of a queue file are those that the DNS names for its domain. */
export function noteFoundByDomain(mail: object, isFound: boolean): void {
  if (isFound) byDomain.add(mail);
  else byDomain.delete(mail);
}

/** Whether a server for a queue file is this gateway. */
export function isOwnExchange(mail: object, { exchange, port, using_lmtp, from_dns }: Exchange): boolean {
  const to = port ?? (using_lmtp === true ? 24 : mailPort);
  const isNamed = byDomain.has(mail) && from_dns?.toLowerCase() === gateway().policy.localHost;
  return (isNamed && to === mailPort) || isOwnServer(exchange, to);
}
