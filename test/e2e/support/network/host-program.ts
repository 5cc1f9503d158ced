/*
 * Runs on a host of a network of namespaces: it opens sockets there and hands them to the test process. A socket stays
 * in the namespace it was made in, whichever process holds it. Started by host.ts with an IPC channel.
 */

import { once } from 'node:events';
import net from 'node:net';
import { DnsServer } from '../../../support/dns-server.js';
import type { HostAnswer, HostOrder } from './host-orders.js';

function reply(answer: HostAnswer, handle?: net.Server | net.Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    if (process.send === undefined) throw new Error('started without an IPC channel');
    process.send(answer, handle, {}, (error: Error | null) => {
      if (error === null) resolve();
      else reject(error);
    });
  });
}

async function obey(order: HostOrder): Promise<void> {
  const { id } = order;
  switch (order.kind) {
    case 'listen': {
      const server = net.createServer();
      server.listen(order.port, order.address);
      await once(server, 'listening');
      await reply({ id }, server);
      // The test process has the port now; connections must not arrive here.
      server.close();
      return;
    }
    case 'connect': {
      const socket = new net.Socket();
      // The test process reads the server's greeting.
      socket.pause();
      socket.connect({
        host: order.address,
        port: order.port,
        ...(order.from === null ? {} : { localAddress: order.from }),
      });
      const timer = setTimeout(
        () => socket.destroy(new Error(`no answer in ${order.timeoutMs} ms`)),
        order.timeoutMs,
      );
      try {
        await once(socket, 'connect');
      } finally {
        clearTimeout(timer);
      }
      await reply({ id }, socket);
      return;
    }
    case 'name-server': {
      const server = await DnsServer.start(order.names);
      await reply({ id, address: server.address });
      return;
    }
  }
}

process.on('message', (order: HostOrder) => {
  obey(order).catch((error: unknown) => reply({ id: order.id, error: String(error) }));
});
process.once('disconnect', () => process.exit());
