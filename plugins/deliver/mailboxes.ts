/*
 * Mailboxes, however their addresses are spelled: each gets one copy of a message, and what was asked for it wherever it was
 * reached.
 */
import { dequote, foldDomain } from '../../lib/address/index.js';
import type { Delivery } from '../../lib/decide/index.js';
import { joinedNotary, noRecipientNotary, type RecipientNotary } from '../../lib/notary/index.js';

/** A key that is equal for all spellings of one mailbox. Ref: RFC 5321 2.4, 4.1.2 */
export function mailboxKey(channel: string, address: string): string {
  const sign = address.lastIndexOf('@');
  return `${channel} ${dequote(address.slice(0, sign))}@${foldDomain(address.slice(sign + 1))}`;
}

/** Removes deliveries to a mailbox that an earlier one goes to. */
export function withoutRepeats(deliveries: readonly Delivery[]): Delivery[] {
  const seen = new Set<string>();
  return deliveries.filter(({ channel, address }) => {
    const key = mailboxKey(channel, address);
    return !seen.has(key) && seen.add(key);
  });
}

/** Whether a recipient became several mailboxes. */
export function areSeveral(deliveries: readonly Delivery[]): boolean {
  return deliveries.length > 1 && withoutRepeats(deliveries).length > 1;
}

/** A mailbox that is reached once more, and what is asked for it there. */
export interface Repeat {
  readonly mailbox: string;
  readonly notary: RecipientNotary;
}

/** A delivery as far as it matters here. */
interface ToMailbox {
  readonly address: string;
  readonly route: { readonly channel: string };
  readonly notary?: RecipientNotary;
}

/** Adds what was asked for where mailboxes were reached again. */
export function joinRepeats<T extends ToMailbox>(deliveries: readonly T[], repeats: readonly Repeat[]): T[] {
  const asked = new Map<string, RecipientNotary[]>();
  for (const { mailbox, notary } of repeats) {
    const list = asked.get(mailbox);
    if (list === undefined) asked.set(mailbox, [notary]);
    else list.push(notary);
  }
  return deliveries.map((delivery) => {
    const more = asked.get(mailboxKey(delivery.route.channel, delivery.address));
    if (more === undefined) return delivery;
    return { ...delivery, notary: more.reduce(joinedNotary, delivery.notary ?? noRecipientNotary) };
  });
}
