/*
 * Sorts the recipients of a transaction by the way their channel delivers.
 */
import {
  type Delivery,
  type DeliveryRoute,
  deliveryRoute,
  isReprocessing,
  type NextHop,
  type Policy,
  type RecipientDecision,
} from '../../lib/index.js';

/** A recipient as the client named it, without brackets, and what was decided on it. */
export interface Recipient {
  readonly named: string;
  readonly decision: RecipientDecision;
}

/** What forwards a copy: which recipient, and by which way. */
export interface ForwardedBy {
  readonly named: string;
  readonly way: string;
}

/** An address to be delivered, and how. */
export interface PlannedDelivery {
  readonly address: string;
  readonly route: DeliveryRoute;
  /** Null where the message goes to the address that the client named. */
  readonly forwardedBy: ForwardedBy | null;
}

/** Where every address of a transaction goes. */
export interface Plan {
  /** Handed on while the client waits; all to the same next hop. */
  readonly through: readonly PlannedDelivery[];
  /** Put into the durable queue. */
  readonly queued: readonly PlannedDelivery[];
  /** Addresses on a channel that throws its mail away. */
  readonly discarded: readonly PlannedDelivery[];
}

/** Names a next hop so that two can be compared; the queue plugin's own is one too. */
export function hopName(hop: NextHop | null): string {
  return hop === null
    ? 'as the queue plugin is configured'
    : `${hop.protocol}://${hop.host.toLowerCase()}:${hop.port}`;
}

function forwardedBy({ named, decision }: Recipient, { address, channel }: Delivery): ForwardedBy | null {
  if (isReprocessing(channel)) return { named, way: `${channel} channel` };
  const stays = address === decision.address && channel === decision.channel;
  return stays ? null : { named, way: 'forwarding' };
}

/** Tells whether a copy for a recipient goes anywhere but where the client sent it. */
export function isForwarded(recipient: Recipient): boolean {
  return recipient.decision.deliveries.some((delivery) => forwardedBy(recipient, delivery) !== null);
}

/** Lists the deliveries of accepted recipients, each with its route, by recipient; none twice. */
function deliveriesOf(policy: Policy, recipients: readonly Recipient[]): PlannedDelivery[][] {
  const seen = new Set<string>();
  return recipients.map((recipient) =>
    recipient.decision.deliveries.flatMap((delivery) => {
      const { address, channel } = delivery;
      const once = `${channel} ${address}`;
      if (seen.has(once)) return [];
      seen.add(once);
      return [
        { address, route: deliveryRoute(policy, channel), forwardedBy: forwardedBy(recipient, delivery) },
      ];
    }),
  );
}

/**
 * Makes the plan; `conflict` names a second next hop among those that are handed on. A recipient that became several
 * addresses may have several next hops by itself, and sending it again would not help: it is handed on to one of them,
 * and the other copies are queued.
 */
export function planDeliveries(
  policy: Policy,
  recipients: readonly Recipient[],
): { readonly plan: Plan; readonly conflict: string | null } {
  const through: PlannedDelivery[] = [];
  const queued: PlannedDelivery[] = [];
  const discarded: PlannedDelivery[] = [];
  const hops = new Set<string>();
  for (const planned of deliveriesOf(policy, recipients)) {
    const own = new Set<string>();
    for (const { route } of planned) if (route.method === 'through') own.add(hopName(route.nextHop));
    const [hop] = [...[...own].filter((one) => hops.has(one)), ...own];
    if (hop !== undefined) hops.add(hop);
    for (const delivery of planned) {
      const { method, nextHop } = delivery.route;
      if (method === 'discard') discarded.push(delivery);
      else if (method === 'through' && hopName(nextHop) === hop) through.push(delivery);
      else queued.push(delivery);
    }
  }
  const conflict = hops.size > 1 ? [...hops].join(' and ') : null;
  return { plan: { through, queued, discarded }, conflict };
}
