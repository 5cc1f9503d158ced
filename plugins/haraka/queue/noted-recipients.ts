/*
 * What Haraka notes about each recipient of a queue file that it cannot deliver. Haraka 3.3 loses it when only some recipients of
 * a file fail, mixes the replies of several attempts, and omits a status with more than one digit in a part.
 * Undocumented, read from Haraka 3.3.4: outbound/hmail.js (split_to_new_recipients, extend_rcpt_with_dsn; the dsn_* members of a
 * recipient).
 * Ref: RFC 3463; RFC 3464 2.3
 */
import { oneLine } from '../../../lib/smtp/index.js';
import { Part } from '../part.js';
import type { HarakaPlugin } from '../types.js';

/** `dsn_smtp_*` is the reply of a server, `dsn_code` and `dsn_msg` Haraka's own. */
const noted = [
  'reason',
  'dsn_action',
  'dsn_status',
  'dsn_code',
  'dsn_msg',
  'dsn_smtp_code',
  'dsn_smtp_extc',
  'dsn_smtp_response',
  'dsn_remote_mta',
] as const;

/** A recipient of a queue file. */
export interface NotedRecipient extends Partial<Record<(typeof noted)[number], unknown>> {
  readonly address: string;
}

/** Why a recipient did not get the mail. */
export interface Failure {
  readonly address: string;
  /** Ref: RFC 3463 */
  readonly status: string;
  /** The server that answered; null where none did. */
  readonly remoteServer: string | null;
  /** Its reply in one line; null where none did. */
  readonly reply: string | null;
  /** The reason in one line. */
  readonly reason: string;
}

function plain(text: unknown): string {
  return oneLine(String(text ?? ''));
}

function joined(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(' ');
}

const statusForm = /^([245]\.\d{1,3}\.\d{1,3})(?:\s+(.*)|$)/;

/** Splits the status off a reply: Haraka recognizes only those with one digit in each part. */
function withStatus(said: string): { readonly status: string; readonly text: string } {
  const found = statusForm.exec(said);
  return { status: found?.[1] ?? '', text: found === null ? said : (found[2] ?? '') };
}

/** The status in the class of what became of the recipient. */
function inClass(kind: 'failed' | 'delayed', status: string): string {
  const digit = kind === 'failed' ? '5' : '4';
  return statusForm.test(status) ? digit + status.slice(1) : `${digit}.0.0`;
}

function fromServer(recipient: NotedRecipient, kind: 'failed' | 'delayed'): Failure {
  const { status, text } = withStatus(plain(recipient.dsn_smtp_response));
  const code = plain(recipient.dsn_smtp_code);
  const said = plain(recipient.dsn_smtp_extc) || status;
  const reply = joined([code, said, text]);
  const remote = plain(recipient.dsn_remote_mta);
  return {
    address: recipient.address,
    status: inClass(kind, said || plain(recipient.dsn_status)),
    remoteServer: remote === '' ? null : remote,
    reply,
    reason: reply,
  };
}

/** No server could be reached, of those that the DNS names. */
const unreachable = 'Tried all MXs';

function fromHaraka(recipient: NotedRecipient, kind: 'failed' | 'delayed', cause: string): Failure {
  const said = plain(recipient.dsn_msg);
  const status = plain(recipient.dsn_status);
  const isUnreachable = said.startsWith(unreachable);
  const reason = said === '' ? cause : joined([plain(recipient.dsn_code), status, said]);
  return {
    address: recipient.address,
    status: isUnreachable ? inClass(kind, '4.4.1') : inClass(kind, status),
    remoteServer: null,
    reply: null,
    reason: isUnreachable ? 'no server of the domain could be reached' : reason,
  };
}

const tooOld = 'Too many failures';

/** Whether Haraka's summary says that a file has been tried often enough. */
export function isTooOld(cause: string): boolean {
  return summaryOf(cause).startsWith(tooOld);
}

/** Haraka's summary of why a file was tried often enough. */
export function tooOldCause(cause: string): string {
  return `${tooOld} (${cause})`;
}

function summaryOf(cause: string): string {
  return plain(cause.replace(/^(?:Error: )+/, ''));
}

/** Why each recipient did not get the mail. `cause` is Haraka's summary. */
export function failuresOf(
  recipients: readonly NotedRecipient[],
  kind: 'failed' | 'delayed',
  cause: string,
): Failure[] {
  const summary = summaryOf(cause);
  return recipients.map((recipient) => {
    const hasReply = plain(recipient.dsn_smtp_code) !== '' || plain(recipient.dsn_smtp_response) !== '';
    return hasReply ? fromServer(recipient, kind) : fromHaraka(recipient, kind, summary);
  });
}

interface NotedFile {
  readonly todo: { readonly rcpt_to: readonly NotedRecipient[] };
}

interface NotingMail {
  split_to_new_recipients(
    this: NotedFile,
    recipients: readonly NotedRecipient[],
    response: unknown,
    done: (file: NotedFile) => void,
  ): unknown;
  extend_rcpt_with_dsn(this: NotedFile, recipient: NotedRecipient, status: unknown): unknown;
}

export const notingMail = new Part<NotingMail>('outbound', 'HMailItem.prototype', [
  'split_to_new_recipients',
  'extend_rcpt_with_dsn',
]);

const changed = new WeakSet<NotingMail>();

/** Has Haraka keep its notes about each recipient, and only the latest; throws when this Haraka lacks a function. */
export function keepRecipientNotes(plugin: HarakaPlugin): void {
  const prototype = notingMail.in(plugin);
  if (changed.has(prototype)) return;
  changed.add(prototype);
  const { split_to_new_recipients: split, extend_rcpt_with_dsn: extend } = prototype;
  prototype.split_to_new_recipients = function (recipients, response, done) {
    return split.call(this, recipients, response, (file) => {
      // The new file has read its recipients from disk, in the same order.
      for (const [at, copy] of file.todo.rcpt_to.entries()) {
        const original = recipients[at];
        if (original === undefined || original === copy) continue;
        for (const name of noted) Reflect.set(copy, name, original[name]);
      }
      done(file);
    });
  };
  prototype.extend_rcpt_with_dsn = function (recipient, status) {
    // The reply at an earlier attempt is not why it fails now.
    for (const name of noted) Reflect.set(recipient, name, undefined);
    return extend.call(this, recipient, status);
  };
}
