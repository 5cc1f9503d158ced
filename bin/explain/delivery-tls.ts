/*
 * How the deliveries of an explanation use TLS and AUTH.
 */
import { type Delivery, finalDeliveries } from '../../lib/decide/index.js';
import { deliveryRoute, deliverySasl, deliveryTls, type Policy } from '../../lib/policy/index.js';
import type { Demand, TlsVerify } from '../../lib/tls/index.js';
import type { WhatRuns } from '../support/index.js';

/** AUTH of one delivery; the credentials themselves are never shown. */
interface DeliveryAuth {
  readonly demand: Demand;
  /** The section of security.cnf; null where there is none for this channel. */
  readonly credentials: string | null;
  /** Whether the password itself may be sent without TLS. */
  readonly inClear: boolean;
}

/** TLS and AUTH of one delivery. */
export interface DeliveryTls {
  readonly address: string;
  readonly channel: string;
  /** Null where `leftTo` decides. */
  readonly demand: Demand | null;
  /** The queue plugin of a channel that delivers through it; Haraka, where `pmdf/maytls` does not run; null for neither. */
  readonly leftTo: 'queue plugin' | 'haraka' | null;
  readonly verify: TlsVerify;
  /** The name that the certificate has to have; null: the name of the server. */
  readonly name: string | null;
  /** The file of the trusted authorities; null: those that Node trusts. */
  readonly ca: string | null;
  /** How this host authenticates to the server; null where the queue plugin or Haraka decides. */
  readonly auth: DeliveryAuth | null;
}

const undecided = { demand: null, verify: 'none', name: null, ca: null } as const;

function authOf(policy: Policy, channel: string): DeliveryAuth {
  const { demand, section, credentials, inClear } = deliverySasl(policy, channel);
  return { demand, credentials: credentials === null ? null : section, inClear };
}

/** Decides how each delivery uses TLS and AUTH. */
export function deliveryTlsOf(
  policy: Policy,
  { ours }: WhatRuns,
  deliveries: readonly Delivery[],
): readonly DeliveryTls[] {
  return finalDeliveries(deliveries).map(({ address, channel }) => {
    const isThrough = deliveryRoute(policy, channel).method === 'through';
    if (isThrough || !ours.has('deliver'))
      return { address, channel, ...undecided, leftTo: 'queue plugin', auth: null };
    const auth = ours.has('auth') ? authOf(policy, channel) : null;
    if (!ours.has('maytls')) return { address, channel, ...undecided, leftTo: 'haraka', auth };
    const domain = address.slice(address.lastIndexOf('@') + 1);
    return { address, channel, ...deliveryTls(policy, channel, domain), leftTo: null, auth };
  });
}

/** Says how a delivery uses TLS. */
export function deliveryTlsText({ demand, leftTo, verify, name, ca }: DeliveryTls): string {
  switch (demand) {
    case null:
      return leftTo === 'haraka'
        ? 'decided by Haraka: `pmdf/maytls` is not in config/plugins'
        : 'decided by the queue plugin';
    case 'no':
      return 'never';
    case 'may':
      return 'if the server offers it';
    case 'must': {
      if (verify === 'none') return 'required';
      const whose = name === null ? 'the server' : `\`${name}\``;
      return `required, with a certificate for ${whose}${ca === null ? '' : ` issued by \`${ca}\``}`;
    }
  }
}

/** Says how a delivery authenticates; null where it does not. */
export function deliveryAuthText({ auth }: DeliveryTls): string | null {
  if (auth === null || auth.demand === 'no') return null;
  const { demand, credentials, inClear } = auth;
  if (credentials === null) return demand === 'must' ? 'required, but there are no credentials' : null;
  const how = demand === 'must' ? 'required' : 'if the server offers it';
  return `${how}, with \`[CLIENT_AUTH=${credentials}]\`${inClear ? ', without TLS too' : ''}`;
}
