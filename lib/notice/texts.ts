/*
 * The texts of notices, from the files return_*.txt: return_prefix.txt, the one of the kind, return_suffix.txt. The prefix
 * begins with header fields, of which Content-Language counts.
 *   %H   the header fields by which the sender recognizes the message
 *   %R   the recipients, with the reason for each
 *   %U %u   the unit of ages, `Day` or `day`, or the word in return_option.dat for both
 *   %%   a percent sign
 * Ref: Messaging Server 6.3 Administration Guide 10.10.1, table 10-10
 */
import { type NoticeKind, noticeKinds } from './kinds.js';
import { type NoticeOptions, usualOptions } from './options.js';
import { isAscii, plainText } from './safe-text.js';

/** The name of a text, as in the name of its file. */
export type TextName = NoticeKind | 'prefix' | 'suffix';

export const textNames: readonly TextName[] = ['prefix', ...noticeKinds, 'suffix'];

/** Texts and options of one language. */
export interface NoticeTexts {
  readonly texts: ReadonlyMap<TextName, string>;
  readonly options: NoticeOptions;
}

/** Those without any file. */
export const usualTexts: NoticeTexts = { texts: new Map(), options: usualOptions };

/** The texts of every folder that is used; the empty string is the folder of pmdf.cnf. */
export type TextFolders = ReadonlyMap<string, NoticeTexts>;

/** The name of the file of a text. */
export function textFile(name: TextName): string {
  return `return_${name}.txt`;
}

const builtIn: Readonly<Record<TextName, string>> = {
  prefix: `Content-type: text/plain; charset=us-ascii
Content-language: en

This report relates to a message you sent with the following header fields:

%H

`,
  delayed: `Your message has not been delivered yet to the following recipients:

%R

The mail system will continue to try to deliver your message. You need not
send it again.
`,
  delivered: `Your message has been successfully delivered to the following recipients:

%R
`,
  failed: `Your message cannot be delivered to the following recipients:

%R
`,
  forwarded: `Your message has been forwarded to the following recipients. Their mail
system does not report whether it delivers the message:

%R
`,
  timedout: `Your message could not be delivered in time to the following recipients, and
is being returned:

%R
`,
  suffix: '',
};

/** What the sequences stand for. */
export interface Substitutions {
  readonly header: readonly string[];
  readonly recipients: readonly string[];
  readonly unit: 'days' | 'hours';
}

/** The first part of a report. */
export interface Words {
  readonly lines: readonly string[];
  readonly language: string | null;
}

interface Prefix {
  readonly language: string | null;
  readonly body: string;
}

/** Splits the header fields off the prefix; one without any is text as a whole. */
function prefixOf(text: string): Prefix {
  const plain = text.replaceAll('\r\n', '\n');
  if (!/^[A-Za-z][A-Za-z-]*:/.test(plain)) return { language: null, body: plain };
  const end = plain.indexOf('\n\n');
  const header = end < 0 ? plain : plain.slice(0, end);
  const line = header.split('\n').find((one) => /^content-language:/i.test(one));
  const language = plainText(line?.slice(line.indexOf(':') + 1) ?? '');
  return {
    language: language === '' || !isAscii(language) ? null : language,
    body: end < 0 ? '' : plain.slice(end + 2),
  };
}

/** The word for a unit where the options have none. */
function unitWord(unit: Substitutions['unit'], letter: 'U' | 'u'): string {
  const word = unit === 'days' ? 'day' : 'hour';
  return letter === 'u' ? word : word.charAt(0).toUpperCase() + word.slice(1);
}

function substitute(
  line: string,
  { header, recipients, unit }: Substitutions,
  { units }: NoticeOptions,
): string[] {
  const expanded = line.replace(/%(.)/g, (sequence, letter: string) => {
    switch (letter) {
      case 'H':
        return header.join('\n');
      case 'R':
        return recipients.join('\n');
      case 'U':
      case 'u':
        return units[unit] ?? unitWord(unit, letter);
      case '%':
        return '%';
      default:
        return sequence;
    }
  });
  return expanded.split('\n');
}

function linesOf(text: string): string[] {
  const plain = text.replaceAll('\r\n', '\n');
  if (plain === '') return [];
  return (plain.endsWith('\n') ? plain.slice(0, -1) : plain).split('\n');
}

/** Makes the first part of a report of the texts that are there, and of the usual ones in place of the others. */
export function wordsFor(
  kind: NoticeKind,
  { texts, options }: NoticeTexts,
  substitutions: Substitutions,
): Words {
  const textOf = (name: TextName): string => texts.get(name) ?? builtIn[name];
  const { language, body } = prefixOf(textOf('prefix'));
  // The language of the prefix is that of the rest only where both come from the site, or neither.
  const own = texts.has('prefix') === texts.has(kind) ? language : null;
  const lines = [body, textOf(kind), textOf('suffix')].flatMap(linesOf);
  return {
    lines: lines.flatMap((line) => substitute(line, substitutions, options)).map(withoutControls),
    language: own,
  };
}

const longestLine = 900;

function withoutControls(line: string): string {
  return line
    .replace(/[\p{Cc}\p{Cs}\u2028\u2029]/gu, ' ')
    .slice(0, longestLine)
    .trimEnd();
}
