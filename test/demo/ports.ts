/*
 * The ports of the example: which one Haraka listens on, and what to do if one is in use.
 */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { portsFile, type SinkPorts, sinkChannels } from './layout.js';

const defaultPort = 2525;
const greetingLimitMs = 2_000;

/** The port that Haraka listens on, from the environment variable PORT; throws if that is not a port. */
export function listenPort(): number {
  const written = process.env['PORT'] ?? '';
  const port = written === '' ? defaultPort : Number(written);
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new Error(`PORT is \`${written}\`, which is not a port: choose one from 1 to 65535`);
  return port;
}

/** The error code if a port cannot be opened, undefined if it can. */
async function whyNotFree(port: number): Promise<string | undefined> {
  const server = createServer();
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
  server.close();
  await once(server, 'close');
  return undefined;
}

/** Tells whether the server on a port greets as the sink of an example does. */
async function isSink(port: number): Promise<boolean> {
  const socket = connect({ port, host: '127.0.0.1', timeout: greetingLimitMs });
  try {
    const greeting = await new Promise<string>((resolve, reject) => {
      socket.once('data', (chunk: Buffer) => resolve(chunk.toString('latin1')));
      socket.once('timeout', () => resolve(''));
      socket.once('error', reject);
      socket.once('close', () => resolve(''));
    });
    return greeting.startsWith('220 sink.example ');
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

function portInUse(port: number, code: string): string {
  if (code === 'EACCES')
    return `port ${port} can be opened by root only. Choose a port above 1023: PORT=${defaultPort} npm start`;
  if (code === 'EADDRINUSE')
    return `port ${port} is in use. Stop the program that uses it, or choose another port: PORT=${port < 65_535 ? port + 1 : defaultPort} npm start`;
  return `port ${port} cannot be opened (${code}). Choose another port: PORT=${defaultPort} npm start`;
}

/**
 * Throws an error that says what to do if a port of the example is in use, by the same example or by another program.
 */
export async function requireFreePorts(port: number): Promise<void> {
  const sinks: SinkPorts = JSON.parse(readFileSync(portsFile, 'utf8'));
  for (const channel of sinkChannels) {
    const code = await whyNotFree(sinks[channel]);
    if (code === undefined) continue;
    if (await isSink(sinks[channel]))
      throw new Error(
        'this example is already running. Stop it first (Ctrl-C in its terminal), or start a second one in another clone.',
      );
    throw new Error(
      `port ${sinks[channel]} of the sink for channel ${channel} is in use (${code}). Stop the program that uses it, or delete .demo to start with new ports.`,
    );
  }
  const code = await whyNotFree(port);
  if (code !== undefined) throw new Error(portInUse(port, code));
}
