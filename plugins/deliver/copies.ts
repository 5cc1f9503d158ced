/*
 * Sorts deliveries into copies, each of which becomes one queue file. Recipients share a copy when the keywords of their channel
 * permit it, when they have the same next hop, and when the same recipient was forwarded to all of them.
 * Ref: PMDF 2.3.4 (single, single_sys, multiple, addrsperfile), 26.7
 */
import { foldDomain } from '../../lib/address/index.js';
import { isReprocessing } from '../../lib/policy/index.js';
import { type ForwardedBy, hopName, type PlannedDelivery } from './plan.js';

/** Recipients of one queue file: at least one, all on the channel of the first. */
export interface Copy {
  readonly first: PlannedDelivery;
  readonly deliveries: readonly PlannedDelivery[];
}

export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1);
}

/** What recipients must have in common to share a copy, beside channel and forwarding. */
function sharedKey({ address, route }: PlannedDelivery): string {
  // A reprocessed address is decided on its own.
  if (isReprocessing(route.channel) || route.copies === 'single') return address;
  // Without a next hop, the DNS gives each domain its own hosts.
  const anyDomain = route.copies === 'multiple' && route.nextHop !== null;
  return anyDomain ? hopName(route.nextHop) : foldDomain(domainOf(address));
}

function forwardingName(by: ForwardedBy | null): string {
  return by === null ? '' : `${by.means} ${by.named}`;
}

/** Sorts deliveries into copies. */
export function copiesOf(deliveries: readonly PlannedDelivery[]): Copy[] {
  const groups = new Map<string, PlannedDelivery[]>();
  for (const delivery of deliveries) {
    const key = [delivery.route.channel, sharedKey(delivery), forwardingName(delivery.forwardedBy)].join(
      '\0',
    );
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [delivery]);
    else group.push(delivery);
  }
  const copies: Copy[] = [];
  for (const group of groups.values()) {
    const most = group[0]?.route.addressesPerFile ?? 1;
    for (let at = 0; at < group.length; at += most) {
      const part = group.slice(at, at + most);
      const [first] = part;
      if (first !== undefined) copies.push({ first, deliveries: part });
    }
  }
  return copies;
}
