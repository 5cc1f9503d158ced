/*
 * TLS for outgoing mail: what the keywords of the channel demand, and which server certificates are accepted.
 * Verifying a name implies TLS: a destination whose certificate has to be verified gets no mail in the clear.
 * Ref: PMDF 2.3.4.45; RFC 3207 4.1; RFC 6125 6
 */
import { foldHost } from '../address/index.js';
import type { Demand } from './tls-keywords.js';

/** Which server certificate is accepted: any, or a trusted one for the name of the server. */
export const tlsVerifies = ['none', 'name'] as const;
export type TlsVerify = (typeof tlsVerifies)[number];

/** The settings of a site for the certificates of a destination. */
export interface TlsVerification {
  readonly verify: TlsVerify;
  /** The name that the certificate is to bear; null: the name of the server that is connected to. */
  readonly name: string | null;
  /** The file of the trusted authorities, as written; null: those trusted everywhere. */
  readonly ca: string | null;
}

/** How one delivery uses TLS. */
export interface ClientTls extends TlsVerification {
  readonly demand: Demand;
}

/**
 * Settles keyword and verification. `particular` is for this channel or destination; without it `general` counts,
 * but only where TLS is used anyway; its authorities count where `particular` names none.
 */
export function clientTls(
  demand: Demand,
  particular: TlsVerification | null,
  general: Omit<TlsVerification, 'name'>,
): ClientTls {
  if (particular === null && demand === 'no') return { demand, verify: 'none', name: null, ca: null };
  const { verify, name, ca } = particular ?? { ...general, name: null };
  if (verify === 'none') return { demand, verify, name, ca: null };
  return { demand: 'must', verify, name, ca: ca ?? general.ca };
}

/** Finds the entry for a domain: its own, or that of the nearest parent domain, written with a leading dot. */
export function verificationOfDomain(
  domains: ReadonlyMap<string, TlsVerification>,
  domain: string,
): TlsVerification | null {
  const folded = foldHost(domain);
  const own = domains.get(folded);
  if (own !== undefined) return own;
  for (let dot = folded.indexOf('.'); dot !== -1; dot = folded.indexOf('.', dot + 1)) {
    const above = domains.get(folded.slice(dot));
    if (above !== undefined) return above;
  }
  return null;
}
