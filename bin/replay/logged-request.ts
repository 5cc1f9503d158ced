/*
 * What a log shows about a request: its client, its envelope, and what the server answered.
 */
import type { SessionClient } from '../../lib/decide/index.js';

/** The result of a request; `unknown` if the log does not show it. */
export type HappenedVerdict = 'accept' | 'reject' | 'defer' | 'unknown';

/** The result of a request. */
export interface Happened {
  readonly verdict: HappenedVerdict;
  /** Null if the log does not show it, and for an accepted request. */
  readonly code: number | null;
  /** The entry that decided, in a log of our plugins; null in others. */
  readonly entry: string | null;
}

export const accepted: Happened = { verdict: 'accept', code: null, entry: null };
export const rejected: Happened = { verdict: 'reject', code: 550, entry: null };

/** What a log shows about a client. */
export interface LoggedClient {
  readonly address: string;
  /** Null for none. */
  readonly name: string | null;
  readonly helo: string | null;
  readonly tls: boolean;
  /** The user who authenticated; null for none. */
  readonly auth: string | null;
  readonly server: string;
  readonly port: number;
}

/** The client as decisions need it. */
export function clientOf({ address, name, helo, tls, auth, server, port }: LoggedClient): SessionClient {
  return {
    client: { address, port: 0 },
    server: { address: server, port },
    reverseName: name === null ? { kind: 'none', cause: 'the log names none' } : { kind: 'confirmed', name },
    helo,
    esmtp: true,
    tls,
    authUser: auth,
  };
}

export interface LoggedRequest {
  readonly client: SessionClient;
  /** Null if the log does not show it, as for a refused connection; the empty string is the null path. */
  readonly from: string | null;
  /** Null where the client or the sender was refused before there was a recipient. */
  readonly to: string | null;
  /** Recipients of the same message before this one; 0 if the log does not show them. */
  readonly earlierRecipients: number;
  readonly happened: Happened;
  /** Its line: `mail.log:12`. */
  readonly place: string;
}

/** What a table in shadow would have done. */
export interface ShadowLine {
  readonly verdict: string;
  readonly entry: string;
}

/** Receives what is found in a log. */
export interface LogSink {
  readonly request: (request: LoggedRequest) => void;
  readonly shadow: (line: ShadowLine) => void;
}

/** A line: `used`, of this log but unrelated to requests, or not understood. */
export type LineKind = 'used' | 'other' | 'unknown';

/** Reads the lines of one log. */
export interface LogReader {
  /** Reads a line; `place` names it. */
  read(line: string, place: string): LineKind;
  /** Reports what was still waiting for further lines. */
  end(): void;
}
