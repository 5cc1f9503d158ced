/*
 * An address by which a stranger's mail gets to a host outside: how it gets there, and the entry that let it pass.
 */
import { builtInTable, findAccessTable } from '../../access/index.js';
import { printAddress, splitAddress } from '../../address/index.js';
import { finalDeliveries, type RecipientDecision } from '../../decide/index.js';
import type { TraceEvent } from '../../engine/index.js';
import { goesOutside, type Policy } from '../../policy/index.js';
import type { Claims } from './claims.js';
import { type Reading, readingTowards } from './readings.js';

/** How the mail gets outside. */
export interface LeakPath {
  /** The channel that it is delivered by. */
  readonly channel: string;
  /** Whether that channel leads outside; otherwise a server inside may read the address differently. */
  readonly isDirect: boolean;
  /** The address as delivered, and what servers may read it as until it names a host outside. */
  readonly reading: Reading;
}

export interface DecidingEntries {
  /** The last entry that permitted; null when no entry matched. */
  readonly entry: string | null;
  /** The entry that would have rejected, were its table not in shadow. */
  readonly shadowed: string | null;
}

/** An address that gets through. */
export interface RelayLeak extends LeakPath, DecidingEntries {
  /** MAIL FROM and RCPT TO without brackets. */
  readonly from: string;
  readonly address: string;
  /** What else the client had to claim, one phrase each: HELO, ORCPT, NOTIFY, TLS. */
  readonly conditions: readonly string[];
  /** All that it claimed. */
  readonly claims: Claims;
  /** The channel that the mail came in on. */
  readonly source: string;
  /** The channel that the rules reached first: `process` when its second pass led outside. */
  readonly reached: string | null;
  /** Whether it is the plain address of an ordinary host from an ordinary sender, so that everything gets through. */
  readonly plain: boolean;
}

/** The address as the next server gets it: Haraka does not pass on a source route. */
function withoutRoute(address: string): string {
  const { localPart, domain } = splitAddress(address);
  return printAddress({ route: [], localPart, domain });
}

/** How an accepted recipient gets to one of some hosts outside; null when it does not. */
export function pathOutside(
  policy: Policy,
  hosts: ReadonlySet<string>,
  { deliveries }: RecipientDecision,
): LeakPath | null {
  for (const { address, channel } of finalDeliveries(deliveries)) {
    const isDirect = goesOutside(policy, channel);
    const given = withoutRoute(address);
    const reading = readingTowards(given, hosts);
    if (reading !== null) return { channel, isDirect, reading };
    // A rule may have changed the host name on the way out.
    const text = given.toLowerCase();
    if (isDirect && [...hosts].some((host) => text.includes(host))) {
      return { channel, isDirect, reading: [given] };
    }
  }
  return null;
}

/** The entries that decided, of the built-in table and the access tables. */
export function decidingEntries(trace: readonly TraceEvent[]): DecidingEntries {
  const accepted = trace.findLast(
    (event) =>
      event.kind === 'decided' &&
      event.verdict === 'accept' &&
      event.place !== null &&
      (event.what === builtInTable || findAccessTable(event.what) !== undefined),
  );
  const rejected = trace.find(
    (event) => event.kind === 'shadowed' && event.verdict !== 'accept' && !event.applied,
  );
  return {
    entry: accepted?.kind === 'decided' ? accepted.place : null,
    shadowed: rejected?.kind === 'shadowed' ? rejected.entry : null,
  };
}

/** Says in one sentence how an address gets outside. */
export function leakText({ from, address, channel, isDirect, conditions, reading }: RelayLeak): string {
  const sender = from === '' ? 'the null sender' : `the sender \`${from}\``;
  const way = isDirect
    ? `goes out through \`${channel}\``
    : `goes to \`${channel}\`, where a server may read it as \`${reading.at(-1) ?? ''}\``;
  return `mail for \`${address}\` with ${[sender, ...conditions].join(', ')} ${way}`;
}
