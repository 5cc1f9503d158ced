/*
 * An address that gets through, how it reaches a host outside, and the entry that let it pass.
 */
import { builtInTable, findAccessTable } from '../../access/index.js';
import { printAddress, splitAddress } from '../../address/index.js';
import type { Delivery, RecipientDecision } from '../../decide/index.js';
import type { TraceEvent } from '../../engine/index.js';
import { goesOutside, type Policy } from '../../policy/index.js';
import { type Reading, readingTowards } from './unwrap.js';

/** A form that gets through. */
export interface RelayLeak {
  /** What MAIL FROM and RCPT TO say, without brackets. */
  readonly from: string;
  readonly address: string;
  /** What the stranger had to say besides: a HELO name, ORCPT, NOTIFY, TLS; one phrase each. */
  readonly conditions: readonly string[];
  /** The channel that it came in on, and the one that it is delivered by. */
  readonly source: string;
  readonly channel: string;
  /** Whether that channel leads outside; otherwise a server inside unwraps the address. */
  readonly goesOut: boolean;
  /** The channel that the rules reached first: `process` where its second pass led on. */
  readonly reached: string | null;
  /** The address as delivered, and what it becomes until it names a host outside. */
  readonly reading: Reading;
  /** The last entry that let it pass; null when no entry matched. */
  readonly entry: string | null;
  /** The entry that would have stopped it, were its table not in shadow; null when there is none. */
  readonly shadowed: string | null;
  /** Whether it is the plain address of an ordinary host, from an ordinary sender: then everything gets through. */
  readonly plain: boolean;
}

/** Where a recipient ends up, those after the process channel included. */
function finalDeliveries(deliveries: readonly Delivery[]): Delivery[] {
  return deliveries.flatMap((one) => (one.then === undefined ? [one] : finalDeliveries(one.then)));
}

/** What the next server is given: Haraka hands no route on. */
function handedOn(address: string): string {
  const { localPart, domain } = splitAddress(address);
  return printAddress({ route: [], localPart, domain });
}

/** How an accepted recipient reaches a host outside; null when it does not. */
export function wayOut(
  policy: Policy,
  foreign: ReadonlySet<string>,
  { deliveries }: RecipientDecision,
): Pick<RelayLeak, 'channel' | 'goesOut' | 'reading'> | null {
  for (const { address, channel } of finalDeliveries(deliveries)) {
    const goesOut = goesOutside(policy, channel);
    const given = handedOn(address);
    const reading = readingTowards(given, foreign);
    if (reading !== null) return { channel, goesOut, reading };
    // A rule may have changed the name of the host on the way out.
    const text = given.toLowerCase();
    if (goesOut && [...foreign].some((host) => text.includes(host))) {
      return { channel, goesOut, reading: [given] };
    }
  }
  return null;
}

/** The last entry that accepted, of the built-in ones or of an access table, and one in shadow that would not have. */
export function permittingEntry(trace: readonly TraceEvent[]): Pick<RelayLeak, 'entry' | 'shadowed'> {
  const accepted = trace.findLast(
    (event) =>
      event.kind === 'decided' &&
      event.verdict === 'accept' &&
      event.place !== null &&
      (event.what === builtInTable || findAccessTable(event.what) !== undefined),
  );
  const stopper = trace.find(
    (event) => event.kind === 'shadowed' && event.verdict !== 'accept' && !event.applied,
  );
  return {
    entry: accepted?.kind === 'decided' ? accepted.place : null,
    shadowed: stopper?.kind === 'shadowed' ? stopper.entry : null,
  };
}
