/*
 * What was asked and declared for a message, in the notes of its queue files.
 */
import {
  asksNothing,
  type MailParameters,
  type Notary,
  noMessageNotary,
  noRecipientNotary,
  type RecipientNotary,
  recipientNotary,
} from '../../../lib/notary/index.js';
import type { OwnNotes } from '../own-notes.js';

/** An address of a queue file, and what is asked for it. */
export type AskedAddress = readonly [address: string, notary: RecipientNotary];

/** The notes of a queue file with what was asked for its addresses; where that is nothing, as they are. */
export function withAsked(
  own: OwnNotes,
  asked: readonly AskedAddress[],
  { notary: message, eightBit, smtputf8 }: Omit<MailParameters, 'size'>,
): OwnNotes {
  const nothing = asksNothing(
    message,
    asked.map(([, notary]) => notary),
  );
  const recipients = asked.filter(([, { notify, orcpt }]) => notify !== null || orcpt !== null);
  return {
    ...own,
    ...(nothing ? {} : { notary: { message, recipients } }),
    ...(eightBit ? { eightBit } : {}),
    ...(smtputf8 ? { smtputf8 } : {}),
  };
}

/** What the notes of a queue file declare of its message. */
export function declaredIn({ notary, eightBit, smtputf8 }: OwnNotes): Omit<MailParameters, 'size'> {
  return {
    notary: notary?.message ?? noMessageNotary,
    eightBit: eightBit === true,
    smtputf8: smtputf8 === true,
  };
}

/** What is asked for an address of a file. */
export function askedIn({ notary }: OwnNotes, address: string): RecipientNotary {
  return notary === undefined ? noRecipientNotary : recipientNotary(notary, address);
}

/**
 * The notes of a file whose one address, `named`, was reprocessed to another one: they hold what is asked for both, since the
 * former is reprocessed at every attempt.
 */
export function withAddress(own: OwnNotes, named: string, [address, asked]: AskedAddress): OwnNotes {
  const { notary } = own;
  const isNothing = notary === undefined && asked.notify === null && asked.orcpt === null;
  if (isNothing || address === named) return own;
  const kept: Notary = notary ?? { message: noMessageNotary, recipients: [] };
  const others = kept.recipients.filter(([one]) => one !== address);
  return { ...own, notary: { message: kept.message, recipients: [...others, [address, asked]] } };
}
