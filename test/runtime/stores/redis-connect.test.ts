/*
 * A connection to Redis that is given up while it is being made leaves nothing open.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { connectRedis, loadRedis } from '../../../runtime/stores/clients/redis.js';

const settings = {
  kind: 'redis',
  hosts: [],
  user: null,
  passwordFile: null,
  passwordEnv: null,
  tlsCa: null,
  dbname: 0,
  timeout: 20,
  connections: 1,
  cache: { found: 0, absent: 0, entries: 0 },
  retry: 1,
  password: null,
  ca: null,
} as const;

describe('a connection to Redis that is given up', () => {
  let server: Server;
  let accepted: Promise<Socket>;
  const taken = new Set<Socket>();

  before(() => loadRedis());
  beforeEach(async () => {
    server = createServer((socket) => {
      taken.add(socket);
      socket.on('error', () => undefined);
      socket.on('data', () => socket.write('+OK\r\n'));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    accepted = once(server, 'connection').then(([socket]) => socket);
  });
  afterEach(() => {
    server.close();
    for (const socket of taken) socket.destroy();
  });

  function connect(ends: AbortSignal): ReturnType<typeof connectRedis> {
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    return connectRedis({ kind: 'host', host: '127.0.0.1', port, tls: 'off' }, settings, ends);
  }

  it('is closed although the server has taken it by then', async () => {
    const ends = new AbortController();
    const connecting = connect(ends.signal);
    // Without input or output in between: the client has begun, and has no connection yet.
    for (let turn = 0; turn < 100; turn += 1) await null;
    ends.abort(new Error('too late'));
    await assert.rejects(connecting);
    const socket = await accepted;
    if (!socket.closed) await once(socket, 'close');
  });

  it('is not begun after its time', async () => {
    const ends = AbortSignal.abort(new Error('too late'));
    await assert.rejects(connect(ends), /too late/);
  });
});
