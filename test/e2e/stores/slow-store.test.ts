/*
 * A store that answers every question, each just in time: what needs many look-ups is deferred before Haraka gives the plugin
 * up, and mail that needs none goes on.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { deliver, sampleMessage } from '../support/deliver.js';
import { type Gateway, startGateway } from '../support/gateway.js';

const SLOW_MS = 2_800;
const PLUGIN_TIMEOUT_S = 30;

function reply(text: string): string {
  return `${text.length}:${text},`;
}

describe('a slow store', () => {
  let server: Server;
  let gateway: Gateway;
  let delayMs = 0;
  const sockets = new Set<Socket>();

  before(async () => {
    // `a1` is an alias of `a2`, and so on up to `a10`.
    server = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('data', (request: Buffer) => {
        const at = Number(/\ba(\d)(?=@|,)/.exec(request.toString())?.[1] ?? 0);
        const value = at === 0 ? 'NOTFOUND ' : `OK a${at + 1}@domain.com`;
        void pause(delayMs).then(() => socket.write(reply(value)));
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    gateway = await startGateway({
      settings: `databases: { alias: { store: slow, map: aliases } }
stores:
  slow: { kind: socketmap, hosts: ['127.0.0.1:${port}'], cache: { found: 0, absent: 0 } }
`,
    });
  });
  after(async () => {
    await gateway?.stop();
    for (const socket of sockets) socket.destroy();
    server?.close();
  });

  async function send(to: readonly string[], localAddress = '127.0.2.1') {
    const began = performance.now();
    const { rcpt, data } = await deliver({
      port: gateway.port,
      localAddress,
      from: 'a@b.example',
      to: [...to],
      message: sampleMessage('x'),
      timeoutMs: 60_000,
    });
    return {
      codes: rcpt.map(({ code }) => code),
      data: data?.code,
      seconds: (performance.now() - began) / 1000,
    };
  }

  it('follows a chain of aliases while it is quick', async () => {
    delayMs = 0;
    assert.deepEqual((await send(['a1@domain.com'])).codes, [250]);
    await gateway.sinks.l.waitForMessages(1);
    assert.deepEqual(
      gateway.sinks.l.attempts.map(({ recipient }) => recipient),
      ['a10@domain.com'],
    );
  });

  it('defers a chain that takes too long, before Haraka gives up the plugin, and delivers nothing', async () => {
    gateway.clearSinks();
    delayMs = SLOW_MS;
    const [chain, other] = await Promise.all([
      send(['a1@domain.com']),
      send(['friend@elsewhere.example'], '127.0.1.9'),
    ]);
    assert.deepEqual([chain.codes, chain.data], [[451], undefined]);
    assert.ok(chain.seconds < PLUGIN_TIMEOUT_S, `${chain.seconds} s`);
    await gateway.waitForLog(/the look-ups of one decision took longer than 14 s/);
    assert.ok(!gateway.log().includes('timed out on hook'));
    assert.equal(gateway.sinks.l.attempts.length, 0);
    assert.deepEqual([other.codes, other.data], [[250], 250]);
    assert.ok(other.seconds < (SLOW_MS * 2) / 1000 + 5, `${other.seconds} s`);
  });

  it('forgets nothing of it: the next transaction is as usual', async () => {
    delayMs = 0;
    assert.deepEqual((await send(['a1@domain.com', 'nobody@domain.com'])).codes, [250, 250]);
  });
});
