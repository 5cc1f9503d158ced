/*
 * Shared by the `tls` and `sasl` vectors: the words of their keywords, and a command given too early.
 */
import type { Reply } from '../../../lib/smtp/reply.js';
import type { Actual } from '../compare.js';
import { VectorProblem } from '../vector.js';
import type { VectorInput } from '../vector-input.js';

/** The words of `keyword`, `keywords`, or both. */
export function keywordWords(input: VectorInput): readonly string[] {
  if (input.nameAmong('keyword', 'keywords') === undefined) {
    throw new VectorProblem('`input.keyword` must be a text, it is missing');
  }
  return [...input.words('keyword'), ...input.words('keywords')];
}

/** A step that a channel can require before mail. */
export interface RequiredStep {
  readonly required: boolean;
  /** Whether the session has already done it. */
  readonly done: boolean;
  readonly by: 'STARTTLS' | 'AUTH';
  readonly reply: Reply;
}

const order = /^(.+?)(?: (before|after|without) (.+))?$/;

/** The reply to a command such as `MAIL FROM before AUTH`; null when the command is not refused, or not given. */
export function refusal(command: string | null, { required, done, by, reply }: RequiredStep): Actual {
  const accepted = { reply: null, code: null, status: null, mailAccepted: true };
  if (command === null) return accepted;
  const [, given = '', place = done ? 'after' : 'before', step = by] = order.exec(command) ?? [];
  const concerned = by === 'AUTH' ? /^AUTH\b/i : /^(?:START)?TLS\b/i;
  if (!/^(?:MAIL|RCPT|DATA)\b/i.test(given) || !concerned.test(step)) {
    throw new VectorProblem(`the command \`${command}\` is not of the form \`MAIL FROM before ${by}\``);
  }
  if (!required || place === 'after') return accepted;
  const { code, enhanced, text } = reply;
  return { reply: `${code} ${enhanced} ${text}`, code, status: enhanced, mailAccepted: false };
}
