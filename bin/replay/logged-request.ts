/*
 * What a log tells of a request for a decision: who asked for what, and what came of it.
 */

/** What came of a request; `unknown` where the log leaves it open. */
export type HappenedVerdict = 'accept' | 'reject' | 'defer' | 'unknown';

/** What came of a request. */
export interface Happened {
  readonly verdict: HappenedVerdict;
  /** Null where the log does not tell it, and where the request was accepted. */
  readonly code: number | null;
  /** The entry that decided, in a log of ours; null elsewhere. */
  readonly entry: string | null;
}

/** A connection as the log tells of it. */
export interface LoggedClient {
  /** An IP address. */
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

/** A request. */
export interface LoggedRequest {
  readonly client: LoggedClient;
  /** Null where the log does not name it, as for a connection that is refused; the empty string is the null path. */
  readonly from: string | null;
  /** Null where the client or the sender was refused before there was a recipient. */
  readonly to: string | null;
  readonly happened: Happened;
  /** Where it stands: `mail.log:12`. */
  readonly place: string;
}

/** A shadow decision: what would have been refused by tables that only watch. */
export interface ShadowLine {
  readonly verdict: string;
  readonly entry: string;
}

/** Takes what is found in a log. */
export interface LogSink {
  request(request: LoggedRequest): void;
  shadow(line: ShadowLine): void;
}

/** What became of a line: it told something, it is of this log and tells nothing of requests, it is not understood. */
export type LineKind = 'used' | 'other' | 'unknown';

/** Reads the lines of one log. */
export interface LogReader {
  /** Reads a line; `place` is where it stands. */
  read(line: string, place: string): LineKind;
  /** Tells what was still waiting for lines that did not come. */
  end(): void;
}
