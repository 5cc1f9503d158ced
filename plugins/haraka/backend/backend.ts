/*
 * The next mail server of a channel, and what a session with it is opened with.
 */
import type { OutgoingMessage } from '../../../lib/notary/index.js';
import type { HarakaAddress, HarakaConnection, HarakaTransaction } from '../types.js';
import type { BackendClient, ClientModule } from './smtp-client.js';

/** The next mail server of a channel, and how the install connects to it. */
export interface Backend {
  /** Equal for all connections that are made in the same way. */
  readonly name: string;
  readonly protocol: 'smtp' | 'lmtp';
  /** Null where one of several is chosen. */
  readonly host: string | null;
  /** As in smtp_forward.ini. */
  readonly settings: object;
  /** The install's queue/smtp_forward, for its TLS options and its name in the log. */
  readonly plugin: object;
  /** Whether each recipient gets a message of its own. */
  readonly oneEach: boolean;
  /** Seconds that a reply may take, 0 for no limit; null for the limit of pmdf/deliver. */
  readonly timeout: number | null;
  /** Called when a server did not answer; true when there is another to try. */
  failed(client: BackendClient, connection: HarakaConnection): boolean;
  /** Authenticates, where the settings name a user. */
  authenticate(client: BackendClient, connection: HarakaConnection): void;
}

export interface SessionOpening {
  readonly module: ClientModule;
  readonly backend: Backend;
  readonly connection: HarakaConnection;
  readonly transaction: HarakaTransaction;
  readonly from: HarakaAddress;
  /** Whether an address of the envelope is not ASCII. */
  readonly isUtf8: boolean;
  /** What MAIL says of the message. */
  readonly message: OutgoingMessage;
  /** Whether this gateway itself listens at an address and port. */
  readonly isOwn: (address: string, port: number) => boolean;
  /** How long each reply may take, in milliseconds. */
  readonly limitMs: number;
  /** How long the connection waits for the client, in milliseconds. */
  readonly idleMs?: number;
}
