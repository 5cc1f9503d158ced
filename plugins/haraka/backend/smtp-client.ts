/*
 * What is used of Haraka's smtp_client.
 */
import type { EventEmitter } from 'node:events';
import type { MessageText } from '../message/message-text.js';
import type { HarakaPlugin } from '../types.js';

/** The members of Haraka's smtp_client that are used. */
export interface BackendClient {
  readonly host?: string;
  readonly port?: number | string;
  /** Gives out `line` for every line that the server says, which smtp_client listens to. */
  readonly socket: EventEmitter;
  readonly smtputf8: boolean;
  readonly command: string;
  readonly response: readonly string[];
  on(event: string, listener: (...values: string[]) => void): unknown;
  send_command(command: string, argument?: string): void;
  start_data(text: MessageText): void;
  release(): void;
  destroy(): void;
}

/** The smtp_client module of Haraka. */
export interface ClientModule {
  get_client_plugin(
    plugin: object,
    connection: object,
    settings: object,
    done: (error: unknown, client: BackendClient) => void,
  ): void;
}

/** Finds Haraka's smtp_client; throws when this Haraka is not one that we know. */
export function clientModule(plugin: HarakaPlugin): ClientModule {
  const module = plugin.haraka_require('smtp_client');
  const isKnown = (value: unknown): value is ClientModule =>
    typeof Reflect.get(Object(value), 'get_client_plugin') === 'function';
  if (isKnown(module)) return module;
  throw new Error(
    'pmdf/deliver needs the smtp_client of Haraka 3.3 (get_client_plugin), and this Haraka has another',
  );
}
