/*
 * What a client claims in a session, as far as access tables can test it.
 */
export interface Claims {
  /** MAIL FROM without brackets. */
  readonly sender: string;
  /** Null: an ordinary name. */
  readonly helo: string | null;
  /** ORCPT without its type; null without one. */
  readonly originalRecipient: string | null;
  readonly notify: ReadonlySet<string>;
  /** Null: as the channel asks for it. */
  readonly tls: boolean | null;
  readonly esmtp: boolean;
  /** A host that recipients are to have; null for any. */
  readonly host: string | null;
}

/** The claims of a client that sets nothing but its sender. */
export function plainClaims(sender: string): Claims {
  const nothing = { helo: null, originalRecipient: null, host: null };
  return { sender, ...nothing, notify: new Set(), tls: null, esmtp: true };
}

/** The unusual claims apart from the sender, one phrase each. */
export function conditionsOf({ helo, originalRecipient, notify, tls, esmtp }: Claims): readonly string[] {
  return [
    ...(helo === null ? [] : [`HELO \`${helo}\``]),
    ...(originalRecipient === null ? [] : [`ORCPT \`${originalRecipient}\``]),
    ...(notify.size === 0 ? [] : [`NOTIFY=${[...notify].join(',')}`]),
    ...(tls === null ? [] : [tls ? 'TLS' : 'no TLS']),
    ...(esmtp ? [] : ['HELO in place of EHLO']),
  ];
}
