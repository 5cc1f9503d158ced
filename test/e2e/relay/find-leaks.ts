// Asks an MTA where it would send the recipients that the policy accepted, hop after hop through our own hosts, and
// finds those that reach somebody else's.

import { isDotString } from '../../../lib/address/local-part.js';
import { splitAddress } from '../../../lib/address/split-address.js';
import type { Mta } from '../support/mta.js';
import { isOwnHost } from './hosts.js';

/** A recipient that an MTA behind would send to a third party. */
export interface Leak {
  readonly address: string;
  /** What it becomes on its way, the address itself first. */
  readonly way: readonly string[];
}

/** More hops than any generated address has hosts. */
const mostHops = 40;

/** The address as a host of ours below the domain would see it once it is the recipient's own. */
function atOwnDomain(recipient: string): string {
  const { localPart } = splitAddress(recipient);
  // MTAs print local parts without their quotes; no more can be said than that something stands there.
  const isWhole = isDotString(localPart) || localPart.startsWith('"');
  return `${isWhole ? localPart : `"${localPart.replace(/["\\]/g, '\\$&')}"`}@domain.com`;
}

/** Follows every address; those that stay, or that the MTA refuses, are no leaks. */
export async function findLeaks(
  mta: Pick<Mta, 'read'>,
  addresses: readonly string[],
): Promise<readonly Leak[]> {
  const leaks: Leak[] = [];
  let onTheirWay = addresses.map((address) => ({ address, way: [address] as readonly string[] }));
  for (let hop = 0; onTheirWay.length > 0 && hop < mostHops; hop += 1) {
    const readings = await mta.read(onTheirWay.map(({ address }) => address));
    const next: typeof onTheirWay = [];
    for (const [index, reading] of readings.entries()) {
      const from = onTheirWay[index];
      if (from === undefined || reading.kind !== 'leaves') continue;
      const way = [...from.way, reading.recipient];
      if (!isOwnHost(reading.host)) leaks.push({ address: way[0] ?? '', way });
      else {
        const address = atOwnDomain(reading.recipient);
        if (!from.way.includes(address)) next.push({ address, way: [...way, address] });
      }
    }
    onTheirWay = next;
  }
  return leaks;
}
