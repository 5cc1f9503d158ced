/*
 * Asks an MTA where it would send the recipients that the policy accepted, hop by hop through our own hosts, and finds
 * those that reach a third party.
 */

import { isDotString } from '../../../lib/address/local-part.js';
import { splitAddress } from '../../../lib/address/split-address.js';
import type { Mta } from '../support/mta.js';
import { isOwnHost } from './hosts.js';

/** A recipient that an MTA would send to a third party. */
export interface Leak {
  readonly address: string;
  /** The forms it takes on its route, the address itself first. */
  readonly way: readonly string[];
}

/** More hops than any generated address has hosts. */
const mostHops = 40;

/** The address as one of our hosts below the domain would see it as its own recipient. */
function atOwnDomain(recipient: string): string {
  const { localPart } = splitAddress(recipient);
  // MTAs print local parts without their quotes; the only certain thing is that there is one.
  const isWhole = isDotString(localPart) || localPart.startsWith('"');
  return `${isWhole ? localPart : `"${localPart.replace(/["\\]/g, '\\$&')}"`}@domain.com`;
}

/** An address somewhere on its route. */
interface Traveller {
  readonly address: string;
  readonly way: readonly string[];
}

/** Follows every address; local and refused ones are not leaks. Throws if a route never ends. */
export async function findLeaks(
  mta: Pick<Mta, 'read'>,
  addresses: readonly string[],
): Promise<readonly Leak[]> {
  const leaks: Leak[] = [];
  let travellers: readonly Traveller[] = addresses.map((address) => ({ address, way: [address] }));
  for (let hop = 0; travellers.length > 0; hop += 1) {
    if (hop === mostHops) throw new Error(`no end after ${hop} hops: ${travellers[0]?.way.join(' -> ')}`);
    const readings = await mta.read(travellers.map(({ address }) => address));
    const next: Traveller[] = [];
    for (const [index, reading] of readings.entries()) {
      const traveller = travellers[index];
      if (traveller === undefined || reading.kind !== 'leaves') continue;
      const way = [...traveller.way, reading.recipient];
      const address = atOwnDomain(reading.recipient);
      if (!isOwnHost(reading.host)) leaks.push({ address: way[0] ?? '', way });
      else if (!way.includes(address)) next.push({ address, way: [...way, address] });
    }
    travellers = next;
  }
  return leaks;
}
