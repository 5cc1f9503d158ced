/*
 * Whether the postmaster gets a copy of a notice.
 *   sendpost       always
 *   copysendpost   unless the message came from the null sender
 *   errsendpost    when the sender cannot be told
 *   nosendpost     never
 *   none of them   as copysendpost, but not either when the header has an empty Errors-to (for delays: Warnings-to)
 * Never for mail from the null sender to a postmaster: two gateways whose postmasters are forwarded to each other would send
 * copies of copies for ever.
 * Ref: PMDF 2.3.4.21, 2.3.4.22
 */
import type { NoticeRecipient } from './notice.js';
import type { OriginalHeader } from './original-header.js';

/** Which notices go to the postmaster too. */
export type PostmasterCopies = 'always' | 'unless-null' | 'undeliverable' | 'never' | 'usual';

export interface CopyQuestion {
  readonly copies: PostmasterCopies;
  readonly about: 'failure' | 'delay';
  /** The envelope From of the message; the empty string for the null sender. */
  readonly envelopeFrom: string;
  readonly header: OriginalHeader;
  readonly recipients: readonly NoticeRecipient[];
}

function isPostmaster(address: string): boolean {
  return /^"?postmaster"?(?:@|$)/i.test(address);
}

function isForPostmaster({ address, notary: { orcpt } }: NoticeRecipient): boolean {
  return isPostmaster(address) || (orcpt !== null && isPostmaster(orcpt.address));
}

export function isCopied({ copies, about, envelopeFrom, header, recipients }: CopyQuestion): boolean {
  if (envelopeFrom === '' && recipients.every(isForPostmaster)) return false;
  switch (copies) {
    case 'always':
      return true;
    case 'unless-null':
      return envelopeFrom !== '';
    case 'undeliverable':
      return envelopeFrom === '';
    case 'never':
      return false;
    case 'usual':
      return envelopeFrom !== '' && header.get(about === 'failure' ? 'errors-to' : 'warnings-to') !== '';
  }
}
