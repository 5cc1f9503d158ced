/*
 * The fields of an original message that a notice looks at. Values are one line each and safe to repeat.
 * Ref: RFC 5322 2.2; RFC 2156 5.3.6 (Priority); PMDF 2.3.4.20
 */
import { plainText } from './safe-text.js';

/** By priority a message may have other ages at which its sender is told. */
export type Priority = 'urgent' | 'normal' | 'nonurgent';

/** Header fields by their name in lower case; of several with one name the first. */
export type OriginalHeader = ReadonlyMap<string, string>;

const utf8 = new TextDecoder('utf-8');

/** Reads the octets of a header; a dot that SMTP doubled at the beginning of a line is no part of a field. */
export function readHeader(octets: Uint8Array): OriginalHeader {
  const fields = new Map<string, string>();
  let latest: { readonly name: string; readonly lines: string[] } | null = null;
  const keep = (): void => {
    if (latest === null || fields.has(latest.name)) return;
    fields.set(latest.name, plainText(latest.lines.join(' ')));
  };
  for (const line of utf8.decode(octets).split(/\r?\n/)) {
    if (/^[ \t]/.test(line)) {
      latest?.lines.push(line.trim());
      continue;
    }
    keep();
    const colon = line.indexOf(':');
    latest =
      colon <= 0
        ? null
        : { name: line.slice(0, colon).trim().toLowerCase(), lines: [line.slice(colon + 1).trim()] };
  }
  keep();
  return fields;
}

/** The priority of a message; normal where its header does not say it. */
export function priorityOf(header: OriginalHeader): Priority {
  switch (header.get('priority')?.toLowerCase()) {
    case 'urgent':
      return 'urgent';
    case 'non-urgent':
    case 'nonurgent':
      return 'nonurgent';
    default:
      return 'normal';
  }
}

/** The languages that the sender prefers, as written; the empty string where the header does not say. */
export function languageOf(header: OriginalHeader): string {
  for (const name of ['accept-language', 'preferred-language', 'x-accept-language']) {
    const found = header.get(name);
    if (found !== undefined && found !== '') return found.replaceAll(' ', '');
  }
  return '';
}

const shown = ['Message-id', 'Date', 'From', 'To', 'Subject'];
const longestShown = 400;

/** The lines by which the sender recognizes the message. */
export function shownHeader(header: OriginalHeader): string[] {
  return shown.flatMap((name) => {
    const value = header.get(name.toLowerCase());
    return value === undefined || value === '' ? [] : [`  ${name}: ${value.slice(0, longestShown)}`];
  });
}
