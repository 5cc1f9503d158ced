/*
 * What a channel says about the reverse name of a client: whether it is looked up, what it is used for, and what
 * becomes of a name that does not lead back to the client's address.
 * Ref: PMDF 2.3.4.40
 */
import type { Channel, Confirmation, ReverseNameUse } from './channel.js';

/** By which look-ups a client is switched, and in which order. */
export const switchLookups = ['name-else-literal', 'literal-then-name', 'literal', 'name'] as const;
export type SwitchLookup = (typeof switchLookups)[number];

/** Names that the client may have, but a look-up of them failed: these, or any. */
export type UnansweredNames = 'any' | readonly string[];

/**
 * What the reverse look-up of a client's address gave; a name is confirmed when it resolves to the address. `cause` tells why
 * there is none, or why it is not confirmed.
 */
export type ReverseName =
  | { readonly kind: 'confirmed'; readonly name: string }
  | {
      readonly kind: 'unconfirmed';
      readonly name: string;
      readonly cause: string;
      readonly unanswered?: UnansweredNames;
    }
  | { readonly kind: 'none'; readonly cause: string; readonly unanswered?: UnansweredNames };

/** What a channel says about the reverse name of a client. */
export function reverseNameUse({ switching }: Channel): ReverseNameUse {
  return switching.reverseName;
}

/** What a channel requires of a reverse name before it counts. */
export function confirmationOf({ switching }: Channel): Confirmation {
  return switching.confirmation;
}
