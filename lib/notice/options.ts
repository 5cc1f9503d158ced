/*
 * The options of notices, from the file return_option.dat beside the texts: words that the notice itself adds to them.
 *   NAME=value       a comment begins with `!`, `;` or `#`; the last line of a name counts; double quotes around a value are left out
 * Ref: Messaging Server 6.3 Administration Guide 10.10.3, table 10-11
 */
import { type Diagnostic, nearest, type Parsed, type SourceFile, warningAt } from '../text/index.js';
import { type NoticeKind, noticeKinds } from './kinds.js';
import { isAscii, plainText } from './safe-text.js';

/** The words in front of what is said of a recipient. Without one of the last four, what belongs to it is left out. */
export interface Labels {
  readonly recipient: string;
  readonly original: string;
  readonly reason: string;
  readonly diagnosticCode: string;
  readonly remoteSystem: string;
  /** Above the earlier attempts. */
  readonly history: string;
}

export interface NoticeOptions {
  readonly labels: Labels;
  /** The words for the unit of ages; null for the usual ones. */
  readonly units: { readonly days: string | null; readonly hours: string | null };
  /** What is said of a recipient with a status, by the status. */
  readonly statuses: ReadonlyMap<string, string>;
  readonly subjects: Readonly<Record<NoticeKind, string>>;
}

const usualLabels: Labels = {
  recipient: 'Recipient address:',
  original: 'Original address:',
  reason: 'Reason:',
  diagnosticCode: 'Diagnostic code:',
  remoteSystem: 'Remote system:',
  history: 'Delivery attempt history for your mail:',
};

/** By this beginning programs recognize notices. */
const usualSubject = 'Delivery Notification:';

const usualEvents: Readonly<Record<NoticeKind, string>> = {
  delayed: 'Delivery has been delayed',
  delivered: 'Delivery has been successful',
  failed: 'Delivery has failed',
  forwarded: 'Message successfully forwarded',
  timedout: 'Delivery has timed out and failed',
};

/** The names of options, beside the statuses. */
const names = [
  'DAY',
  'HOUR',
  'RECIPIENT_ADDRESS',
  'ORIGINAL_ADDRESS',
  'REASON',
  'DIAGNOSTIC_CODE',
  'REMOTE_SYSTEM',
  'HISTORY',
  'SUBJECT',
  ...noticeKinds.map((kind) => `SUBJECT_${kind.toUpperCase()}`),
];

const statusForm = /^[245]\.\d{1,3}\.\d{1,3}$/;

function optionsFrom(written: ReadonlyMap<string, string>): NoticeOptions {
  const filled = (name: string): string | null => written.get(name) || null;
  const subject = written.get('SUBJECT') ?? usualSubject;
  const subjectOf = (kind: NoticeKind): string =>
    plainText(`${subject} ${filled(`SUBJECT_${kind.toUpperCase()}`) ?? usualEvents[kind]}`);
  return {
    labels: {
      recipient: filled('RECIPIENT_ADDRESS') ?? usualLabels.recipient,
      original: filled('ORIGINAL_ADDRESS') ?? usualLabels.original,
      reason: written.get('REASON') ?? usualLabels.reason,
      diagnosticCode: written.get('DIAGNOSTIC_CODE') ?? usualLabels.diagnosticCode,
      remoteSystem: written.get('REMOTE_SYSTEM') ?? usualLabels.remoteSystem,
      history: written.get('HISTORY') ?? usualLabels.history,
    },
    units: { days: filled('DAY'), hours: filled('HOUR') },
    statuses: new Map([...written].filter(([name, text]) => statusForm.test(name) && text !== '')),
    subjects: {
      delayed: subjectOf('delayed'),
      delivered: subjectOf('delivered'),
      failed: subjectOf('failed'),
      forwarded: subjectOf('forwarded'),
      timedout: subjectOf('timedout'),
    },
  };
}

/** The options without a file. */
export const usualOptions: NoticeOptions = optionsFrom(new Map());

function doubtful(source: SourceFile, offset: number, line: string): Diagnostic {
  const written = line.slice(0, Math.max(0, line.indexOf('='))).trim();
  const span = { source, offset, length: line.trimEnd().length };
  if (written === '')
    return warningAt(span, 'policy/notice-option', 'this line is not an option of notices', {
      hint: 'write `NAME=text`',
    });
  const near = isAscii(written) ? nearest(written.toUpperCase(), names) : undefined;
  const hint = near === undefined ? `the names are ${names.join(', ')}, and statuses such as 5.1.1` : null;
  return warningAt(span, 'policy/notice-option', `\`${written}\` is not an option of notices`, {
    hint: hint ?? `did you mean \`${near}\`?`,
  });
}

/** Reads return_option.dat. A line that is not an option is a warning and has no effect. */
export function parseNoticeOptions(source: SourceFile): Parsed<NoticeOptions> {
  const known = new Set(names);
  const written = new Map<string, string>();
  const diagnostics: Diagnostic[] = [];
  let offset = 0;
  for (const line of source.text.split('\n')) {
    const sign = line.indexOf('=');
    const name = line.slice(0, Math.max(0, sign)).trim().toUpperCase();
    if (known.has(name) || statusForm.test(name)) {
      const value = plainText(line.slice(sign + 1));
      written.set(name, value.replace(/^"(.*)"$/, '$1').trim());
    } else if (!/^\s*(?:[!;#].*)?$/.test(line)) diagnostics.push(doubtful(source, offset, line));
    offset += line.length + 1;
  }
  return { value: optionsFrom(written), diagnostics };
}
