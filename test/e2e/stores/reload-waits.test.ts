/*
 * A reload while look-ups wait: they end as they would have without it, the transaction keeps the store it began with, new ones ask
 * the new store, or none.
 */
import assert from 'node:assert/strict';
import { describeWith } from '../../support/programs.js';
import { type FaultProxy, type ProxyFault, startFaultProxy } from '../support/fault-proxy.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { connect, type Reply, type SmtpClient } from '../support/smtp-client.js';
import { until } from '../support/until.js';

const LIMIT_MS = 15_000;
/** Three of them, for a new connection and a question, are less than the time limit. */
const SLOW_MS = 700;

function stores(port: number): string {
  return `stores:
  people: { kind: redis, hosts: ['127.0.0.1:${port}'], timeout: 3, retry: 0.1, cache: { found: 0, absent: 0 } }
databases: { general: { store: people, key: '%s' } }
`;
}

describeWith(['redis-server'], 'a reload while look-ups wait', () => {
  let old: RedisServer;
  let other: RedisServer;
  let proxy: FaultProxy;
  let gateway: Gateway;
  let yaml: string;

  before(async () => {
    old = await startRedis();
    other = await startRedis();
    // Mail for an address elsewhere is relaying.
    await old.run(['SET', 'jane', 'jdoe%domain.com'], ['SET', 'joe', 'joe%elsewhere.example']);
    await other.run(['SET', 'jane', 'jane%elsewhere.example']);
    proxy = await startFaultProxy(old.port, SLOW_MS);
    gateway = await startGateway({ settings: `reload: { settle: 0.05 }\n${stores(proxy.port)}` });
    yaml = gateway.configText('pmdf/pmdf.yaml');
  });
  after(async () => {
    await gateway?.stop();
    await proxy?.stop();
    await other?.stop();
    await old?.stop();
  });
  beforeEach(async () => {
    await proxy.become('none');
    gateway.replaceFile('pmdf.yaml', yaml);
    await newOnes(250, 550);
  });

  async function begin(): Promise<SmtpClient> {
    const client = await connect({ port: gateway.port, localAddress: '127.0.2.1' });
    await client.ehlo();
    await client.mail('a@b.example');
    return client;
  }

  /** Waits until new transactions answer so for jane and for joe. */
  async function newOnes(jane: number, joe: number): Promise<void> {
    let last: readonly number[] = [];
    await until(
      async () => {
        const client = await begin();
        last = [(await client.rcpt('jane@domain.com')).code, (await client.rcpt('joe@domain.com')).code];
        await client.quit();
        return last[0] === jane && last[1] === joe;
      },
      LIMIT_MS,
      () => `${jane} and ${joe}, and not ${last.join(' and ')}`,
    );
  }

  const changes = [
    ['another server', () => yaml.replace(stores(proxy.port), stores(other.port)), 550, 250],
    ['no store any more', () => yaml.replace(stores(proxy.port), ''), 250, 250],
  ] as const;
  const faults: readonly (readonly [ProxyFault, number, number])[] = [
    ['is slow', 250, 550],
    ['is silent', 451, 451],
  ];
  for (const [change, text, jane, joe] of changes) {
    for (const [fault, janeWaits, joeWaits] of faults) {
      it(`to ${change}, when the old one ${fault}`, async () => {
        const [first, second] = await Promise.all([begin(), begin()]);
        await proxy.become(fault);
        const ended: Reply[] = [];
        const waiting = Promise.all([
          first.rcpt('jane@domain.com').then((reply) => ended.push(reply)),
          second.rcpt('joe@domain.com').then((reply) => ended.push(reply)),
        ]).then(() => ended.map(({ code }) => code).sort());
        gateway.replaceFile('pmdf.yaml', text());
        await newOnes(jane, joe);
        assert.deepEqual(await waiting, [janeWaits, joeWaits].sort());
        // The same transaction asks the old server, over a new connection.
        await proxy.become('none');
        await until(
          async () => (await first.rcpt('joe@domain.com')).code === 550,
          LIMIT_MS,
          () => 'the answer of the old server',
        );
        await Promise.all([first.quit(), second.quit()]);
        assert.doesNotMatch(gateway.log(), /internal error|is closed/);
      });
    }
  }
});
