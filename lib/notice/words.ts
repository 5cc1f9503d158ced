/*
 * What is said of recipients in the part of a report that people read.
 * Ref: PMDF 2.3.4.20 to 2.3.4.22; Messaging Server 6.3 Administration Guide 10.10.1, 10.10.3
 */
import { type Attempt, attemptLines } from './attempts.js';
import { shownAddress } from './delivery-status.js';
import type { Notice, NoticeRecipient } from './notice.js';
import type { NoticeOptions } from './options.js';
import { folded, plainText } from './safe-text.js';

/** A line with a label; none without one. */
function labelled(label: string, value: string): string[] {
  if (label === '') return [];
  return folded(`${label} ${plainText(value)}`, '    ').map((one, at) => (at === 0 ? `  ${one}` : one));
}

/** PMDF's options have no label for this. */
const candidateLabel = 'This name may mean:';

/** What is said of one recipient. */
function recipientWords(
  recipient: NoticeRecipient,
  showsFinal: boolean,
  { labels, statuses }: NoticeOptions,
): string[] {
  const { notary, reason, remoteServer, reply, status, candidates = [] } = recipient;
  const shown = shownAddress(recipient, showsFinal);
  const original = notary.orcpt?.address ?? shown;
  const ofStatus = statuses.get(status);
  return [
    ...labelled(labels.recipient, shown),
    ...(original === shown ? [] : labelled(labels.original, original)),
    ...(ofStatus === undefined ? [] : folded(ofStatus, '  ').map((one) => `  ${one.trim()}`)),
    ...labelled(labels.reason, reason),
    ...candidates.flatMap((one) => labelled(candidateLabel, one)),
    ...(reply === null ? [] : labelled(labels.diagnosticCode, `smtp;${reply}`)),
    ...(remoteServer === null ? [] : labelled(labels.remoteSystem, `dns;${remoteServer}`)),
  ];
}

/** What goes into the words about recipients beside the notice. */
export interface WordsFrame {
  readonly showsFinal: boolean;
  readonly options: NoticeOptions;
  readonly attempts: readonly Attempt[];
  /** The most attempts that are told. */
  readonly mostAttempts: number;
}

/** What is said of all recipients, with an empty line between them, and of the attempts to deliver to them. */
export function recipientsWords(
  { recipients }: Notice,
  { showsFinal, options, attempts, mostAttempts }: WordsFrame,
): string[] {
  const each = recipients.flatMap((recipient, at) => [
    ...(at === 0 ? [] : ['']),
    ...recipientWords(recipient, showsFinal, options),
  ]);
  const addresses = recipients.map(({ address }) => address);
  const history = attemptLines(attempts, addresses, { label: options.labels.history, most: mostAttempts });
  return [...each, ...history];
}
