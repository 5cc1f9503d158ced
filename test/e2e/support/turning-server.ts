/*
 * A mail server that accepts every recipient, and later turns silent: it drops its connections, takes new ones and says nothing
 * on them.
 */
import { once } from 'node:events';
import net from 'node:net';

export interface TurningServer {
  readonly port: number;
  /** Connections since it turned silent. */
  readonly silentConnections: number;
  turnSilent(): void;
  stop(): Promise<void>;
}

/** Starts the server on 127.0.0.1. */
export async function startTurningServer(): Promise<TurningServer> {
  const sockets = new Set<net.Socket>();
  let isSilent = false;
  let silentConnections = 0;
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    if (isSilent) {
      silentConnections += 1;
      return;
    }
    socket.write('220 turning.example\r\n');
    socket.on('data', (octets) => {
      for (const line of octets.toString('latin1').split('\r\n').slice(0, -1))
        socket.write(line.startsWith('QUIT') ? '221 bye\r\n' : '250 ok\r\n');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const drop = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    get silentConnections() {
      return silentConnections;
    },
    turnSilent: () => {
      isSilent = true;
      drop();
    },
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      drop();
      await closed;
    },
  };
}
