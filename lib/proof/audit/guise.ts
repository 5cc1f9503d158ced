/*
 * What a stranger says of himself, as far as an entry can look at it.
 */

/** What a stranger says. */
export interface Guise {
  /** MAIL FROM, without brackets. */
  readonly said: string;
  /** Null: an ordinary name. */
  readonly helo: string | null;
  /** ORCPT without its type; null without one. */
  readonly originalRecipient: string | null;
  readonly notify: ReadonlySet<string>;
  /** Null: as the channel wants it. */
  readonly tls: boolean | null;
  readonly esmtp: boolean;
  /** The host of a recipient that the entry is for; null: any. */
  readonly host: string | null;
}

/** The guise of a stranger who says nothing in particular. */
export function plainGuise(said: string): Guise {
  const nothing = { helo: null, originalRecipient: null, host: null };
  return { said, ...nothing, notify: new Set(), tls: null, esmtp: true };
}

/** What is out of the ordinary, one phrase each; the sender aside. */
export function conditionsOf({ helo, originalRecipient, notify, tls, esmtp }: Guise): readonly string[] {
  return [
    ...(helo === null ? [] : [`HELO \`${helo}\``]),
    ...(originalRecipient === null ? [] : [`ORCPT \`${originalRecipient}\``]),
    ...(notify.size === 0 ? [] : [`NOTIFY=${[...notify].join(',')}`]),
    ...(tls === null ? [] : [tls ? 'TLS' : 'no TLS']),
    ...(esmtp ? [] : ['HELO in place of EHLO']),
  ];
}
