/*
 * IP networks as text and as bytes, with CIDR prefixes. Everything fails by giving null.
 * Ref: RFC 4632 3.1
 */
import { addressBytes, formatBytes } from './ip.js';

const prefix = /^(?:0|[1-9]\d{0,2})$/;
/** A network: its lowest address and how many leading bits its addresses share. */
export interface Network {
  /** Canonical text of the lowest address. */
  readonly address: string;
  readonly prefixLength: number;
  /** The lowest address, 4 or 16 bytes. */
  readonly bytes: Uint8Array;
}

/** A network as it was written. */
export interface ParsedNetwork extends Network {
  /** Whether the text had bits set beyond the prefix, which are cleared here. */
  readonly hasHostBits: boolean;
}

/**
 * Parses `10.0.0.0/8`, `2001:db8::/32` or a single address, which is a network of one. Bits set beyond the prefix are
 * cleared and reported in `hasHostBits`. Null for anything else, a zone included.
 */
export function parseNetwork(text: string): ParsedNetwork | null {
  const slash = text.indexOf('/');
  const addressText = slash === -1 ? text : text.slice(0, slash);
  if (addressText.includes('%')) return null;
  const written = addressBytes(addressText);
  if (written === null) return null;
  if (slash === -1) return maskedNetwork(written, written.length * 8);

  const prefixText = text.slice(slash + 1);
  if (!prefix.test(prefixText)) return null;
  const prefixLength = Number(prefixText);
  if (!addressText.includes(':') || written.length === 16) {
    return prefixLength > written.length * 8 ? null : maskedNetwork(written, prefixLength);
  }
  if (prefixLength > 128) return null;
  if (prefixLength >= 96) return maskedNetwork(written, prefixLength - 96);
  return maskedNetwork(mappedBytes(written), prefixLength);
}

/** The byte at an index with the bits beyond the prefix cleared. */
function maskedByte(bytes: Uint8Array, index: number, prefixLength: number): number {
  const keptBits = Math.min(Math.max(prefixLength - index * 8, 0), 8);
  return (bytes[index] ?? 0) & (0xff << (8 - keptBits)) & 0xff;
}

function maskedNetwork(written: Uint8Array, prefixLength: number): ParsedNetwork {
  const bytes = written.map((_, index) => maskedByte(written, index, prefixLength));
  const hasHostBits = bytes.some((byte, index) => byte !== written[index]);
  return { address: formatBytes(bytes), prefixLength, bytes, hasHostBits };
}

function mappedBytes(ipv4: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(16);
  bytes.fill(0xff, 10, 12);
  bytes.set(ipv4, 12);
  return bytes;
}
