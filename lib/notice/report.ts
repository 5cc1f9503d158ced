/*
 * A report: a message of three parts, for people, for programs, and what comes back of the message that it is about. The last
 * part is written between `before` and `after`, octet by octet.
 * Ref: RFC 6522 (multipart/report); RFC 3464; RFC 6533; RFC 3834 (Auto-Submitted)
 */
import { deliveryStatus, headerDate, needsUtf8, type StatusFrame } from './delivery-status.js';
import type { Notice } from './notice.js';
import { asciiText, field, isAscii, plainText } from './safe-text.js';

/** A name and an address. */
export interface Mailbox {
  readonly address: string;
  readonly name: string;
}

/** What comes back of the original message. */
export interface Returned {
  readonly what: 'message' | 'header';
  /** Whether it has octets beyond ASCII. */
  readonly isEightBit: boolean;
  /** Whether its header has. */
  readonly isUtf8: boolean;
}

/** Everything that a report says beside the notice itself. */
export interface ReportFrame extends StatusFrame {
  readonly from: Mailbox;
  readonly to: string;
  readonly subject: string;
  readonly date: Date;
  /** Without brackets. */
  readonly messageId: string;
  /** Nobody outside can know it; letters, digits and underscores. */
  readonly boundary: string;
  /** The first part, without line ends. */
  readonly words: readonly string[];
  /** The language of the first part; null where it is not known. */
  readonly language: string | null;
  readonly returned: Returned;
}

/** A report around what comes back of the message; lines end in CRLF. */
export interface Report {
  readonly before: string;
  readonly after: string;
}

/** A phrase in front of an address: as it is, quoted, or encoded. Ref: RFC 2047 */
function phrase(name: string): string {
  const plain = plainText(name);
  if (!isAscii(plain)) return encodedWords(plain);
  return /^[A-Za-z0-9 !#$%&'*+/=?^_`{|}~-]*$/.test(plain) ? plain : `"${plain.replace(/["\\]/g, '\\$&')}"`;
}

/** Octets in one encoded word: with the name of its field it fits on the first line. */
const longestEncoded = 39;

function base64(octets: Uint8Array): string {
  return btoa(String.fromCharCode(...octets));
}

function encodedWords(text: string): string {
  const words: string[] = [];
  let octets: number[] = [];
  for (const character of text) {
    const added = new TextEncoder().encode(character);
    if (octets.length + added.length > longestEncoded) {
      words.push(base64(Uint8Array.from(octets)));
      octets = [];
    }
    octets = [...octets, ...added];
  }
  words.push(base64(Uint8Array.from(octets)));
  return words.map((word) => `=?utf-8?B?${word}?=`).join(' ');
}

const longestQuoted = 73;

/** Encodes a line as quoted-printable. Ref: RFC 2045 6.7 */
function quotedPrintable(line: string): string[] {
  const units = [...new TextEncoder().encode(line)].map((octet) =>
    (octet >= 0x21 && octet <= 0x7e && octet !== 0x3d) || octet === 0x20
      ? String.fromCharCode(octet)
      : `=${octet.toString(16).toUpperCase().padStart(2, '0')}`,
  );
  if (units.at(-1) === ' ') units[units.length - 1] = '=20';
  const lines: string[] = [];
  let present = '';
  for (const unit of units) {
    if (present.length + unit.length > longestQuoted) {
      lines.push(`${present}=`);
      present = '';
    }
    present += unit;
  }
  return [...lines, present];
}

function wordsPart({ words, language }: ReportFrame): string[] {
  const isPlain = words.every(isAscii);
  return [
    `Content-Type: text/plain; charset=${isPlain ? 'us-ascii' : 'utf-8'}`,
    ...(language === null ? [] : field('Content-Language', asciiText(language))),
    ...(isPlain ? [] : ['Content-Transfer-Encoding: quoted-printable']),
    '',
    ...(isPlain ? words : words.flatMap(quotedPrintable)),
  ];
}

function statusPart(notice: Notice, frame: ReportFrame): string[] {
  const isUtf8 = needsUtf8(notice);
  return [
    `Content-Type: message/${isUtf8 ? 'global-' : ''}delivery-status`,
    ...(isUtf8 ? ['Content-Transfer-Encoding: 8bit'] : []),
    '',
    ...deliveryStatus(notice, frame),
  ];
}

function returnedType({ what, isUtf8 }: Returned): string {
  if (what === 'message') return isUtf8 ? 'message/global' : 'message/rfc822';
  return isUtf8 ? 'message/global-headers' : 'text/rfc822-headers';
}

/** A line that SMTP does not take for the end of the message. Ref: RFC 5321 4.5.2 */
function stuffed(line: string): string {
  return line.startsWith('.') ? `.${line}` : line;
}

function textOf(lines: readonly string[]): string {
  return lines.map((line) => `${stuffed(line)}\r\n`).join('');
}

/** Makes a report in the form in which messages are sent, dots doubled; text from outside cannot change its structure. */
export function makeReport(notice: Notice, frame: ReportFrame): Report {
  const { boundary, from, returned } = frame;
  const is8bit = returned.isEightBit || needsUtf8(notice);
  const before = [
    ...field('Date', headerDate(frame.date)),
    ...field('From', `${phrase(from.name)} <${from.address}>`.trim()),
    ...field('To', frame.to.includes('@') ? `<${frame.to}>` : frame.to),
    ...field('Subject', isAscii(frame.subject) ? frame.subject : encodedWords(plainText(frame.subject))),
    ...field('Message-Id', `<${frame.messageId}>`),
    'Auto-Submitted: auto-replied',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=delivery-status;',
    ` boundary="${boundary}"`,
    ...(is8bit ? ['Content-Transfer-Encoding: 8bit'] : []),
    '',
    'This is a report in the format of RFC 3464.',
    '',
    `--${boundary}`,
    ...wordsPart(frame),
    '',
    `--${boundary}`,
    ...statusPart(notice, frame),
    '',
    `--${boundary}`,
    `Content-Type: ${returnedType(returned)}`,
    ...(returned.isEightBit ? ['Content-Transfer-Encoding: 8bit'] : []),
    '',
  ];
  return { before: textOf(before), after: textOf(['', `--${boundary}--`]) };
}
