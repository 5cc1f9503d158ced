/*
 * Paths and networks as tests need them.
 */
import { type Path, printAddress } from '../../lib/address/address.js';
import { addressBytes } from '../../lib/address/ip.js';
import type { Network } from '../../lib/address/network.js';

/** Writes a path with angle brackets. */
export function printPath(path: Path): string {
  switch (path.kind) {
    case 'null':
      return '<>';
    case 'address':
      return `<${printAddress(path.address)}>`;
  }
}

/** Tells whether a network contains an address, given as text or as its bytes; false for anything else. */
export function networkContains({ bytes, prefixLength }: Network, address: string | Uint8Array): boolean {
  const candidate = typeof address === 'string' ? addressBytes(address) : address;
  if (candidate === null || candidate.length !== bytes.length) return false;
  return bytes.every((byte, index) => {
    const kept = Math.min(Math.max(prefixLength - index * 8, 0), 8);
    return byte === ((candidate[index] ?? 0) & (0xff << (8 - kept)) & 0xff);
  });
}
