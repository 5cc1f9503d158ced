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

type Family = 'tls' | 'sasl';
type Half = 'server' | 'client';

/** The keywords of one half of a family, the first ones going before the others. */
function keywordsFor(family: Family, half: Half): readonly (readonly [Demand, string])[] {
  const order = ['must', 'may', 'no'] as const;
  return [
    ...order.map((demand) => [demand, `${demand}${family}${half}`] as const),
    ...order.map((demand) => [demand, `${demand}${family}`] as const),
  ];
}

function bothHalves(family: Family): Readonly<Record<Half, readonly (readonly [Demand, string])[]>> {
  return { server: keywordsFor(family, 'server'), client: keywordsFor(family, 'client') };
}

const keywordsOf = { tls: bothHalves('tls'), sasl: bothHalves('sasl') };

/** Reads one half of a family; the keyword of the half goes before the one for both, and nothing means `no`. */
export function demandOf(keywords: KeywordsInForce, family: Family, half: Half): Demand {
  for (const [demand, keyword] of keywordsOf[family][half]) if (keywords.has(keyword)) return demand;
  return 'no';
}

/** Reads the `tls` keywords. As server: whether STARTTLS is offered or required; as client: whether it is issued. */
export function tlsOf(keywords: KeywordsInForce): Demands {
  return { server: demandOf(keywords, 'tls', 'server'), client: demandOf(keywords, 'tls', 'client') };
}

/** The reply to MAIL where `musttlsserver` waits for STARTTLS. */
export const tlsRequired: Reply = reply(530, '5.7.0', 'No STARTTLS command has been given.');
