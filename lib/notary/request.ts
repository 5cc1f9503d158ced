/*
 * What a sender asked to be told about its message: the parameters of the DSN extension, checked and decoded.
 * Ref: RFC 3461 4
 */

/** An event that a sender can ask to be notified of. Ref: RFC 3461 4.1 */
export type NotifyEvent = 'SUCCESS' | 'FAILURE' | 'DELAY';

/** The parameters of MAIL. Ref: RFC 3461 4.3, 4.4 */
export interface MessageNotary {
  /** How much of a message that failed is returned; null where the sender did not say. */
  readonly ret: 'FULL' | 'HDRS' | null;
  /** The envelope identifier, decoded from xtext: printable ASCII; null where there is none. */
  readonly envid: string | null;
}

/** The original recipient. Ref: RFC 3461 4.2 */
export interface OriginalRecipient {
  /** The type of the address, an atom, usually `rfc822` or `utf-8`. */
  readonly type: string;
  /** The address, decoded from xtext. */
  readonly address: string;
}

/** The parameters of RCPT. Ref: RFC 3461 4.1, 4.2 */
export interface RecipientNotary {
  /** The events; empty for NEVER; null where the sender did not say, which means failure and perhaps delay. */
  readonly notify: readonly NotifyEvent[] | null;
  readonly orcpt: OriginalRecipient | null;
}

/** What was asked for a message and each of its recipients, as it is kept in a queue file; a plain JSON value. */
export interface Notary {
  readonly message: MessageNotary;
  /** Each address of the queue file, without brackets, with its parameters; those without any may be left out. */
  readonly recipients: readonly (readonly [address: string, notary: RecipientNotary])[];
}

export const noMessageNotary: MessageNotary = { ret: null, envid: null };
export const noRecipientNotary: RecipientNotary = { notify: null, orcpt: null };

/** What was asked for one address of a queue file. */
export function recipientNotary(notary: Notary | undefined, address: string): RecipientNotary {
  return notary?.recipients.find(([one]) => one === address)?.[1] ?? noRecipientNotary;
}
