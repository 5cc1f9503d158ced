/*
 * Picks loopback ports for servers that cannot choose one themselves. They are below the range that the kernel uses for
 * outgoing connections, and random, so that parallel test processes do not collide.
 */

import net from 'node:net';

const LOWEST = 10_240;
const HIGHEST = 32_767;

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/** Returns a port of 127.0.0.1 on which no server listens now. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST + 1));
    if (await isFree(port)) return port;
  }
}
