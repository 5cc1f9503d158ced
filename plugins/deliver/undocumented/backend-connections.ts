/*
 * Follows the connections that queue/smtp_forward opens to the mail server behind. smtp_client of Haraka 3.3 says
 * nothing when such a connection is refused or breaks, and nobody ends it when the client's transaction is over, so that
 * it may go on with the next one. Here the client is deferred at once, and a connection ends with its transaction.
 * A connection that ends before the end of the message was sent has delivered nothing.
 */
import * as constants from 'haraka-constants';
import { reply } from '../../../lib/index.js';
import type { HarakaConnection, HarakaPlugin, HarakaTransaction } from '../../support/haraka.js';
import { messageOf } from '../../support/respond.js';
import { type ForwardingClient, forwardInUtf8 } from './smtputf8.js';

/** How long the mail server behind may take to open a connection; what it says then is under the plugin's timeout. */
const connectLimitMs = 5000;

/** The members of Haraka's smtp_client that are used. */
interface BackendClient extends ForwardingClient {
  readonly socket: { once(event: 'connect' | 'close', listener: () => void): unknown };
  /** Answers the hook; gone once it was answered. */
  next?: unknown;
  destroy(): void;
}

type OpenClient = (
  plugin: { readonly name: string },
  connection: HarakaConnection,
  settings: object,
  done: (error: unknown, client: BackendClient) => void,
) => void;

interface ClientModule {
  get_client_plugin: OpenClient;
}

function isClientModule(value: unknown): value is ClientModule {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof Reflect.get(value, 'get_client_plugin') === 'function'
  );
}

const open = new WeakMap<HarakaTransaction, BackendClient>();
const followed = new WeakSet<ClientModule>();

function follow(client: BackendClient, transaction: HarakaTransaction | null): void {
  if (transaction !== null) {
    open.set(transaction, client);
    forwardInUtf8(client, transaction);
  }
  const limit = setTimeout(() => client.destroy(), connectLimitMs);
  client.socket.once('connect', () => clearTimeout(limit));
  client.socket.once('close', () => {
    clearTimeout(limit);
    const text = 'the mail server behind does not answer, try again later';
    client.call_next(constants.denysoft, messageOf(reply(451, '4.4.1', text)));
  });
}

/** Follows every connection that queue/smtp_forward opens from now on; throws when this Haraka is not one that we know. */
export function followConnections(plugin: HarakaPlugin): void {
  const module = plugin.haraka_require('smtp_client');
  if (!isClientModule(module)) {
    throw new Error(
      'pmdf/deliver needs the smtp_client of Haraka 3.3 (get_client_plugin), and this Haraka has another',
    );
  }
  if (followed.has(module)) return;
  followed.add(module);
  const openClient = module.get_client_plugin;
  module.get_client_plugin = (opener, connection, settings, done) =>
    openClient(opener, connection, settings, (error, client) => {
      if (opener.name === 'queue/smtp_forward') follow(client, connection.transaction);
      done(error, client);
    });
}

/** Ends the connection of a transaction that is over, if the mail server behind has not answered. */
export function endConnection(transaction: HarakaTransaction): void {
  const client = open.get(transaction);
  open.delete(transaction);
  if (client?.next === undefined) return;
  // Nobody waits for an answer any more.
  client.next = undefined;
  client.destroy();
}
