/*
 * What a bounce says about each recipient: the reason, and the fields of RFC 3464. Haraka 3.3 loses both when only some
 * recipients of a file fail, mixes the replies of several attempts, and omits a status with more than one digit in a part.
 * Undocumented, read from Haraka 3.3.4: outbound/hmail.js (split_to_new_recipients, populate_bounce_message_with_headers,
 * extend_rcpt_with_dsn; the dsn_* members of a recipient).
 * Ref: RFC 3464 2.3 (Action, Status, Remote-MTA, Diagnostic-Code); RFC 3463
 */
import { oneLine } from '../../../lib/smtp/index.js';
import { Part } from '../part.js';
import type { HarakaPlugin } from '../types.js';

/** What Haraka notes about a recipient; `dsn_smtp_*` is the reply of a server, `dsn_code` and `dsn_msg` its own. */
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
export interface ReportedRecipient
  extends Partial<Record<Exclude<(typeof noted)[number], 'dsn_code'>, string | undefined>> {
  readonly address: string;
  dsn_code?: number | string | undefined;
}

/** Printable ASCII on one line, as the fields of a report must be. */
function plain(text: unknown): string {
  return oneLine(String(text ?? '').replace(/[^\x20-\x7e]+/g, ' '));
}

function optional(text: unknown): string | undefined {
  const found = plain(text);
  return found === '' ? undefined : found;
}

/** Splits the status off a reply: Haraka recognizes only those with one digit in each part. */
function withStatus(said: string): { readonly status: string | undefined; readonly text: string } {
  const found = /^([245]\.\d{1,3}\.\d{1,3})(?:\s+(.*)|$)/.exec(said);
  return { status: found?.[1], text: found === null ? said : (found[2] ?? '') };
}

/** The name of a server as a field of the report. */
function remoteName(host: string): string {
  if (host.includes(';')) return host;
  return /^[\d.]+$|:/.test(host) ? `dns; [${host.includes(':') ? `IPv6:${host}` : host}]` : `dns; ${host}`;
}

function completeFromServer(recipient: ReportedRecipient): void {
  const { status, text } = withStatus(plain(recipient.dsn_smtp_response));
  const code = plain(recipient.dsn_smtp_code);
  const known = optional(recipient.dsn_smtp_extc) ?? status;
  recipient.dsn_smtp_extc = known;
  recipient.dsn_smtp_response = text;
  recipient.dsn_status = optional(recipient.dsn_status) ?? known ?? `${code.charAt(0) || '5'}.0.0`;
  // These are from an earlier attempt.
  recipient.dsn_code = undefined;
  recipient.dsn_msg = undefined;
  recipient.reason = [code, known, text].filter((part) => part !== undefined && part !== '').join(' ');
  if (recipient.dsn_remote_mta !== undefined) recipient.dsn_remote_mta = remoteName(recipient.dsn_remote_mta);
}

function completeFromHaraka(recipient: ReportedRecipient, cause: string): void {
  recipient.dsn_status = optional(recipient.dsn_status) ?? '5.0.0';
  recipient.reason =
    recipient.dsn_msg === undefined && recipient.dsn_code === undefined
      ? cause
      : [recipient.dsn_code, recipient.dsn_status, recipient.dsn_msg].map(plain).filter(Boolean).join(' ');
  // The field has this text in parentheses.
  if (recipient.dsn_msg !== undefined) recipient.dsn_msg = plain(recipient.dsn_msg).replace(/[()\\]/g, ' ');
}

/**
 * Completes what is noted about the recipients of a file that is bounced, and gives the reason in one line. `cause` is
 * Haraka's own summary.
 */
export function completeReport(recipients: readonly ReportedRecipient[], cause: string): string {
  const summary = plain(cause.replace(/^(?:Error: )+/, ''));
  const isTooOld = summary.startsWith('Too many failures');
  for (const recipient of recipients) {
    recipient.dsn_action = 'failed';
    if (optional(recipient.dsn_smtp_response) ?? optional(recipient.dsn_smtp_code))
      completeFromServer(recipient);
    else completeFromHaraka(recipient, summary);
  }
  const reasons = new Set(recipients.map(({ reason }) => reason));
  const [only] = reasons;
  const all =
    reasons.size === 1
      ? (only ?? summary)
      : recipients.map(({ address, reason }) => `<${address}>: ${reason ?? summary}`).join('; ');
  return isTooOld ? `it could not be delivered in time; the last answer: ${all}` : all;
}

interface ReportedFile {
  readonly todo: { readonly rcpt_to: readonly ReportedRecipient[] };
}

interface BouncingMail {
  split_to_new_recipients(
    this: ReportedFile,
    recipients: readonly ReportedRecipient[],
    response: unknown,
    done: (file: ReportedFile) => void,
  ): unknown;
  populate_bounce_message_with_headers(
    this: ReportedFile,
    from: unknown,
    to: unknown,
    reason: unknown,
    header: unknown,
    done: unknown,
  ): unknown;
  extend_rcpt_with_dsn(this: ReportedFile, recipient: ReportedRecipient, status: unknown): unknown;
}

export const bouncingMail = new Part<BouncingMail>('outbound', 'HMailItem.prototype', [
  'split_to_new_recipients',
  'populate_bounce_message_with_headers',
  'extend_rcpt_with_dsn',
]);

const changed = new WeakSet<BouncingMail>();

/** Has every bounce of this Haraka give the reason for each recipient; throws when this Haraka lacks a function. */
export function completeBounces(plugin: HarakaPlugin): void {
  const prototype = bouncingMail.in(plugin);
  if (changed.has(prototype)) return;
  changed.add(prototype);
  const {
    split_to_new_recipients: split,
    populate_bounce_message_with_headers: populate,
    extend_rcpt_with_dsn: extend,
  } = prototype;
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
  prototype.populate_bounce_message_with_headers = function (from, to, reason, header, done) {
    const cause = completeReport(this.todo.rcpt_to, String(reason));
    return populate.call(this, from, to, cause, header, done);
  };
  prototype.extend_rcpt_with_dsn = function (recipient, status) {
    // The reply at an earlier attempt is not why it fails now.
    for (const name of noted) Reflect.set(recipient, name, undefined);
    return extend.call(this, recipient, status);
  };
}
