/*
 * What an explanation says of TLS: what the client is offered, and how each delivery leaves.
 */
import type { Delivery } from '../../lib/decide/index.js';
import { deliveryRoute, deliveryTls, type Policy, sessionTls } from '../../lib/policy/index.js';
import type { Demand, ServerTls, TlsVerify } from '../../lib/tls/index.js';
import { authOfDelivery, type DeliveryAuth } from './sasl.js';
import type { WhatRuns } from './what-runs.js';

/** TLS of one delivery. */
export interface DeliveryTls {
  readonly address: string;
  readonly channel: string;
  /** Null: it is left to `leftTo`, which does it its own way. */
  readonly demand: Demand | null;
  /** The queue plugin that the channel's mail goes through; Haraka, where `pmdf/maytls` does not run; null for neither. */
  readonly leftTo: 'queue plugin' | 'haraka' | null;
  readonly verify: TlsVerify;
  /** The name that the certificate is to bear; null: the name of the server. */
  readonly name: string | null;
  /** The file of the authorities that count; null: those that Node trusts. */
  readonly ca: string | null;
  /** How this host authenticates to the server; null like `demand`. */
  readonly auth: DeliveryAuth | null;
}

/** The deliveries that mail leaves by in the end: those of the second pass where there is one. */
function finalDeliveries(deliveries: readonly Delivery[]): readonly Delivery[] {
  return deliveries.flatMap((one) => (one.then === undefined ? [one] : finalDeliveries(one.then)));
}

const ownWay = { demand: null, verify: 'none', name: null, ca: null } as const;

/** Decides how each delivery uses TLS. */
export function tlsOfDeliveries(
  policy: Policy,
  deliveries: readonly Delivery[],
  { ours }: WhatRuns,
): readonly DeliveryTls[] {
  return finalDeliveries(deliveries).map(({ address, channel }) => {
    const isThrough = deliveryRoute(policy, channel).method === 'through';
    if (isThrough || !ours.has('deliver'))
      return { address, channel, ...ownWay, leftTo: 'queue plugin', auth: null };
    const auth = ours.has('auth') ? authOfDelivery(policy, channel) : null;
    if (!ours.has('maytls')) return { address, channel, ...ownWay, leftTo: 'haraka', auth };
    const domain = address.slice(address.lastIndexOf('@') + 1);
    return { address, channel, ...deliveryTls(policy, channel, domain), leftTo: null, auth };
  });
}

/** What a client is offered, and why that is not what its channel says. */
export interface OfferedTls extends ServerTls {
  readonly whyNot: string | null;
}

/** Decides what a client is offered: as its channel says, as far as the install can. */
export function offeredTls(policy: Policy, channel: string, underTls: boolean, runs: WhatRuns): OfferedTls {
  const wanted = sessionTls(policy, channel, underTls);
  const { startTls, whyNot } = runs;
  switch (startTls) {
    case 'by channel':
      return { ...wanted, whyNot: null };
    case 'to everyone':
      return { offered: !underTls, awaited: false, whyNot };
    case 'never':
      // Where the channel offers nothing there is nothing to explain.
      return {
        offered: false,
        awaited: wanted.awaited && runs.ours.has('maytls'),
        whyNot: wanted.offered ? whyNot : null,
      };
  }
}

/** Says what a client is offered. */
export function serverTlsText({ offered, awaited, whyNot }: OfferedTls, underTls: boolean): string {
  if (underTls) return 'active';
  if (awaited) return 'awaited, everything else is refused until then';
  if (whyNot === null) return offered ? 'offered' : 'not offered';
  return offered ? `offered, regardless of the channel: ${whyNot}` : `not offered: ${whyNot}`;
}

/** Says how a delivery uses TLS. */
export function deliveryTlsText({ demand, leftTo, verify, name, ca }: DeliveryTls): string {
  switch (demand) {
    case null:
      return leftTo === 'haraka'
        ? 'as Haraka has it: `pmdf/maytls` is not in config/plugins'
        : 'as the queue plugin has it';
    case 'no':
      return 'never';
    case 'may':
      return 'where it works';
    case 'must':
      if (verify === 'none') return 'a must';
      return `a must, with a certificate for ${name === null ? 'the server' : `\`${name}\``}${ca === null ? '' : ` by \`${ca}\``}`;
  }
}
