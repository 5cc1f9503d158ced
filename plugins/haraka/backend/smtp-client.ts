/*
 * Haraka's SMTP client for plugins.
 * Undocumented, read from Haraka 3.3.4: smtp_client.js (get_client_plugin and the client that it gives), tls_socket.js
 * (targetsocket: the connection that a socket is made of).
 */
import type { EventEmitter } from 'node:events';
import type { MessageText } from '../message/message-text.js';
import { Part } from '../part.js';

export interface BackendClient {
  readonly host?: string;
  readonly port?: number | string;
  /** Emits `line` for every line of the server, which smtp_client listens to. */
  readonly socket: EventEmitter;
  readonly smtputf8: boolean;
  command: string;
  /** The lines of the present reply, without their code. */
  response: string[];
  on(event: string, listener: (...values: string[]) => void): unknown;
  send_command(command: string, argument?: string): void;
  start_data(text: MessageText): void;
  release(): void;
  destroy(): void;
}

/** The address that a client is connected to; null when it is not. */
export function peerAddress({ socket }: BackendClient): string | null {
  const address: unknown = Reflect.get(Object(Reflect.get(socket, 'targetsocket')), 'remoteAddress');
  return typeof address === 'string' ? address : null;
}

export interface ClientModule {
  get_client_plugin(
    plugin: object,
    connection: object,
    settings: object,
    done: (error: unknown, client: BackendClient) => void,
  ): void;
}

export const clientModule = new Part<ClientModule>('smtp_client', '', ['get_client_plugin']);
