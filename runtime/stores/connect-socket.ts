/*
 * Opens a connection to a server of a store for a client that speaks its own protocol.
 */
import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Secrets, StoreServer } from './store-connection.js';
import { tlsOptions } from './tls-options.js';

/** A server as Node's sockets want it. */
export function addressOf(server: StoreServer) {
  return server.kind === 'path' ? { path: server.path } : { host: server.host, port: server.port };
}

function opened(server: StoreServer, secrets: Secrets): { readonly socket: Socket; readonly ready: string } {
  const address = addressOf(server);
  const tls = tlsOptions(server, secrets);
  if (tls === null) return { socket: connectPlain(address), ready: 'connect' };
  return { socket: connectTls({ ...tls, ...address }), ready: 'secureConnect' };
}

/** Connects, with TLS if the server has it on. Rejects with the reason; gives up when `ends` is aborted. */
export function connectSocket(server: StoreServer, secrets: Secrets, ends: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    ends.throwIfAborted();
    const { socket, ready } = opened(server, secrets);
    const over = (): void => void socket.destroy(new Error('given up'));
    const fail = (error: Error): void => {
      ends.removeEventListener('abort', over);
      reject(error);
    };
    ends.addEventListener('abort', over, { once: true });
    socket.once('error', fail);
    socket.once(ready, () => {
      ends.removeEventListener('abort', over);
      socket.removeListener('error', fail);
      socket.setNoDelay(true);
      resolve(socket);
    });
  });
}
