/*
 * What an explanation says of TLS: what the client is offered, and how each delivery leaves.
 */
import {
  type Delivery,
  type Demand,
  deliveryRoute,
  deliveryTls,
  type Policy,
  type ServerTls,
  type TlsVerify,
} from '../../lib/index.js';
import { authOfDelivery, type DeliveryAuth } from './sasl.js';

/** TLS of one delivery. */
export interface DeliveryTls {
  readonly address: string;
  readonly channel: string;
  /** Null: the queue plugin that the channel's mail goes through does it its own way. */
  readonly demand: Demand | null;
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

/** Decides how each delivery uses TLS. */
export function tlsOfDeliveries(policy: Policy, deliveries: readonly Delivery[]): readonly DeliveryTls[] {
  return finalDeliveries(deliveries).map(({ address, channel }) => {
    if (deliveryRoute(policy, channel).method === 'through') {
      return { address, channel, demand: null, verify: 'none', name: null, ca: null, auth: null };
    }
    const domain = address.slice(address.lastIndexOf('@') + 1);
    const auth = authOfDelivery(policy, channel);
    return { address, channel, ...deliveryTls(policy, channel, domain), auth };
  });
}

/** Says what a client is offered. */
export function serverTlsText({ offered, awaited }: ServerTls, underTls: boolean): string {
  if (underTls) return 'active';
  if (awaited) return 'awaited, everything else is refused until then';
  return offered ? 'offered' : 'not offered';
}

/** Says how a delivery uses TLS. */
export function deliveryTlsText({ demand, verify, name, ca }: DeliveryTls): string {
  switch (demand) {
    case null:
      return 'as the queue plugin has it';
    case 'no':
      return 'never';
    case 'may':
      return 'where it works';
    case 'must':
      if (verify === 'none') return 'a must';
      return `a must, with a certificate for ${name === null ? 'the server' : `\`${name}\``}${ca === null ? '' : ` by \`${ca}\``}`;
  }
}
