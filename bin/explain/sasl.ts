/*
 * What an explanation says of AUTH to servers: whether a delivery tries or demands it, and with which credentials.
 */
import { deliverySasl, type Policy } from '../../lib/policy/index.js';
import type { Demand } from '../../lib/tls/index.js';

/** AUTH of one delivery; the credentials themselves are never shown. */
export interface DeliveryAuth {
  readonly demand: Demand;
  /** The section of security.cnf; null where there is none for this channel. */
  readonly credentials: string | null;
  /** Whether the password itself may be sent without TLS. */
  readonly inClear: boolean;
}

/** Decides how a delivery from Haraka's queue authenticates. */
export function authOfDelivery(policy: Policy, channel: string): DeliveryAuth {
  const { demand, section, credentials, inClear } = deliverySasl(policy, channel);
  return { demand, credentials: credentials === null ? null : section, inClear };
}

/** Says how a delivery authenticates; null where nothing is to be said. */
export function deliveryAuthText({ demand, credentials, inClear }: DeliveryAuth): string | null {
  if (demand === 'no') return null;
  if (credentials === null) return demand === 'must' ? 'a must, and there are no credentials' : null;
  const how = demand === 'must' ? 'a must' : 'where it is offered';
  return `${how}, with \`[CLIENT_AUTH=${credentials}]\`${inClear ? ', in clear too' : ''}`;
}
