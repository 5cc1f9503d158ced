/*
 * A policy server for Postfix: it answers each request with the action that a function chooses.
 * Ref: SMTPD_POLICY_README of Postfix
 */

import { once } from 'node:events';
import net from 'node:net';

/** A running policy server. */
export interface PolicyServer {
  readonly port: number;
  stop(): Promise<void>;
}

/** Starts it on 127.0.0.1; `choose` gets the attributes of a request. */
export async function startPolicyServer(
  choose: (asked: ReadonlyMap<string, string>) => string,
): Promise<PolicyServer> {
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => sockets.delete(socket));
    let rest = '';
    socket.on('data', (octets: Buffer) => {
      const requests = `${rest}${octets.toString('latin1')}`.split('\n\n');
      rest = requests.pop() ?? '';
      for (const request of requests) {
        const pairs = request.split('\n').map((line): [string, string] => {
          const at = line.indexOf('=');
          return [line.slice(0, at), line.slice(at + 1)];
        });
        socket.write(`action=${choose(new Map(pairs))}\n\n`);
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null)
    throw new Error('the policy server listens on no port');
  return {
    port: address.port,
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
