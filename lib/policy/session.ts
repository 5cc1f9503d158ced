/*
 * A connection and an envelope as plain values: all that decisions depend on.
 */
import type { Path } from '../address/index.js';
import type { ReverseName } from '../channel/index.js';

export type { ReverseName } from '../channel/index.js';

/** One end of a TCP connection; the port is 0 when unknown. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** What is known of a connection before its channel is chosen. */
export interface Connection {
  readonly client: Endpoint;
  /** The listener: its port chooses the initial channel. */
  readonly server: Endpoint;
  readonly reverseName: ReverseName;
}

/** A connection with its channel, as commands see it. Changes with EHLO, STARTTLS and AUTH. */
export interface Session extends Connection {
  readonly sourceChannel: string;
  /** Null before HELO or EHLO, and when the client gave none. */
  readonly helo: string | null;
  readonly esmtp: boolean;
  readonly tls: boolean;
  /** The authenticated user; null without AUTH. */
  readonly authUser: string | null;
}

/** One RCPT TO: the path and the ESMTP parameters that tables can see. */
export interface RecipientRequest {
  readonly to: Path;
  /** ORCPT without its type, `user@domain`; null when not given. Ref: RFC 3461 4.2 */
  readonly originalRecipient: string | null;
  /** NOTIFY values in upper case. Ref: RFC 3461 4.1 */
  readonly notify: ReadonlySet<string>;
  /** Recipients of the same message before this one, for `expandlimit`; 0 when not given. */
  readonly earlierRecipients?: number;
}
