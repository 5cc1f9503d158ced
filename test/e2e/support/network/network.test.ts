/*
 * Tests that hosts of a test network reach each other where they should, and nowhere else.
 */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type net from 'node:net';
import path from 'node:path';
import { runSuccessfully } from '../program.js';
import { collectOutput } from '../program-output.js';
import { type Sink, startSink } from '../sink.js';
import { connect } from '../smtp-client.js';
import { until } from '../until.js';
import { ground, groundShown } from './ground.js';
import { type Network, startNetwork } from './network.js';

const filter = `table inet filter {
  chain forward {
    type filter hook forward priority filter; policy drop
    ct state established,related accept
    ip daddr 198.51.100.25 tcp dport 25 accept
  }
}
`;

const plan = {
  server: { segments: { inside: ['198.51.100.25/24'] }, routes: ['default via 198.51.100.1'] },
  router: { segments: { inside: ['198.51.100.1/24'], outside: ['203.0.113.1/24'] }, forwards: true, filter },
  stranger: { segments: { outside: ['203.0.113.9/24'] }, routes: ['default via 203.0.113.1'] },
};

describe(`a test network ${groundShown}`, () => {
  let network: Network<keyof typeof plan>;
  let sink: Sink;
  before(async () => {
    network = await startNetwork(plan);
    sink = await startSink({ server: await network.hosts.server.listen('198.51.100.25', 25) });
  });
  after(async () => {
    await sink?.stop();
    await network?.stop();
  });

  it('carries a session from the address of one host to that of another', async () => {
    const socket = await network.hosts.stranger.connect({
      from: '203.0.113.9',
      to: '198.51.100.25',
      port: 25,
    });
    assert.equal(socket.localAddress, network.place('203.0.113.9'));
    assert.equal(socket.remoteAddress, network.place('198.51.100.25'));
    const client = await connect({ port: 25, socket });
    assert.equal(client.greeting?.code, 220);
    assert.equal((await client.ehlo()).code, 250);
    await client.close();
  });

  it("keeps the server's greeting for the process that gets the socket", async () => {
    const server: net.Server = await network.hosts.server.listen('198.51.100.25', 2525);
    server.on('connection', (socket: net.Socket) => socket.end('hello'));
    // The packet filter passes port 25 only.
    const host = ground === 'network namespaces' ? network.hosts.server : network.hosts.stranger;
    const socket = await host.connect({ to: '198.51.100.25', port: 2525 });
    const [chunk] = await once(socket, 'data');
    assert.equal(String(chunk), 'hello');
    socket.destroy();
    server.close();
  });

  it('rejects if no server listens', async () => {
    await assert.rejects(network.hosts.server.connect({ to: '198.51.100.25', port: 26 }), /ECONNREFUSED/);
  });

  if (ground === 'network namespaces') {
    it('is gone when the test process is killed', async () => {
      const module = path.join(__dirname, 'network.js');
      const script = `require(${JSON.stringify(module)}).startNetwork({ one: { segments: {} } })
        .then(() => console.log('it is up'))`;
      const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
      await collectOutput(child.stdout).waitFor('it is up', 10_000);
      const left = async (): Promise<string[]> => {
        const { stdout } = await runSuccessfully('ip', ['netns', 'list']);
        return stdout.split('\n').filter((line) => line.startsWith(`pmdf-${child.pid}-`));
      };
      assert.equal((await left()).length, 2);
      child.kill('SIGKILL');
      await until(
        async () => (await left()).length === 0,
        5_000,
        () => 'its namespaces gone',
      );
    });

    it('passes only what the packet filter permits', async () => {
      const way = { to: '198.51.100.25', port: 26, timeoutMs: 300 };
      await assert.rejects(network.hosts.stranger.connect(way), /no answer/);
      const back = { to: '203.0.113.9', port: 25, timeoutMs: 300 };
      await assert.rejects(network.hosts.server.connect(back), /no answer/);
    });
  }
});
