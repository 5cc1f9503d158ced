/*
 * The part of a report that people read.
 * Ref: PMDF 2.3.4.20 to 2.3.4.22; Messaging Server 6.3 Administration Guide 10.10.1
 */
import { shownAddress } from './delivery-status.js';
import type { Notice, NoticeAction, NoticeRecipient } from './notice.js';
import { folded, plainText } from './safe-text.js';

/** The kinds of notices; each has its text. */
export const noticeKinds = [
  'bounced',
  'deferred',
  'delayed',
  'delivered',
  'failed',
  'forwarded',
  'timedout',
] as const;

export type NoticeKind = (typeof noticeKinds)[number];

/** The kind that goes with what became of the recipients. */
export function kindOf(action: NoticeAction): NoticeKind {
  switch (action) {
    case 'failed':
    case 'delayed':
    case 'delivered':
      return action;
    case 'relayed':
    case 'expanded':
      return 'forwarded';
  }
}

/** The subject of each kind. */
export const subjects: Readonly<Record<NoticeKind, string>> = {
  bounced: 'Delivery Notification: Delivery has been manually aborted',
  deferred: 'Delivery Notification: Delivery has been delayed',
  delayed: 'Delivery Notification: Delivery has been delayed',
  delivered: 'Delivery Notification: Delivery has been successful',
  failed: 'Delivery Notification: Delivery has failed',
  forwarded: 'Delivery Notification: Message successfully forwarded',
  timedout: 'Delivery Notification: Delivery has timed out and failed',
};

/** What is said of one recipient. */
export function recipientWords(recipient: NoticeRecipient, showsFinal: boolean): string[] {
  const { notary, reason, remoteServer, reply, candidates = [] } = recipient;
  const shown = shownAddress(recipient, showsFinal);
  const original = notary.orcpt?.address ?? shown;
  const line = (label: string, value: string): string[] =>
    folded(`${label}: ${plainText(value)}`, '    ').map((one, at) => (at === 0 ? `  ${one}` : one));
  return [
    ...line('Recipient address', shown),
    ...(original === shown ? [] : line('Original address', original)),
    ...line('Reason', reason),
    ...candidates.flatMap((one) => line('This name may mean', one)),
    ...(reply === null ? [] : line('Diagnostic code', `smtp;${reply}`)),
    ...(remoteServer === null ? [] : line('Remote system', `dns;${remoteServer}`)),
  ];
}

/** What is said of all recipients, with an empty line between them. */
export function recipientsWords({ recipients }: Notice, showsFinal: boolean): string[] {
  return recipients.flatMap((recipient, at) => [
    ...(at === 0 ? [] : ['']),
    ...recipientWords(recipient, showsFinal),
  ]);
}
