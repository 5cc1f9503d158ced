/*
 * A notice to the sender of a message about what became of it for some of its recipients: what goes into a report.
 * Ref: RFC 3464 2; PMDF 2.3.4.20 to 2.3.4.22
 */
import type { MessageNotary, RecipientNotary } from '../notary/index.js';

/** What became of the recipients. Ref: RFC 3464 2.3.3 */
export type NoticeAction = 'failed' | 'delayed' | 'delivered' | 'relayed' | 'expanded';

/** A recipient that a notice is about. */
export interface NoticeRecipient {
  /** The address that the message was to be delivered to, without brackets. */
  readonly address: string;
  readonly notary: RecipientNotary;
  /** Ref: RFC 3463 */
  readonly status: string;
  /** The server that answered, a name or an address; null where none did. */
  readonly remoteServer: string | null;
  /** What that server said, one line, with its code; null where none did. */
  readonly reply: string | null;
  /** The reason in words, one line. */
  readonly reason: string;
  /** Of an ambiguous name: the addresses that it may mean. */
  readonly candidates?: readonly string[];
}

/** What became of a message for some of its recipients. */
export interface Notice {
  readonly action: NoticeAction;
  /** The envelope From of the message; the empty string for the null sender. */
  readonly envelopeFrom: string;
  readonly message: MessageNotary;
  /** At least one. */
  readonly recipients: readonly NoticeRecipient[];
}
