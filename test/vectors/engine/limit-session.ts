/*
 * The session of a vector about a limit: the keyword or the option that limits it, what the client does, and what the replies
 * say in the words of vectors. The engine and a real Haraka play the same sessions.
 *   input     keyword (`blocklimit 10`, or `blocklimit 10 on tcp_internal`), option, option_file (`tcp_local_option: NAME=1`),
 *             session_switched_to; what the client does is in commands, rcpt, recipients, size_parameter, bytes, line_length
 *   expected  reply, reply_prefix, at, class, close, first_two, third, third_class, applies, refused
 */
import type { Actual } from '../compare.js';
import { isTexts, type Json, type JsonObject } from '../json.js';
import { VectorProblem } from '../vector.js';
import type { VectorInput } from '../vector-input.js';
import { ordinals } from './ordinals.js';

/** What a client does; a size of 0 is not declared. */
export type LimitStep =
  | { readonly command: 'MAIL'; readonly size: number }
  | { readonly command: 'RSET' }
  | { readonly command: 'RCPT'; readonly address: string }
  | { readonly command: 'XX' }
  | { readonly command: 'DATA'; readonly lineLength: number };

export interface LimitSession {
  /** The keyword and the channel that has it, null for that of the client; null for an option. */
  readonly keyword: { readonly text: string; readonly channel: string | null } | null;
  /** The text of tcp_local_option; null without the file. */
  readonly options: string | null;
  /** Whether the client is switched to tcp_internal. */
  readonly isInside: boolean;
  /** What the client does; several sessions with the same answers. */
  readonly plays: readonly (readonly LimitStep[])[];
}

/** The reply to a step. */
export interface StepReply {
  readonly step: LimitStep;
  /** `450 4.7.0 text`. */
  readonly reply: string;
  /** Whether the server closed the connection after it. */
  readonly closes: boolean;
}

/** The domain whose recipients are refused. */
export const refusedDomain = 'refused.example';

const mail: LimitStep = { command: 'MAIL', size: 0 };
const reset: LimitStep = { command: 'RSET' };
const message: LimitStep = { command: 'DATA', lineLength: 60 };

const recipient = (address: string): LimitStep => ({ command: 'RCPT', address });
const good = (index: number): LimitStep => recipient(`user${index}@domain.com`);

function stepOf(word: string, index: number): LimitStep {
  switch (word) {
    case 'MAIL':
      return mail;
    case 'RSET':
      return reset;
    case 'XX':
      return { command: 'XX' };
    case 'good':
    case 'RCPT good':
      return good(index);
    case 'bad':
    case 'RCPT bad':
      return recipient(`user${index}@${refusedDomain}`);
    default:
      throw new VectorProblem(`\`${word}\` is not a command of these sessions`);
  }
}

/** A whole message, so that the next command is not RSET. */
const whole: readonly LimitStep[] = [mail, good(0), message];

function playsOf(input: VectorInput): LimitSession['plays'] {
  if (input.has('commands')) {
    const commands = input.texts('commands');
    if (commands.join() === 'third MAIL or RSET') {
      return [mail, reset].map((last) => [...whole, ...whole, last]);
    }
    return [commands.map(stepOf)];
  }
  if (input.has('rcpt')) {
    const written = input.value('rcpt') ?? null;
    const words = typeof written === 'number' ? Array.from({ length: written }, () => 'good') : written;
    if (!isTexts(words)) throw new VectorProblem('`input.rcpt` is a number, or a list of `good` and `bad`');
    return [[mail, ...words.map(stepOf), message]];
  }
  if (input.has('recipients')) {
    const size = input.number('bytes', 0);
    return [[{ command: 'MAIL', size }, ...input.texts('recipients').map(recipient)]];
  }
  if (input.has('size_parameter')) return [[{ command: 'MAIL', size: input.number('size_parameter', 0) }]];
  if (input.has('line_length')) {
    return [[mail, good(0), { command: 'DATA', lineLength: input.number('line_length', 0) }]];
  }
  // A server-wide limit of one message.
  return [[mail, reset, mail]];
}

function keywordOf(text: string): LimitSession['keyword'] {
  const [keyword = '', channel = null, ...more] = text.split(' on ');
  if (more.length > 0) throw new VectorProblem(`\`${text}\` is not a keyword, or one \`on\` a channel`);
  return { text: keyword, channel };
}

function optionsOf(input: VectorInput): string | null {
  if (input.has('option')) return input.text('option');
  if (!input.has('option_file')) return null;
  const [file = '', ...text] = input.text('option_file').split(': ');
  if (file !== 'tcp_local_option') throw new VectorProblem('sessions here begin on tcp_local');
  return text.join(': ');
}

/** Reads the session of a vector. */
export function readLimitSession(input: VectorInput): LimitSession {
  const target = input.textOr('session_switched_to', 'tcp_local');
  if (!['tcp_local', 'tcp_internal'].includes(target)) throw new VectorProblem(`no way to \`${target}\``);
  return {
    keyword: input.has('keyword') ? keywordOf(input.text('keyword')) : null,
    options: optionsOf(input),
    isInside: target === 'tcp_internal',
    plays: playsOf(input),
  };
}

/** Whether a reply is that of a server without the limit. */
function isUsual({ step, reply }: StepReply): boolean {
  if (step.command === 'XX') return reply.startsWith('500');
  if (step.command === 'RCPT' && step.address.endsWith(`@${refusedDomain}`)) return reply.startsWith('550');
  return reply.startsWith('2');
}

/** A reply as far as a vector expects it: the codes alone, or all of it. */
function shownReply(reply: string, wanted: Json | undefined): string {
  const isCodes = typeof wanted === 'string' && /^\d{3} \d\.\d+\.\d+$/.test(wanted);
  return isCodes ? reply.split(' ').slice(0, 2).join(' ') : reply;
}

function answersOf(replies: readonly StepReply[], expected: JsonObject): Actual {
  const limited = replies.find((one) => !isUsual(one));
  const reply = limited?.reply ?? '';
  const command = limited?.step.command ?? null;
  const same = replies.filter(({ step }) => step.command === command);
  const ordinal = limited === undefined ? undefined : ordinals[same.indexOf(limited)];
  const prefix = expected['reply_prefix'];
  const recipients = replies.filter(({ step }) => step.command === 'RCPT');
  const third = recipients[2]?.reply ?? '';
  const areAccepted = recipients.slice(0, 2).every((one) => one.reply.startsWith('2'));
  return {
    reply: shownReply(reply, expected['reply']),
    reply_prefix: typeof prefix === 'string' ? reply.slice(0, prefix.length) : reply,
    at: String(expected['at']).includes(' ') ? `${ordinal} ${command}` : command,
    class: Number(reply.charAt(0)),
    close: limited?.closes ?? false,
    first_two: areAccepted ? 'accepted' : 'refused',
    third: shownReply(third, expected['third']),
    third_class: Number(third.charAt(0)),
    applies: limited !== undefined,
    refused: recipients.flatMap(({ step, reply: answer }) =>
      step.command === 'RCPT' && answer.startsWith('5') ? [step.address] : [],
    ),
  };
}

/** The answers of all plays of a session, which must be the same except for the command where the limit counts. */
export function describeReplies(plays: readonly (readonly StepReply[])[], expected: JsonObject): Actual {
  const answers = plays.map((replies) => answersOf(replies, expected));
  const [first = {}] = answers;
  const differing = Object.keys(first).filter(
    (key) => key !== 'at' && answers.some((one) => JSON.stringify(one[key]) !== JSON.stringify(first[key])),
  );
  return {
    ...first,
    ...Object.fromEntries(differing.map((key) => [key, answers.map((one) => one[key] ?? null)])),
  };
}
