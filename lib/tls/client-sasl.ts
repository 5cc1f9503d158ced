/*
 * How this host authenticates to a server that it sends mail to: with which credentials, by which mechanism, and when
 * a password may leave in clear.
 * Ref: PMDF 2.3.4.43; RFC 4954 4, RFC 4616, RFC 2195
 */
import type { Demand } from './tls-keywords.js';

/** A text that no log, trace or listing shows: it has to be revealed explicitly. */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  reveal(): string {
    return this.#text;
  }
}

/** The mechanisms, in the order in which they are preferred: one that does not tell the server the password is first. */
export const saslMechanisms = ['CRAM-MD5', 'PLAIN', 'LOGIN'] as const;
export type SaslMechanism = (typeof saslMechanisms)[number];

/** Mechanisms whose responses hold the password as it is. */
const plainMechanisms: ReadonlySet<SaslMechanism> = new Set(['PLAIN', 'LOGIN']);

/** Whom this host is to a server. */
export interface Credentials {
  readonly user: string;
  readonly password: Secret;
  /** Those that may be used, preferred ones first. */
  readonly mechanisms: readonly SaslMechanism[];
}

/** The section of security.cnf that counts for a channel without `client_auth`. */
export const defaultSection = 'DEFAULT';

/** How mail of a channel authenticates. */
export interface ClientSasl {
  readonly demand: Demand;
  /** The section of the credentials. */
  readonly section: string;
  /** Null when the section does not exist. */
  readonly credentials: Credentials | null;
  /** The password itself may be sent without TLS. */
  readonly inClear: boolean;
}

/** The mechanism to use; or why none, and whether one would do under TLS. */
export type MechanismChoice =
  | { readonly kind: 'use'; readonly mechanism: SaslMechanism }
  | { readonly kind: 'none'; readonly reason: string; readonly isWithheld: boolean };

export function sendsPassword(mechanism: SaslMechanism): boolean {
  return plainMechanisms.has(mechanism);
}

/** Chooses a mechanism among those that a server offers; `offered` as EHLO names them. */
export function chooseMechanism(
  { mechanisms }: Pick<Credentials, 'mechanisms'>,
  offered: readonly string[],
  mayPass: boolean,
): MechanismChoice {
  const names = new Set(offered.map((one) => one.toUpperCase()));
  const usable = mechanisms.filter((one) => names.has(one));
  const mechanism = usable.find((one) => mayPass || !sendsPassword(one));
  if (mechanism !== undefined) return { kind: 'use', mechanism };
  if (usable.length > 0) {
    return { kind: 'none', reason: 'the password is not sent without TLS', isWithheld: true };
  }
  const reason =
    names.size === 0
      ? 'the server offers no AUTH'
      : `the server offers none of ${mechanisms.join(', ')}, but \`${offered.join(' ')}\``;
  return { kind: 'none', reason, isWithheld: false };
}
