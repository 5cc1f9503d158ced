/*
 * How an MTA reads a recipient address: the answer of all oracles of the lab.
 */

/** Where one recipient would go. */
export type Reading =
  /** It stays in the house. */
  | { readonly kind: 'local'; readonly address: string; readonly recipient: string }
  /** It goes to another host: a leak when a stranger asked for it. */
  | {
      readonly kind: 'leaves';
      readonly address: string;
      /** The recipient that the other host would be given. */
      readonly recipient: string;
      /** The other host, as far as the MTA names one before its smart host. */
      readonly host: string;
    }
  /** The MTA cannot or will not send to it. */
  | { readonly kind: 'refused'; readonly address: string; readonly reason: string };

/** Says whether an MTA would pass the recipient to another host. */
export function isLeaving(reading: Reading): boolean {
  return reading.kind === 'leaves';
}

/** Refuses addresses that the line protocols of the oracles cannot carry. */
export function requireOneLine(address: string): string {
  if (/[\0\r\n]/.test(address))
    throw new Error(`an oracle takes no address with NUL, CR or LF: ${JSON.stringify(address)}`);
  return address;
}
