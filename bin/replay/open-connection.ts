/*
 * A connection in Haraka's log until it ends: what is known about it, and the recipients whose result is still open.
 */
import { clientOf, type Happened, type LogSink, rejected } from './logged-request.js';

/** A recipient; `to` is null if the client or the sender was refused. */
export interface OpenRecipient {
  readonly transaction: number;
  readonly to: string | null;
  readonly happened: Happened;
  readonly place: string;
  /** Whether only our plugins have logged it so far. */
  readonly isOwn: boolean;
}

/** What core logs when a client disconnects; empty before. */
export interface Farewell {
  readonly name: string;
  readonly helo: string;
  readonly tls: boolean;
  /** How many recipients got 250; NaN if that is not logged. */
  readonly accepted: number;
  readonly lastRefusal: string;
}

export interface OpenConnection {
  readonly place: string;
  address: string | null;
  server: string;
  port: number;
  auth: string | null;
  /** Whether pmdf/switchchannel found that the name is not confirmed. */
  isNameDoubtful: boolean;
  farewell: Farewell;
  /** By the number of the transaction. */
  readonly senders: Map<number, string>;
  readonly recipients: OpenRecipient[];
  /** Recipients that pmdf/deliver accepted. */
  readonly accepted: Set<string>;
}

/** A connection about which nothing is known yet. */
export function openConnection(place: string): OpenConnection {
  return {
    place,
    address: null,
    server: '127.0.0.1',
    port: 25,
    auth: null,
    isNameDoubtful: false,
    farewell: { name: '', helo: '', tls: false, accepted: Number.NaN, lastRefusal: '' },
    senders: new Map(),
    recipients: [],
    accepted: new Set(),
  };
}

/** What core logs for a client without a name. */
const noNames = new Set(['', 'unknown', 'nxdomain', 'dnserror', 'timeout', 'err']);

function nameOf({ farewell, isNameDoubtful }: OpenConnection): string | null {
  return isNameDoubtful || noNames.has(farewell.name.toLowerCase()) ? null : farewell.name;
}

const unknown: Happened = { verdict: 'unknown', code: null, entry: null };

/**
 * The result of a recipient for which core logged `code=OK`; `okay` counts those lines. If fewer recipients got 250, the
 * others got 550 because no plugin accepted them: all of them, or the one that the last refusal names. The rest is unknown.
 */
function resultOf(connection: OpenConnection, okay: number): (recipient: OpenRecipient) => Happened {
  const { accepted: byDeliver } = connection;
  const { accepted, lastRefusal: lastRefused } = connection.farewell;
  return ({ to, happened }) => {
    if (happened.verdict !== 'accept' || to === null) return happened;
    if (Number.isNaN(accepted) || accepted >= okay || byDeliver.has(to)) return happened;
    if (accepted === 0 || lastRefused.endsWith(` <${to}>`)) return rejected;
    return okay - accepted === 1 && lastRefused.includes('I cannot deliver mail for') ? happened : unknown;
  };
}

/** Reports all requests of a connection; without the address of the client there is none. */
export function reportRequests(connection: OpenConnection, sink: LogSink): void {
  const { address, server, port, auth, farewell, senders, recipients } = connection;
  if (address === null) return;
  const client = clientOf({
    address,
    name: nameOf(connection),
    helo: farewell.helo === '' ? null : farewell.helo,
    tls: farewell.tls,
    auth,
    server,
    port,
  });
  const okay = recipients.filter(({ to, happened }) => to !== null && happened.verdict === 'accept').length;
  const result = resultOf(connection, okay);
  const earlier = new Map<number, number>();
  for (const recipient of recipients) {
    const { transaction, to, place } = recipient;
    const from = senders.get(transaction) ?? null;
    const earlierRecipients = earlier.get(transaction) ?? 0;
    if (to !== null) earlier.set(transaction, earlierRecipients + 1);
    sink.request({ client, from, to, earlierRecipients, happened: result(recipient), place });
  }
}
