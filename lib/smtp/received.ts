/*
 * The Received line of a forwarded copy, and the mail loops that such lines reveal:
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

/** From so many lines with our mark, or lines of all hosts, a message is taken to loop. */
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

/** What the Received lines of a message tell of its route. */
export interface ReceivedLines {
  readonly all: number;
  /** Those with our mark. */
  readonly ours: number;
  /** The addresses in ours, each in brackets and folded. */
  readonly forwarded: ReadonlySet<string>;
}

/** The address in a folded line of ours, in brackets; only what we write ourselves counts. */
function addressIn(line: string): string | null {
  const start = line.indexOf(' for <');
  const end = line.lastIndexOf('>;');
  return start === -1 || end < start ? null : line.slice(start + ' for '.length, end + 1);
}

/** Reads the bodies of all Received lines, once for all recipients: lines and recipients may both be many. */
export function readReceived(lines: readonly string[], host: string): ReceivedLines {
  const start = fold(`by ${host} ${mark}`);
  const ours = lines.map(fold).filter((line) => line.startsWith(start));
  const addresses = ours.map(addressIn).filter((address) => address !== null);
  return { all: lines.length, ours: ours.length, forwarded: new Set(addresses) };
}

/** Tells why a message to an address is in a loop; null when it is not. */
export function loopOf({ all, ours, forwarded }: ReceivedLines, address: string): string | null {
  if (isPlain(address) && forwarded.has(fold(`<${address}>`))) {
    return `mail forwarding loop: ${address} has been forwarded before`;
  }
  if (ours >= mostForwardings) return `mail forwarding loop: forwarded ${ours} times`;
  return all > mostReceived ? `mail loop: ${all} Received lines` : null;
}
