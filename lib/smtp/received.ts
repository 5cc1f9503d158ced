/*
 * The Received line of a forwarded copy, and the loops that such lines give away:
 *   by HOST (pmdf WAY) id ID for <ADDRESS>; DATE
 * ADDRESS is what was forwarded, so that a message which comes back for it has been through here.
 * Ref: RFC 5321 4.4, 6.3
 */

/** What forwards a message. */
export interface Forwarding {
  /** Our name. */
  readonly host: string;
  /** `process channel`, `reprocess channel` or `forwarding`. */
  readonly way: string;
  readonly id: string;
  /** The address that was forwarded. */
  readonly address: string;
  /** As header fields write it. */
  readonly date: string;
}

/** Lines with our mark, and lines of all hosts, from which on a message is taken to go round. */
export const mostForwardings = 10;
export const mostReceived = 50;

const mark = '(pmdf ';

/** Keeps `for` out where a header line cannot carry the address as it is. */
function isPlain(address: string): boolean {
  return address !== '' && address.length <= 320 && /^[\x20-\x7e]*$/.test(address);
}

function fold(text: string): string {
  return text.replace(/\s+/g, ' ').trim().toLowerCase();
}

/** Writes the body of a Received line, folded, without a line end. */
export function receivedFor({ host, way, id, address, date }: Forwarding): string {
  const recipient = isPlain(address) ? ` for <${address}>` : '';
  return `by ${host} ${mark}${way})\r\n\tid ${id}${recipient};\r\n\t${date}`;
}

/** Tells from the bodies of all Received lines why a message to an address has gone round; null when it has not. */
export function loopOf(lines: readonly string[], host: string, address: string): string | null {
  const ours = lines.map(fold).filter((line) => line.startsWith(fold(`by ${host} ${mark}`)));
  const recipient = fold(`for <${address}>;`);
  if (isPlain(address) && ours.some((line) => line.includes(recipient))) {
    return `mail forwarding loop: ${address} has been forwarded before`;
  }
  if (ours.length >= mostForwardings) return `mail forwarding loop: forwarded ${ours.length} times`;
  return lines.length > mostReceived ? `mail loop: ${lines.length} Received lines` : null;
}
