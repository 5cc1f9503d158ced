/*
 * Whether the sender wants a notice.
 * Ref: RFC 3461 4.1, 5.2
 */
import type { RecipientNotary } from '../notary/index.js';
import type { Notice, NoticeAction } from './notice.js';

/** Tells whether the sender wants to be told what became of a recipient. */
export function isWanted(action: NoticeAction, { notify }: RecipientNotary): boolean {
  switch (action) {
    case 'failed':
      return notify === null || notify.includes('FAILURE');
    case 'delayed':
      return notify === null || notify.includes('DELAY');
    case 'delivered':
    case 'relayed':
    case 'expanded':
      return notify?.includes('SUCCESS') ?? false;
  }
}

/** The part of a notice that the sender wants; null when there is none, as for the null sender. */
export function wantedPart(notice: Notice): Notice | null {
  if (notice.envelopeFrom === '') return null;
  const recipients = notice.recipients.filter(({ notary }) => isWanted(notice.action, notary));
  return recipients.length === 0 ? null : { ...notice, recipients };
}
