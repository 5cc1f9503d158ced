/*
 * The proxy kills its server once for each fault, however many connections come to that step: a second kill would hit the server that
 * was started again.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import { startSink } from '../../support/sink.js';
import { FaultProxy } from './fault-proxy.js';

describe('a proxy that kills its server', () => {
  it('does so once for two connections, and again for the next fault', async () => {
    const sink = await startSink();
    let kills = 0;
    let isDead: () => void = () => undefined;
    const dead = new Promise<void>((resolve) => {
      isDead = resolve;
    });
    const proxy = new FaultProxy(sink.port, () => {
      kills += 1;
      return dead;
    });
    const script = (step: string) => (step === 'hello' ? ('kill' as const) : undefined);
    const greeted = async (): Promise<net.Socket> => {
      const client = net.connect(proxy.port, '127.0.0.1');
      await once(client, 'data');
      client.write('EHLO client.example\r\n');
      client.resume();
      return client;
    };
    await proxy.listen();
    try {
      proxy.follow(script, false, []);
      const clients = [await greeted(), await greeted()];
      const ends = clients.map((one) => once(one, 'close'));
      isDead();
      await Promise.all(ends);
      assert.deepEqual([kills, proxy.hits], [1, 2]);
      proxy.follow(script, false, []);
      await once(await greeted(), 'close');
      assert.equal(kills, 2);
    } finally {
      await proxy.close();
      await sink.stop();
    }
  });
});
