/*
 * The client that an address counts for, wherever clients are counted: a client has all addresses of its IPv6 network.
 */
import { addressBytes } from './ip.js';

const networkOctets = 8;

/** The address itself in one spelling, or its /64 network in IPv6; any other text as it is. */
export function countedClient(address: string): string {
  const octets = addressBytes(address);
  if (octets === null) return address;
  if (octets.length === 4) return octets.join('.');
  return `${octets.slice(0, networkOctets).join('.')}/64`;
}
