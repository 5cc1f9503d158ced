/*
 * What is passed on when a message goes to the next server, or becomes several.
 * Ref: RFC 3461 5.2.1, 5.2.2, 5.2.7; RFC 6533 3
 */
import { foldDomain, splitAddress } from '../address/index.js';
import type { OfferedExtensions } from './offered-extensions.js';
import { fitsOrcpt, writeOrcpt } from './original-recipient.js';
import type { MessageNotary, NotifyEvent, OriginalRecipient, RecipientNotary } from './request.js';
import { encodeXtext, isPrintable, isUtf8Text } from './xtext.js';

/** What is known of a message when it is about to be sent. */
export interface OutgoingMessage {
  readonly notary: MessageNotary;
  /** Whether its body may contain octets beyond ASCII. */
  readonly eightBit: boolean;
  /** Whether SMTPUTF8 is used where it is offered. */
  readonly smtputf8: boolean;
  /** Its octets; null where they are not known yet. */
  readonly size: number | null;
}

/** The parameters of MAIL for a server, each with a space in front. */
export function mailParameters(offered: OfferedExtensions, message: OutgoingMessage): string {
  const { ret, envid } = message.notary;
  const words: string[] = [];
  if (message.smtputf8 && offered.smtputf8) words.push('SMTPUTF8');
  if (message.eightBit && offered.eightBit) words.push('BODY=8BITMIME');
  if (message.size !== null && offered.size) words.push(`SIZE=${message.size}`);
  if (offered.dsn && ret !== null) words.push(`RET=${ret}`);
  if (offered.dsn && envid !== null) words.push(`ENVID=${encodeXtext(envid)}`);
  return words.map((word) => ` ${word}`).join('');
}

/** The parameters of RCPT for a server, each with a space in front. */
export function rcptParameters({ dsn }: OfferedExtensions, { notify, orcpt }: RecipientNotary): string {
  if (!dsn) return '';
  const words: string[] = [];
  if (notify !== null) words.push(`NOTIFY=${notify.length === 0 ? 'NEVER' : notify.join(',')}`);
  if (orcpt !== null) words.push(`ORCPT=${writeOrcpt(orcpt)}`);
  return words.map((word) => ` ${word}`).join('');
}

/** Whether a server permits a message of this size. */
export function permitsSize({ sizeLimit }: OfferedExtensions, size: number | null): boolean {
  return size === null || sizeLimit === null || size <= sizeLimit;
}

/** Whether nothing was asked for. */
export function asksNothing(message: MessageNotary, recipients: readonly RecipientNotary[]): boolean {
  return (
    message.ret === null &&
    message.envid === null &&
    recipients.every(({ notify, orcpt }) => notify === null && orcpt === null)
  );
}

/** Whether the sender wants to hear of success. */
export function wantsSuccess({ notify }: RecipientNotary): boolean {
  return notify?.includes('SUCCESS') ?? false;
}

function comparable(address: string): string {
  const { localPart, domain } = splitAddress(address);
  return domain === null ? localPart : `${localPart}@${foldDomain(domain)}`;
}

/** What a report names as the original recipient: the address as the client gave it. Null for one without a domain, or too long. */
export function originalOf(named: string): OriginalRecipient | null {
  if (!named.includes('@') || !isUtf8Text(named)) return null;
  const original = { type: isPrintable(named) ? 'rfc822' : 'utf-8', address: named };
  return fitsOrcpt(original) ? original : null;
}

/**
 * What is asked for an address that the recipient `named` became: where the client gave no ORCPT and the address is another
 * one, the recipient as named becomes the original one. Ref: RFC 3461 5.2.1 (c)
 */
export function notaryFor(asked: RecipientNotary, named: string, address: string): RecipientNotary {
  if (asked.orcpt !== null || named === address) return asked;
  if (comparable(named) === comparable(address)) return asked;
  const orcpt = originalOf(named);
  return orcpt === null ? asked : { ...asked, orcpt };
}

/**
 * What is asked for each address of a recipient that became several: success is reported for the recipient itself, as
 * `expanded`, and everything else for each address. Ref: RFC 3461 5.2.7.3 (c)
 */
export function withoutSuccess(asked: RecipientNotary): RecipientNotary {
  if (!wantsSuccess(asked)) return asked;
  return { ...asked, notify: asked.notify?.filter((event) => event !== 'SUCCESS') ?? null };
}

const order: readonly NotifyEvent[] = ['SUCCESS', 'FAILURE', 'DELAY'];

/** What a sender that does not say wants to hear of. Ref: RFC 3461 4.1 */
const usual: readonly NotifyEvent[] = ['FAILURE', 'DELAY'];

/** What is asked for a mailbox that is reached twice and gets one copy: every event that either asks for. */
export function joinedNotary(one: RecipientNotary, other: RecipientNotary): RecipientNotary {
  const orcpt = one.orcpt ?? other.orcpt;
  if (one.notify === null && other.notify === null) return { notify: null, orcpt };
  const wanted = new Set([...(one.notify ?? usual), ...(other.notify ?? usual)]);
  return { notify: order.filter((event) => wanted.has(event)), orcpt };
}
