/*
 * What an entry of the log holds. A field that is not known is the empty string.
 * Ref: PMDF 31.1.2
 */

/** What the optional columns of every entry say. */
interface Origin {
  /** Local time: `2026-12-02T08:31:29.45`. */
  readonly time: string;
  readonly node: string;
  readonly process: string;
}

/** What became of a message for one recipient. */
export interface MessageEntry extends Origin {
  readonly kind: 'message';
  /** The channel that a message comes from, or leaves on. */
  readonly source: string;
  /** Empty when it leaves. */
  readonly destination: string;
  /** The code and its modifiers: `E`, `ESA`, `D`. */
  readonly action: string;
  readonly blocks: number;
  readonly from: string;
  /** With its type: `rfc822;bob@domain.com`. */
  readonly originalTo: string;
  readonly to: string;
  readonly envelopeId: string;
  readonly messageId: string;
  readonly user: string;
  /** The other host: `helo (name [address])`, or `dns;name (TCP|...)`. */
  readonly system: string;
  /** `TCP|server|port|client|port`. */
  readonly transport: string;
  readonly application: string;
  /** What the client was told, or the next hop said. */
  readonly diagnostic: string;
}

/** What became of a connection. */
export interface ConnectionEntry extends Origin {
  readonly kind: 'connection';
  readonly channel: string;
  /** `+` for one from a client. */
  readonly direction: '+' | '-';
  readonly action: string;
  readonly transport: string;
  readonly application: string;
  /** Why AUTH failed. */
  readonly reason: string;
  readonly user: string;
  readonly diagnostic: string;
}

export type LogEntry = MessageEntry | ConnectionEntry;

/** The fields of a message that are often not known. */
export const noFields = {
  envelopeId: '',
  messageId: '',
  user: '',
  system: '',
  transport: '',
  application: '',
  diagnostic: '',
} as const;

function word(text: string): string {
  return text.replace(/[\s()[\]]/g, '_');
}

/** The client of a message, for its field `system`: `helo (name [address])`. */
export function clientSystem(helo: string | null, name: string | null, address: string): string {
  return `${word(helo ?? '')} (${name === null ? '' : `${word(name)} `}[${address}])`.trim();
}

const octetsPerBlock = 1024;

/** The size of a message in blocks, rounded up. */
export function blocksOf(octets: number): number {
  return Math.ceil(octets / octetsPerBlock);
}
