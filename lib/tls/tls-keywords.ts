/*
 * The `tls` keywords of a channel, each half separately: as SMTP server and as SMTP client.
 * Ref: PMDF 2.3.4.45; RFC 3207
 */
import { type Reply, reply } from '../smtp/index.js';

/** Whether something is left alone, used when possible, or required. */
export type Demand = 'no' | 'may' | 'must';

/** Keywords in force, by canonical name. */
export interface KeywordsInForce {
  has(keyword: string): boolean;
}

/** Both directions of a channel. */
export interface Demands {
  readonly server: Demand;
  readonly client: Demand;
}

/** Reads one half of a family; the keyword of the half goes before the one for both, and nothing means `no`. */
export function demandOf(
  keywords: KeywordsInForce,
  family: 'tls' | 'sasl',
  half: 'server' | 'client',
): Demand {
  const order = ['must', 'may', 'no'] as const;
  return (
    order.find((demand) => keywords.has(`${demand}${family}${half}`)) ??
    order.find((demand) => keywords.has(`${demand}${family}`)) ??
    'no'
  );
}

/** Reads the `tls` keywords. As server: whether STARTTLS is offered or required; as client: whether it is issued. */
export function tlsOf(keywords: KeywordsInForce): Demands {
  return { server: demandOf(keywords, 'tls', 'server'), client: demandOf(keywords, 'tls', 'client') };
}

/** The reply to MAIL where `musttlsserver` waits for STARTTLS. */
export const tlsRequired: Reply = reply(530, '5.7.0', 'No STARTTLS command has been given.');
