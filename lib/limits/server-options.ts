/*
 * The option file of a channel on which connections begin, `tcp_local_option` for `tcp_local`: limits on its sessions, which also
 * hold after the session was switched to another channel.
 *   ALLOW_TRANSACTIONS_PER_SESSION=n       messages in a session
 *   ALLOW_RECIPIENTS_PER_TRANSACTION=n     accepted recipients of a message
 *   REJECT_RECIPIENTS_PER_TRANSACTION=n    recipients that a client may try for a message; with more of them nobody gets it
 *   ALLOW_REJECTIONS_BEFORE_DEFERRAL=n     refused recipients of a session; all further ones are deferred
 *   TRANSACTION_LIMIT_RCPT_TO=1            ALLOW_TRANSACTIONS_PER_SESSION refuses at RCPT TO in place of MAIL FROM
 * Any other option is a warning: it has no effect.
 * Ref: PMDF 21.1.2.2
 */
import { reply } from '../smtp/index.js';
import {
  type Diagnostic,
  errorAt,
  integerOf,
  nearest,
  type Parsed,
  parseOptionFile,
  type SourceFile,
  setTwice,
  type WrittenOption,
  warningAt,
} from '../text/index.js';
import { type LimitRefusal, refusal } from './refusal.js';
import type { SessionCounts } from './session-limits.js';

const names = [
  'ALLOW_TRANSACTIONS_PER_SESSION',
  'ALLOW_RECIPIENTS_PER_TRANSACTION',
  'REJECT_RECIPIENTS_PER_TRANSACTION',
  'ALLOW_REJECTIONS_BEFORE_DEFERRAL',
  'TRANSACTION_LIMIT_RCPT_TO',
] as const;
type OptionName = (typeof names)[number];

/** The largest number that an option may have. */
const most = 2_147_483_647;

/** The limits of an option file. */
export interface ServerOptions {
  /** The name of the file, as refusals in the log name it. */
  readonly file: string;
  readonly numbers: ReadonlyMap<OptionName, number>;
}

function hintFor(name: string): string {
  if (/^SPF_/i.test(name)) return 'the settings `spf` in pmdf.yaml say this';
  const meant = nearest(name.toUpperCase(), names);
  return meant === undefined ? 'docs/limits.md lists those that have one' : `did you mean \`${meant}\`?`;
}

/** Reads the option file of a channel. */
export function parseServerOptions(source: SourceFile): Parsed<ServerOptions> {
  const { value: written, diagnostics } = parseOptionFile(source);
  const found: Diagnostic[] = [...diagnostics];
  const numbers = new Map<OptionName, number>();
  const set = new Map<OptionName, WrittenOption>();
  for (const option of written) {
    const { name, value, nameSpan, valueSpan } = option;
    const known = names.find((one) => one === name.toUpperCase());
    if (known === undefined) {
      found.push(warningAt(nameSpan, 'option/channel', `\`${name}\` has no effect`, { hint: hintFor(name) }));
      continue;
    }
    const number = integerOf(value);
    if (number !== null && number >= 0 && number <= most) {
      const earlier = set.get(known);
      if (earlier !== undefined) found.push(setTwice(option, earlier));
      set.set(known, option);
      numbers.set(known, number);
    } else {
      const message = `\`${name}\` is a number from 0 to ${most}, not \`${value}\``;
      found.push(errorAt(valueSpan, 'option/value', message));
    }
  }
  return { value: { file: source.shortName, numbers }, diagnostics: found };
}

function limitOf({ numbers }: ServerOptions, name: OptionName): number {
  return numbers.get(name) ?? Number.POSITIVE_INFINITY;
}

function transactionRefusal(options: ServerOptions, transactions: number): LimitRefusal | null {
  const name = 'ALLOW_TRANSACTIONS_PER_SESSION';
  if (transactions <= limitOf(options, name)) return null;
  return refusal(name, options.file, reply(451, '4.5.3', 'No more transactions allowed'));
}

function refusesLate({ numbers }: ServerOptions): boolean {
  return (numbers.get('TRANSACTION_LIMIT_RCPT_TO') ?? 0) > 0;
}

/** Decides MAIL; null options limit nothing. */
export function limitMailByOptions(
  options: ServerOptions | null,
  { transactions }: SessionCounts,
): LimitRefusal | null {
  if (options === null || refusesLate(options)) return null;
  return transactionRefusal(options, transactions);
}

/** Decides RCPT; `accepted` recipients of the message come before this one. */
export function limitRecipientByOptions(
  options: ServerOptions | null,
  { transactions, rejections }: SessionCounts,
  accepted: number,
): LimitRefusal | null {
  if (options === null) return null;
  const late = refusesLate(options) ? transactionRefusal(options, transactions) : null;
  if (late !== null) return late;
  const deferral = 'ALLOW_REJECTIONS_BEFORE_DEFERRAL';
  if (rejections >= limitOf(options, deferral)) {
    const text = 'too many recipients were refused in this session; try again later';
    return refusal(deferral, options.file, reply(450, '4.7.0', text));
  }
  const recipients = 'ALLOW_RECIPIENTS_PER_TRANSACTION';
  if (accepted < limitOf(options, recipients)) return null;
  return refusal(recipients, options.file, reply(452, '4.5.3', 'Too many recipients specified'));
}

/** Decides DATA; `tried` recipients of the message were named, whatever became of them. */
export function limitTriedByOptions(options: ServerOptions | null, tried: number): LimitRefusal | null {
  const name = 'REJECT_RECIPIENTS_PER_TRANSACTION';
  if (options === null || tried <= limitOf(options, name)) return null;
  const text = 'Error ending envelope - Too many recipients specified';
  return refusal(name, options.file, reply(451, '4.4.5', text));
}
