/*
 * Answers the hook get_mx, for which core knows too few answers: it bounces without the text, and cannot end a file whose
 * work is done.
 * Undocumented, read from Haraka 3.3.4: outbound/hmail.js (get_mx_respond, data_stream, discard, bounce, temp_fail,
 * extend_rcpt_with_dsn, send_email_respond).
 */
import * as constants from 'haraka-constants';
import * as dsn from 'haraka-dsn';
import { oneLine, type Reply, replyLine } from '../../../lib/smtp/index.js';
import { causeOf } from '../cause-of.js';
import { Part } from '../part.js';
import type { HarakaAddress, HarakaNotes, HarakaPlugin, Next } from '../types.js';
import { type Exchange, withHiddenLogin } from './exchange.js';

/** A queue file that is being delivered. */
export interface QueuedMail {
  readonly filename: string;
  readonly todo: {
    readonly uuid: string;
    /** When the message came, in milliseconds. */
    readonly queue_time: number;
    readonly notes: HarakaNotes;
    readonly mail_from: HarakaAddress;
    rcpt_to: HarakaAddress[];
    domain: string;
  };
  data_stream(): NodeJS.ReadableStream;
  discard(): void;
  bounce(reason: string): void;
  temp_fail(reason: string): void;
  send_email_respond(code: number, seconds: number): void;
  extend_rcpt_with_dsn(recipient: HarakaAddress, status: object): void;
}

export const nextHopMail = new Part<QueuedMail>('outbound', 'HMailItem.prototype', [
  'get_mx_respond',
  'data_stream',
  'discard',
  'bounce',
  'temp_fail',
  'send_email_respond',
  'extend_rcpt_with_dsn',
]);

/** What becomes of a queue file in the hook get_mx. */
export type NextHopAnswer =
  /** Other plugins and the DNS decide. */
  | { readonly kind: 'others' }
  | { readonly kind: 'hosts'; readonly exchanges: readonly Exchange[] }
  /** `server`: the host whose reply it is. */
  | { readonly kind: 'bounce'; readonly reply: Reply; readonly server?: string | null }
  | { readonly kind: 'defer'; readonly reply: Reply }
  /** It is asked for again after some time, which does not count as an attempt. */
  | { readonly kind: 'rest'; readonly seconds: number }
  /** Nothing is left to do: the file is removed. */
  | { readonly kind: 'done' };

/** A reply as core notes one of a server that it talked to. */
function asReplyOf(server: string, { code, enhanced, text }: Reply): object {
  return {
    dsn_smtp_code: String(code),
    dsn_smtp_extc: enhanced === '' ? undefined : enhanced,
    dsn_smtp_response: text,
    dsn_remote_mta: server,
  };
}

function endFile(
  mail: QueuedMail,
  answer: Extract<NextHopAnswer, { kind: 'bounce' | 'defer' | 'rest' | 'done' }>,
): void {
  if (answer.kind === 'done') {
    mail.discard();
    return;
  }
  if (answer.kind === 'rest') {
    mail.send_email_respond(constants.delay, answer.seconds);
    return;
  }
  const { code, enhanced, text } = answer.reply;
  const [, subject, detail] = enhanced.split('.');
  for (const recipient of mail.todo.rcpt_to) {
    mail.extend_rcpt_with_dsn(recipient, dsn.create(code, text, Number(subject ?? 0), Number(detail ?? 0)));
    if (answer.kind === 'bounce' && typeof answer.server === 'string')
      Object.assign(recipient, asReplyOf(answer.server, answer.reply));
  }
  const reason = oneLine(replyLine(answer.reply));
  if (answer.kind === 'bounce') mail.bounce(reason);
  else mail.temp_fail(reason);
}

/**
 * Answers the hook with what is chosen. When the hook times out meanwhile, the file still waits for the answer, so that no
 * work is done twice.
 */
export function answerNextHop(
  plugin: HarakaPlugin,
  mail: QueuedMail,
  chosen: Promise<NextHopAnswer>,
  next: Next,
): void {
  const respond: unknown = Reflect.get(mail, 'get_mx_respond');
  const byCore = (code: unknown, message: unknown): void => {
    if (typeof respond === 'function') Reflect.apply(respond, mail, [code, message]);
  };
  Object.defineProperty(mail, 'get_mx_respond', {
    configurable: true,
    value: (code: unknown, message: unknown) => {
      Reflect.deleteProperty(mail, 'get_mx_respond');
      chosen
        .then((answer) => {
          if (answer.kind === 'others' || answer.kind === 'hosts') byCore(code, message);
          else endFile(mail, answer);
        })
        .catch((error: unknown) => plugin.logcrit(`a queue file is stuck: ${causeOf(error)}`));
    },
  });
  void chosen.then((answer) => {
    if (answer.kind === 'others') next();
    else next(constants.ok, answer.kind === 'hosts' ? answer.exchanges.map(withHiddenLogin) : []);
  });
}
