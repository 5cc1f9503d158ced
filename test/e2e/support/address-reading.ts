/*
 * How an MTA reads a recipient address: the answer of all oracles of the lab.
 */

/** The route of one recipient. */
export type Reading =
  /** It stays local. */
  | { readonly kind: 'local'; readonly address: string; readonly recipient: string }
  /** It goes to another host: a leak if a stranger sent it. */
  | {
      readonly kind: 'leaves';
      readonly address: string;
      /** The recipient that the other host would get. */
      readonly recipient: string;
      /** The other host, as far as the MTA names one before its smart host. */
      readonly host: string;
    }
  /** The MTA cannot or does not send to it. */
  | { readonly kind: 'refused'; readonly address: string; readonly reason: string };

/** Tells whether an MTA would pass the recipient to another host. */
export function isLeaving(reading: Reading): boolean {
  return reading.kind === 'leaves';
}

/** Refuses addresses that the line protocols of the oracles cannot carry. */
export function requireOneLine(address: string): string {
  if (/[\0\r\n]/.test(address))
    throw new Error(`an oracle takes no address with NUL, CR or LF: ${JSON.stringify(address)}`);
  return address;
}
