/*
 * A connection to Redis that is given up while it is being made leaves nothing open, and strange answers are not values.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { connectRedis, loadRedis, redisClient } from '../../../runtime/stores/clients/redis.js';
import type { StoreServer } from '../../../runtime/stores/store-connection.js';
import { plainRedis } from '../../support/redis-settings.js';

const settings = { ...plainRedis, hosts: [], password: null, ca: null };

describe('a connection to Redis', () => {
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

  function serverOf(): StoreServer {
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    return { kind: 'host', host: '127.0.0.1', port, tls: 'off' };
  }

  function connect(ends: AbortSignal): ReturnType<typeof connectRedis> {
    return connectRedis(serverOf(), settings, ends);
  }

  it('is closed when it is given up, although the server has taken it by then', async () => {
    const ends = new AbortController();
    const connecting = connect(ends.signal);
    // Without input or output in between: the client has begun, and has no connection yet.
    for (let turn = 0; turn < 100; turn += 1) await null;
    ends.abort(new Error('too late'));
    await assert.rejects(connecting);
    const socket = await accepted;
    if (!socket.closed) await once(socket, 'close');
  });

  for (const [what, reply, cause] of [
    ['a list', '*2\r\n$1\r\na\r\n$1\r\nb\r\n', /the answer is not a string/],
    ['a number', ':5\r\n', /the answer is not a string/],
  ] as const) {
    it(`refuses ${what} in place of a string`, async () => {
      server.on('connection', (socket) => {
        socket.removeAllListeners('data').on('data', (received) => {
          const commands = received.toString('latin1').match(/^\*[0-9]+\r$/gm) ?? [];
          socket.write(received.includes('GET') ? reply : '+OK\r\n'.repeat(commands.length));
        });
      });
      const connection = await redisClient.connect(serverOf(), settings, new AbortController().signal);
      const key = { text: '%s', parts: [{ part: 'key' }] } as const;
      await assert.rejects(connection.values({ kind: 'redis', key, hash: null }, 'x'), cause);
      connection.close();
    });
  }

  it('is not begun after its time', async () => {
    const ends = AbortSignal.abort(new Error('too late'));
    await assert.rejects(connect(ends), /too late/);
  });
});
