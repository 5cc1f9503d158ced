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

/** Lists the deliveries of accepted recipients, each with its route, by recipient; none twice. */
function deliveriesOf(policy: Policy, decisions: Iterable<RecipientDecision>): PlannedDelivery[][] {
  const seen = new Set<string>();
  return [...decisions].map(({ deliveries }) =>
    deliveries.flatMap(({ address, channel }) => {
      const once = `${channel} ${address}`;
      if (seen.has(once)) return [];
      seen.add(once);
      return [{ address, route: deliveryRoute(policy, channel) }];
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
  decisions: Iterable<RecipientDecision>,
): { readonly plan: Plan; readonly conflict: string | null } {
  const through: PlannedDelivery[] = [];
  const queued: PlannedDelivery[] = [];
  const hops = new Set<string>();
  for (const planned of deliveriesOf(policy, decisions)) {
    const own = new Set<string>();
    for (const { route } of planned) if (route.method === 'through') own.add(hopName(route.nextHop));
    const [hop] = [...[...own].filter((one) => hops.has(one)), ...own];
    if (hop !== undefined) hops.add(hop);
    for (const delivery of planned) {
      const { method, nextHop } = delivery.route;
      if (method === 'through' && hopName(nextHop) === hop) through.push(delivery);
      else queued.push(delivery);
    }
  }
  return { plan: { through, queued }, conflict: hops.size > 1 ? [...hops].join(' and ') : null };
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
