/*
 * Rewrites the SPF record of a domain for the class SPF of haraka-plugin-spf: macros are expanded, in one pass over the record, and
 * modifiers without effect are left out. The class expands macros in what macros gave, without end if a client writes them into
 * its HELO name; it takes a macro in `exp=` or `redirect=` for an error, and does not know the prefix `a//64`.
 * Ref: RFC 7208 4.5, 5.6, 6, 7
 */
import { addressBytes } from '../../lib/address/index.js';

/** The values of the macros of a record; `domain` is the domain of the record. */
export interface MacroValues {
  /** The IP address of the client. */
  readonly client: string;
  /** The envelope From, as `local@domain`. */
  readonly sender: string;
  readonly helo: string;
  readonly domain: string;
}

/** A record of more octets than this is an error of its domain, also once its macros are expanded. */
const longestRecord = 4096;
/** No mechanism has this name, so the class gives PermError. */
const recordInError = 'v=spf1 in-error';
const macro = /%(?:\{([slodipvh])([0-9]*)(r?)([-.+,/_=]*)\}|([%_-])|)/gi;
const network = /^[-+~?]?ip([46]):([^/]*)(?:\/([0-9]+))?$/i;
const modifier = /^[a-z][a-z0-9_.-]*=/i;

/** Whether a text is an SPF record: the version, and a space or the end after it. */
export function isSpfRecord(text: string): boolean {
  return /^v=spf1(?: |$)/i.test(text);
}

/** An address as labels: octets in IPv4, half octets in IPv6. */
function labelsOf(address: string): string {
  const octets = Array.from(addressBytes(address) ?? []);
  if (octets.length === 4) return octets.join('.');
  return octets.map((octet) => `${(octet >> 4).toString(16)}.${(octet & 15).toString(16)}`).join('.');
}

function macroValue(letter: string, { client, sender, helo, domain }: MacroValues): string {
  const at = sender.lastIndexOf('@');
  switch (letter.toLowerCase()) {
    case 's':
      return sender;
    case 'l':
      return sender.slice(0, Math.max(0, at));
    case 'o':
      return sender.slice(at + 1);
    case 'd':
      return domain;
    case 'i':
      return labelsOf(client);
    case 'v':
      return addressBytes(client)?.length === 16 ? 'ip6' : 'in-addr';
    case 'h':
      return helo;
    default:
      return 'unknown';
  }
}

/** Splits a text at each of some characters. */
function splitAtAny(text: string, separators: string): string[] {
  const parts = [''];
  for (const character of text) {
    if (separators.includes(character)) parts.push('');
    else parts[parts.length - 1] += character;
  }
  return parts;
}

/** Expands the macros of a term; null if one is not right. */
function expandMacros(term: string, values: MacroValues): string | null {
  let isRight = true;
  const expanded = term.replace(
    macro,
    (_, letter?: string, digits = '', reversed = '', separators = '', sign?: string) => {
      // A name with a percent sign or a space does not exist in DNS.
      if (sign !== undefined) return '_';
      if (letter === undefined || (digits !== '' && Number(digits) === 0)) {
        isRight = false;
        return '';
      }
      const parts = splitAtAny(macroValue(letter, values), separators === '' ? '.' : separators);
      const ordered = reversed === '' ? parts : parts.reverse();
      const kept = digits === '' ? ordered : ordered.slice(-Number(digits));
      // A slash would begin a prefix, and a percent sign a macro.
      return kept.join('.').replace(/[%/\s]/g, '_');
    },
  );
  return isRight ? expanded : null;
}

/** Whether a term is a network that is not right, such as `ip4:192.0.2.1/33`; the class takes some of them. */
function isWrongNetwork(term: string): boolean {
  const [, version, address = '', prefix = '0'] = network.exec(term) ?? [];
  if (version === undefined) return false;
  const isIpv6 = version === '6';
  const isAddress = addressBytes(address) !== null && address.includes(':') === isIpv6;
  return !isAddress || Number(prefix) > (isIpv6 ? 128 : 32);
}

/** The record as the class reads it. */
export function readableRecord(record: string, values: MacroValues): string {
  if (record.length > longestRecord) return recordInError;
  const [version = '', ...terms] = record.split(' ');
  const readable = [version];
  let length = 0;
  for (const term of terms) {
    if (modifier.test(term) && !/^redirect=/i.test(term)) continue;
    if (isWrongNetwork(term)) return recordInError;
    const expanded = expandMacros(term, values);
    length += expanded?.length ?? 0;
    if (expanded === null || length > longestRecord) return recordInError;
    readable.push(expanded.replace(/^([-+~?]?(?:a|mx)(?::[^/]+)?)\/\//i, '$1/32//'));
  }
  return readable.join(' ');
}
