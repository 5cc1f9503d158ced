/*
 * What a channel says about the reverse name of a client: whether it is looked up, what it is used for, and what
 * becomes of a name that does not lead back to the client's address.
 * Ref: PMDF 2.3.4.40
 */
import { type Channel, hasKeyword } from './channel.js';

/** The `ident` keywords of a channel. */
export interface ReverseNameUse {
  /** The name is looked up at all. */
  readonly lookedUp: boolean;
  readonly addressInReceived: boolean;
  readonly nameInReceived: boolean;
  /** The name may switch the channel. */
  readonly switches: boolean;
}

/** Whether an unconfirmed name counts (`none`), or does not: it is marked, dropped, or ignored. */
export type Confirmation = 'none' | 'tag' | 'delete' | 'required';

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

function hasIdent(channel: Channel, ending: string): boolean {
  return hasKeyword(channel, `identnone${ending}`) || hasKeyword(channel, `identtcp${ending}`);
}

export function reverseNameUse(channel: Channel): ReverseNameUse {
  const numeric = hasIdent(channel, 'numeric');
  return {
    lookedUp: !numeric,
    addressInReceived: !hasIdent(channel, 'symbolic'),
    nameInReceived: !numeric,
    switches: !numeric && !hasIdent(channel, 'limited'),
  };
}

/**
 * Reads the `forwardcheck` keywords of a channel. Without any of them a name must be
 * confirmed: PMDF's own default would let anyone who controls a reverse zone pass for an internal host.
 */
export function confirmationOf(channel: Channel): Confirmation {
  if (hasKeyword(channel, 'forwardchecktag')) return 'tag';
  if (hasKeyword(channel, 'forwardcheckdelete')) return 'delete';
  const none = channel.keywords.get('forwardchecknone');
  return none === undefined || none.span === null ? 'required' : 'none';
}
