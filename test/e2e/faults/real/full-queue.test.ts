/*
 * The disk of the queue is full, a small one that is mounted there: a client that needs it is deferred and nothing reaches the next
 * hop, a client that does not need it is served, and once there is room again each recipient gets the message once.
 */

import assert from 'node:assert/strict';
import path from 'node:path';
import { describeWith } from '../../../support/programs.js';
import { type DeliveryReplies, deliver } from '../../support/deliver.js';
import { exampleFile, type Gateway, startGateway } from '../../support/gateway.js';
import { until } from '../../support/until.js';
import { numberedMessage } from '../numbered-message.js';
import { startDovecotServer } from './dovecot-server.js';
import { startEximServer } from './exim-server.js';
import { type MailServer, mountSmallDisk, type SmallDisk } from './mail-server.js';

const LIMIT_MS = 30_000;
const DISK_MEGABYTES = 4;
const LONG = 50_000;

const hops = [
  { name: 'exim', protocol: 'smtp', start: startEximServer },
  { name: 'dovecot', protocol: 'lmtp', start: startDovecotServer },
] as const;

describeWith(
  ['exim', 'dovecot'],
  'a full disk of the queue, with Exim and Dovecot as next hops',
  function () {
    this.timeout(120_000);
    const servers = new Map<string, MailServer>();
    let gateway: Gateway;
    let disk: SmallDisk | undefined;
    let count = 0;

    before(async () => {
      for (const { name, start } of hops) servers.set(name, await start());
      const ways = hops.flatMap(({ name, protocol }) =>
        (['through', 'queue'] as const).map((method) => ({
          method,
          name,
          protocol,
          host: `${method}-${name}`,
        })),
      );
      const rules = ways.map(
        ({ host }) => `${host}.domain.com  $U@${host}.domain.com@${host.toUpperCase()}-DAEMON`,
      );
      const blocks = ways.map(({ host }) => `\ntcp_${host} smtp mx\n${host.toUpperCase()}-DAEMON\n`);
      const routes = ways.map(
        ({ host, method, name, protocol }) =>
          `  tcp_${host}: { method: ${method}, next_hop: '${protocol}://127.0.0.1:${servers.get(name)?.port}' }\n`,
      );
      gateway = await startGateway({
        cnf: exampleFile('pmdf.cnf')
          .replace('\n.domain.com   ', `\n${rules.join('\n')}\n.domain.com   `)
          .concat(...blocks),
        delivery: (ports) => `delivery:
  l: { method: through, next_hop: '127.0.0.1:${ports.l}' }
  tcp_internal: queue
  tcp_local: { method: queue, next_hop: '127.0.0.1:${ports.tcp_local}' }
${routes.join('')}`,
      });
      // Haraka makes the folder and reads it after it listens.
      await gateway.waitForLog('files in my temp fail queue', LIMIT_MS);
      disk = await mountSmallDisk(path.join(gateway.dir, 'queue'), DISK_MEGABYTES);
    });
    after(async () => {
      await disk?.unmount();
      await gateway?.stop();
      for (const server of servers.values()) await server.stop();
    });
    afterEach(() => disk?.free());

    function send(to: readonly string[], size: number): Promise<DeliveryReplies> {
      const message = numberedMessage(count, size);
      return deliver({
        port: gateway.port,
        localAddress: '127.0.2.1',
        from: 'a@client.example',
        to,
        message,
      });
    }

    for (const { name } of hops) {
      for (const [method, recipients, size] of [
        ['queue', 1, 0],
        ['queue', 3, LONG],
        ['through', 1, LONG],
        ['through', 3, LONG],
      ] as const) {
        // By LMTP the answers may differ, so each recipient has a copy on disk before.
        const needsDisk = method === 'queue' || (name === 'dovecot' && recipients > 1);
        it(`${name}, ${method}, ${recipients} recipients, ${size} octets: ${needsDisk ? 'deferred' : 'delivered'}`, async () => {
          const server = servers.get(name);
          assert.ok(server !== undefined);
          count += 1;
          const to = Array.from(
            { length: recipients },
            (_, at) => `full${count}-${at}-well@${method}-${name}.domain.com`,
          );
          server.expect(to);
          const copies = (): readonly number[] => to.map((one) => server.messagesOf(one).length);
          await disk?.fill();
          const { data } = await send(to, size);
          await server.settle();
          if (needsDisk) {
            assert.match(data?.lines[0] ?? '', /^4\d\d 4\.3\.0 the message could not be queued/);
            assert.deepEqual(
              copies(),
              to.map(() => 0),
            );
            await disk?.free();
            assert.equal((await send(to, size)).data?.code, 250);
          } else assert.equal(data?.code, 250);
          const queued = (): string[] => gateway.filesIn('queue').filter((file) => /^\d/.test(file));
          await until(
            () => queued().length === 0,
            LIMIT_MS,
            () => `an empty queue: ${queued().join(' ')}`,
          );
          await server.settle();
          assert.deepEqual(
            copies(),
            to.map(() => 1),
          );
        });
      }
    }
  },
);
