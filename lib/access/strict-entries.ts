/*
 * Stricter entries of our own, after the built-in ones: an address whose local part still carries routing towards
 * anything that is not local is refused, hosts without a dot, nested and quoted forms among them.
 *   built-in:strict-1  a percent sign           victim%evil@domain.com
 *   built-in:strict-2  a bang path              evil!victim@domain.com
 *   built-in:strict-3  a quoted or escaped at   "victim@evil.example"@domain.com
 *   built-in:strict-4  quoted or escaped routing of another form
 * Routing towards ourselves is refused too where servers do not agree on what it says.
 *   built-in:strict-5  more hosts than an honest address has
 * Ref: PMDF 29; RFC 5321 4.1.2
 */
import { type Address, foldHost, isAmbiguous, routingHosts, wireDomain } from '../address/index.js';
import type { Lookup } from '../engine/index.js';

export type StrictEntryName = `built-in:strict-${1 | 2 | 3 | 4 | 5}`;

/** The stricter entries in their order, and what the local part holds that each refuses. */
export const strictEntries: readonly { readonly place: StrictEntryName; readonly refuses: string }[] = [
  { place: 'built-in:strict-1', refuses: 'a percent sign and a host that is not local' },
  { place: 'built-in:strict-2', refuses: 'an exclamation mark and a host that is not local' },
  { place: 'built-in:strict-3', refuses: 'a quoted or escaped at sign and a host that is not local' },
  { place: 'built-in:strict-4', refuses: 'quoted or escaped routing of another form' },
  { place: 'built-in:strict-5', refuses: 'more hosts than an honest address has' },
];

/** The places of all of them: every entry is in force unless somebody wants to know what it is for. */
export const strictEntryNames: ReadonlySet<StrictEntryName> = new Set(
  strictEntries.map(({ place }) => place),
);

/** A refusal by a stricter entry, and the host that it is about. */
export interface StrictRefusal {
  readonly place: StrictEntryName;
  readonly host: string;
}

/** An address, and the question that decides over the hosts in it. */
export interface StrictCheck {
  readonly to: Address;
  /** Tells whether a host, folded, leads outside. */
  readonly isOutside: (host: string) => Lookup<boolean>;
  /** The entries in force; all when not given. Tests leave one out to show what it is for. */
  readonly strictEntryNames?: ReadonlySet<StrictEntryName>;
}

/** Each host is rewritten once, and what a stranger sends must not make many rewrites. */
const mostHosts = 8;

/** Names the entry that the local part falls under: the first form of routing in the order of the entries. */
function placeFor(localPart: string): StrictEntryName {
  let quoted = false;
  let escaped = false;
  const seen = new Set<string>();
  for (const character of localPart) {
    if (escaped) {
      escaped = false;
      seen.add(character === '@' ? 'at' : 'covered');
    } else if (character === '\\') escaped = true;
    else if (character === '"') quoted = !quoted;
    else if (character === '@') seen.add('at');
    else seen.add(quoted ? 'covered' : character);
  }
  if (seen.has('%')) return 'built-in:strict-1';
  if (seen.has('!')) return 'built-in:strict-2';
  if (seen.has('at')) return 'built-in:strict-3';
  return 'built-in:strict-4';
}

/** A literal, or what servers might complete to one. */
const bracketed = /^\[[-.:\w]*\]$/;

/**
 * Tells whether a reading of the local part can be no host name at all: none, more than one word, or one with a
 * character that a server might take for its end, so that `evil.example#.domain.com` would be two things to two servers.
 */
function isNoHostName(host: string): boolean {
  return wireDomain(host, 'underscores') === null && !bracketed.test(host);
}

/** Decides whether the local part of an address leads outside; null when it does not. */
export function* decideStrict(check: StrictCheck): Lookup<StrictRefusal | null> {
  const { to, isOutside } = check;
  const inForce = check.strictEntryNames ?? strictEntryNames;
  const hosts = new Set(routingHosts(to).map(foldHost));
  const [first] = hosts;
  if (first === undefined) return null;
  const refusal = (place: StrictEntryName, host: string) => (inForce.has(place) ? { place, host } : null);
  if (isAmbiguous(to)) return refusal(placeFor(to.localPart), first);
  if (hosts.size > mostHosts && inForce.has('built-in:strict-5')) {
    return { place: 'built-in:strict-5', host: first };
  }
  for (const host of hosts) {
    if (isNoHostName(host) || (yield* isOutside(host))) return refusal(placeFor(to.localPart), host);
  }
  return null;
}
