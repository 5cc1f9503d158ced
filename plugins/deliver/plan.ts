/*
 * Sorts the recipients of a transaction by the way their channel delivers.
 */
import {
  type DeliveryRoute,
  deliveryRoute,
  isReprocessing,
  type NextHop,
  type Policy,
  type RecipientDecision,
} from '../../lib/index.js';

/** An address to be delivered, and how. */
export interface PlannedDelivery {
  readonly address: string;
  readonly route: DeliveryRoute;
}

/** Where every address of a transaction goes. */
export interface Plan {
  /** Handed on while the client waits; all to the same next hop. */
  readonly through: readonly PlannedDelivery[];
  /** Put into the durable queue. */
  readonly queued: readonly PlannedDelivery[];
}

/** Names a next hop so that two can be compared; the queue plugin's own is one too. */
export function hopName(hop: NextHop | null): string {
  return hop === null
    ? 'as the queue plugin is configured'
    : `${hop.protocol}://${hop.host.toLowerCase()}:${hop.port}`;
}

/** Lists the deliveries of accepted recipients, each with its route. */
export function deliveriesOf(policy: Policy, decisions: Iterable<RecipientDecision>): PlannedDelivery[] {
  const planned: PlannedDelivery[] = [];
  const seen = new Set<string>();
  for (const decision of decisions) {
    for (const { address, channel } of decision.deliveries) {
      const once = `${channel} ${address}`;
      if (seen.has(once)) continue;
      seen.add(once);
      planned.push({ address, route: deliveryRoute(policy, channel) });
    }
  }
  return planned;
}

/** Makes the plan; `conflict` names a second next hop among those that are handed on. */
export function planDeliveries(
  policy: Policy,
  decisions: Iterable<RecipientDecision>,
): { readonly plan: Plan; readonly conflict: string | null } {
  const planned = deliveriesOf(policy, decisions);
  const through = planned.filter(({ route }) => route.method === 'through');
  const queued = planned.filter(({ route }) => route.method === 'queue');
  const hops = new Set(through.map(({ route }) => hopName(route.nextHop)));
  const conflict = hops.size > 1 ? [...hops].join(' and ') : null;
  return { plan: { through, queued }, conflict };
}

/**
 * Sorts deliveries into queue files: one channel, one next hop and one domain for each; what is taken up again has a
 * file of its own.
 */
export function filesOf(queued: readonly PlannedDelivery[]): PlannedDelivery[][] {
  const files = new Map<string, PlannedDelivery[]>();
  for (const delivery of queued) {
    const { address, route } = delivery;
    const domain = address.slice(address.lastIndexOf('@') + 1).toLowerCase();
    const alone = isReprocessing(route.channel) ? address : '';
    const key = [route.channel, hopName(route.nextHop), domain, alone].join(' ');
    const file = files.get(key);
    if (file === undefined) files.set(key, [delivery]);
    else file.push(delivery);
  }
  return [...files.values()];
}
