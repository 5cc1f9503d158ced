/*
 * The Received line of a forwarded copy, and the mail loops that such lines reveal:
 *   [from CHANNEL-HOST] by HOST (pmdf WAY) id ID for <ADDRESS> [(ORCPT TYPE;ADDRESS)]; DATE
 * ADDRESS is what was forwarded, so that a message which comes back for it has been through here. A directory channel is a hop of
 * its own: it has a name, and the address that the sender used is kept.
 * Ref: RFC 5321 4.4, 6.3
 */

/** What forwards a message. */
export interface Forwarding {
  /** Our name. */
  readonly host: string;
  /** `forwarding`, or a channel such as `process channel`. */
  readonly way: string;
  readonly id: string;
  /** The address that was forwarded. */
  readonly address: string;
  /** As header fields write it. */
  readonly date: string;
  /** Null for what is not a hop of its own. */
  readonly hop: Hop | null;
}

/** A channel as a hop. */
export interface Hop {
  /** Its official host name. */
  readonly host: string;
  /** The original recipient as in ORCPT, in ASCII without blanks. Ref: RFC 3461 4.2 */
  readonly originalRecipient: string;
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
export function receivedFor({ host, way, id, address, date, hop }: Forwarding): string {
  const from = hop === null ? '' : `from ${hop.host} `;
  const recipient = isPlain(address) ? ` for <${address}>` : '';
  const original = hop === null ? '' : `\r\n\t(ORCPT ${hop.originalRecipient.replace(/[()\\]/g, '\\$&')})`;
  return `${from}by ${host} ${mark}${way})\r\n\tid ${id}${recipient}${original};\r\n\t${date}`;
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
  const original = line.lastIndexOf('> (orcpt ');
  const end = original === -1 ? line.lastIndexOf('>;') : original;
  return start === -1 || end < start ? null : line.slice(start + ' for '.length, end + 1);
}

/** Whether a folded line is of ours. */
function isOurs(line: string, start: string): boolean {
  if (line.startsWith(start)) return true;
  return line.startsWith('from ') && line.startsWith(start, line.indexOf(' ', 'from '.length) + 1);
}

/** Reads the bodies of all Received lines, once for all recipients: lines and recipients may both be many. */
export function readReceived(lines: readonly string[], host: string): ReceivedLines {
  const start = fold(`by ${host} ${mark}`);
  const ours = lines.map(fold).filter((line) => isOurs(line, start));
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
