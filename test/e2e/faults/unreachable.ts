/*
 * A port that neither accepts nor refuses a connection, like a host behind a silent firewall: a stopped process listens
 * there, and the kernel's backlog is full.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import { collectOutput } from '../support/program-output.js';

const START_LIMIT_MS = 10_000;
const FILL_LIMIT_MS = 1000;

const LISTENER = `const server = require('node:net').createServer()
server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => console.log('port ' + server.address().port + ' .'))
process.stdin.resume().on('end', () => process.exit())
`;

/** The port, and a function that ends its process. */
export interface Unreachable {
  readonly port: number;
  stop(): Promise<void>;
}

/** Tells whether a connection is accepted; if so it stays open. */
async function isTaken(socket: net.Socket): Promise<boolean> {
  const limit = AbortSignal.timeout(FILL_LIMIT_MS);
  return once(socket, 'connect', { signal: limit }).then(
    () => true,
    () => false,
  );
}

/** Finds a port of 127.0.0.1 on which a connection stays pending. */
export async function startUnreachable(): Promise<Unreachable> {
  const child = spawn(process.execPath, ['-e', LISTENER], { stdio: ['pipe', 'pipe', 'inherit'] });
  const output = await collectOutput(child.stdout).waitFor(/port \d+ \./, START_LIMIT_MS);
  const port = Number(/port (\d+)/.exec(output)?.[1]);
  child.kill('SIGSTOP');
  const sockets: net.Socket[] = [];
  let socket: net.Socket;
  do {
    socket = net.connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    sockets.push(socket);
  } while (await isTaken(socket));
  return {
    port,
    stop: async () => {
      for (const one of sockets) one.destroy();
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}
