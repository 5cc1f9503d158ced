/*
 * Picks loopback ports for servers that cannot choose one themselves. They are below the range that the kernel uses for
 * outgoing connections and for port 0. Test processes beside each other take them from ranges of their own.
 */

import net from 'node:net';
import { mostWorkers, worker } from '../../support/worker.js';

const LOWEST = 10_240;
const HIGHEST = 32_767;
const EACH = Math.floor((HIGHEST - LOWEST + 1) / mostWorkers);

const first = LOWEST + worker * EACH;
/** Begins anywhere, since another run of the tests may be under way. */
let offset = Math.floor(Math.random() * EACH);

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/** Returns a port of 127.0.0.1 on which no server listens now, and which was not returned lately. */
export async function freePort(): Promise<number> {
  for (;;) {
    offset = (offset + 1) % EACH;
    const port = first + offset;
    if (await isFree(port)) return port;
  }
}
