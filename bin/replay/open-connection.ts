/*
 * A connection in Haraka's log, until it is over: what is known of it, and the recipients whose fate is open.
 */
import type { Happened, LogSink } from './logged-request.js';

/** A recipient that was named; `to` is null where the client or the sender was refused. */
export interface OpenRecipient {
  readonly transaction: number;
  readonly to: string | null;
  readonly happened: Happened;
  readonly place: string;
  /** Whether only our plugins told of it so far. */
  readonly isOwn: boolean;
}

/** What core tells when a client leaves. */
export interface Farewell {
  readonly name: string;
  readonly helo: string;
  readonly tls: boolean;
  /** How many recipients got 250; NaN where that is not told. */
  readonly accepted: number;
  readonly lastRefusal: string;
}

/** A connection. */
export interface OpenConnection {
  readonly place: string;
  address: string | null;
  server: string;
  port: number;
  auth: string | null;
  /** Whether pmdf/switchchannel found that the name is not confirmed. */
  isNameDoubtful: boolean;
  farewell: Farewell | null;
  /** By the number of the transaction. */
  readonly senders: Map<number, string>;
  readonly recipients: OpenRecipient[];
  /** Recipients that pmdf/deliver took. */
  readonly vouched: Set<string>;
}

/** A connection of which nothing is known. */
export function openConnection(place: string): OpenConnection {
  return {
    place,
    address: null,
    server: '127.0.0.1',
    port: 25,
    auth: null,
    isNameDoubtful: false,
    farewell: null,
    senders: new Map(),
    recipients: [],
    vouched: new Set(),
  };
}

/** What core writes where a client has no name. */
const noNames = new Set(['', 'unknown', 'nxdomain', 'dnserror', 'timeout', 'err']);

function nameOf({ farewell, isNameDoubtful }: OpenConnection): string | null {
  const name = farewell?.name ?? '';
  return isNameDoubtful || noNames.has(name.toLowerCase()) ? null : name;
}

const notTaken: Happened = { verdict: 'reject', code: 550, entry: null };
const open: Happened = { verdict: 'unknown', code: null, entry: null };

/**
 * What came of a recipient for which core wrote `code=OK`. Where fewer recipients got 250 than have such a line, some got
 * 550 since no plugin took them: all of them, or the one that the last refusal names; of the others nobody can tell.
 */
function fateOf(connection: OpenConnection, okay: number): (recipient: OpenRecipient) => Happened {
  const { farewell, vouched } = connection;
  const accepted = farewell?.accepted ?? Number.NaN;
  const lastRefused = farewell?.lastRefusal ?? '';
  return ({ to, happened }) => {
    if (happened.verdict !== 'accept' || to === null) return happened;
    if (Number.isNaN(accepted) || accepted >= okay || vouched.has(to)) return happened;
    if (accepted === 0 || lastRefused.endsWith(` <${to}>`)) return notTaken;
    return okay - accepted === 1 && lastRefused.includes('I cannot deliver mail for') ? happened : open;
  };
}

/** Tells of everything that was asked in a connection; one without an address asked nothing that could be told. */
export function settle(connection: OpenConnection, sink: LogSink): void {
  const { address, server, port, auth, farewell, senders, recipients } = connection;
  if (address === null) return;
  const helo = farewell?.helo ?? '';
  const client = {
    address,
    name: nameOf(connection),
    helo: helo === '' ? null : helo,
    tls: farewell?.tls ?? false,
    auth,
    server,
    port,
  };
  const okay = recipients.filter(({ to, happened }) => to !== null && happened.verdict === 'accept').length;
  const fate = fateOf(connection, okay);
  for (const recipient of recipients) {
    const { transaction, to, place } = recipient;
    const from = senders.get(transaction) ?? null;
    sink.request({ client, from, to, happened: fate(recipient), place });
  }
}
