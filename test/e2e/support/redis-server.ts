/*
 * A real Redis server with its data on disk, on a port of 127.0.0.1, and with TLS on another if it has a certificate. It can be
 * killed and started again with its data.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from 'redis';
import type { Certificate } from './certificate.js';
import { freePort } from './free-port.js';
import { leaveNothingBehind } from './last-will.js';
import { until } from './until.js';

const START_LIMIT_MS = 15_000;

/** A hash or string to set: ['HSET', key, field, value] or ['SET', key, value]. */
export type RedisCommand = readonly [string, ...string[]];

export interface RedisServer {
  readonly port: number;
  /** 0 without a certificate. */
  readonly tlsPort: number;
  /** Runs commands, each acknowledged. */
  run(...commands: readonly RedisCommand[]): Promise<void>;
  /** Kills it as a crash would; resolves when it is gone. */
  kill(): Promise<void>;
  /** Starts it again with its data. */
  start(): Promise<void>;
  /** Ends it and deletes its data. */
  stop(): Promise<void>;
}

export async function startRedis(password?: string, certificate?: Certificate): Promise<RedisServer> {
  const port = await freePort();
  const tlsPort = certificate === undefined ? 0 : await freePort();
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'pmdf-redis-')));
  const will = leaveNothingBehind(folder);
  let child: ChildProcess | null = null;
  const tls: string[] = [];
  if (certificate !== undefined) {
    const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
    writeFileSync(cert, certificate.cert);
    writeFileSync(key, certificate.key);
    tls.push('--tls-port', String(tlsPort), '--tls-cert-file', cert, '--tls-key-file', key);
    tls.push('--tls-ca-cert-file', cert, '--tls-auth-clients', 'no');
  }

  async function connected() {
    const client = createClient({
      socket: { host: '127.0.0.1', port, reconnectStrategy: false },
      ...(password === undefined ? {} : { password }),
    });
    client.on('error', () => undefined);
    await client.connect();
    return client;
  }

  const server: RedisServer = {
    port,
    tlsPort,
    run: async (...commands) => {
      const client = await connected();
      try {
        for (const command of commands) await client.sendCommand([...command]);
      } finally {
        client.destroy();
      }
    },
    kill: async () => {
      if (child === null) return;
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
      child = null;
    },
    start: async () => {
      const settings = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', ''];
      const durable = ['--appendonly', 'yes', '--appendfsync', 'always'];
      const secret = password === undefined ? [] : ['--requirepass', password];
      child = spawn('redis-server', [...settings, ...durable, ...secret, ...tls], {
        cwd: folder,
        stdio: 'ignore',
      });
      await until(
        () =>
          connected().then(
            (client) => {
              client.destroy();
              return true;
            },
            () => false,
          ),
        START_LIMIT_MS,
        () => `a Redis server on port ${port}`,
      );
    },
    stop: async () => {
      await server.kill();
      will.cancel();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
  await server.start();
  return server;
}
