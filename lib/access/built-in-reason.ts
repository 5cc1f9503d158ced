/*
 * What a built-in entry refused in an address, in words: `a percent sign routes to evil.example`.
 */
import { type Address, routingHosts } from '../address/index.js';
import { type StrictEntryName, strictEntries } from './strict-entries.js';

/** What carries the routing, by the name of the entry; those of the thirteen that are missing here refuse nothing. */
const carriers: ReadonlyMap<string, string> = new Map([
  ['built-in:5', 'a percent sign'],
  ['built-in:6', 'an exclamation mark'],
  ['built-in:7', 'a quoted at sign'],
  ['built-in:8', 'a quoted at sign'],
  ['built-in:9', 'a quoted at sign'],
  ['built-in:10', 'a quoted at sign'],
]);

const sourceRoutePlace = 'built-in:13';

/** Says what one of the thirteen entries refused in an envelope To as received; null for an entry that refuses nothing. */
export function builtInReason(place: string, to: Address): string | null {
  const [firstHop] = to.route;
  if (place === sourceRoutePlace && firstHop !== undefined) return `a source route begins with ${firstHop}`;
  const carrier = carriers.get(place);
  if (carrier === undefined) return null;
  const hosts = routingHosts(to);
  const host = hosts.find((one) => one.includes('.')) ?? hosts[0];
  return host === undefined ? null : `${carrier} routes to ${host}`;
}

/** Says what a stricter entry refused; `host` is the one that the refusal is about. */
export function strictReason(place: StrictEntryName, host: string): string {
  switch (place) {
    case 'built-in:strict-1':
      return `a percent sign routes to ${named(host)}`;
    case 'built-in:strict-2':
      return `an exclamation mark routes to ${named(host)}`;
    case 'built-in:strict-3':
      return `a quoted or escaped at sign routes to ${named(host)}`;
    case 'built-in:strict-4':
      return `quoted or escaped routing leads to ${named(host)}`;
    case 'built-in:strict-5':
      return `the local part holds ${strictEntries.find((entry) => entry.place === place)?.refuses ?? 'too many hosts'}`;
  }
}

function named(host: string): string {
  return host === '' ? 'a host without a name' : host;
}
