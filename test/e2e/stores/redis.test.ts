/*
 * Databases in a real Redis under a running Haraka, with a proxy in between that misbehaves. Whatever happens to the server,
 * mail that needs an answer is deferred, nothing is lost or let through, and Haraka recovers without a restart.
 */
import assert from 'node:assert/strict';
import path from 'node:path';
import { describeWith } from '../../support/programs.js';
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { killUnderLoad } from '../support/kill-under-load.js';
import { runSuccessfully } from '../support/program.js';
import { projectRoot } from '../support/project-root.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { answerBecomes, deferDuring, sendAsStranger, storeFaults } from '../support/store-scenes.js';

const PASSWORD = 'correct horse';

function settings(port: number, more = 'timeout: 2, retry: 0.2, cache: { found: 0, absent: 0 }'): string {
  return `reload: { settle: 0.05 }
databases:
  general: { store: people, key: 'general:%s' }
  alias: { store: people, hash: 'alias' }
  forward: { store: people, hash: 'forward:%d', key: '%u' }
stores:
  people: { kind: redis, hosts: ['127.0.0.1:${port}'], password_file: redis.password, ${more} }
`;
}

describeWith(['redis-server'], 'databases in Redis', () => {
  let redis: RedisServer;
  let proxy: FaultProxy;
  let gateway: Gateway;

  before(async () => {
    redis = await startRedis(PASSWORD);
    proxy = await startFaultProxy(redis.port, 5_000);
    gateway = await startGateway({
      settings: settings(proxy.port),
      config: { 'pmdf/redis.password': `${PASSWORD}\n` },
    });
    // The first question also loads the client.
    await answerBecomes(gateway, 'nobody@domain.com', 250);
  });
  after(async () => {
    await gateway?.stop();
    await proxy?.stop();
    await redis?.stop();
  });

  beforeEach(async () => {
    gateway.clearSinks();
    await redis.run(
      ['FLUSHALL'],
      ['SET', 'general:jane', 'jdoe%domain.com'],
      ['HSET', 'alias', 'team', 'bob@domain.com, carol@domain.com'],
      ['HSET', 'forward:domain.com', 'dave', 'erin@domain.com'],
    );
  });

  const send = (to: string, subject?: string) => sendAsStranger(gateway, to, subject);

  for (const [what, to, recipients] of [
    ['general', 'Jane@domain.com', ['jdoe@domain.com']],
    ['alias', 'team@domain.com', ['bob@domain.com', 'carol@domain.com']],
    ['forward', 'dave@domain.com', ['erin@domain.com']],
    ['none of them', 'nobody@domain.com', ['nobody@domain.com']],
  ] as const) {
    it(`look ${to} up in ${what}`, async () => {
      assert.deepEqual(await send(to), [250, 250]);
      await gateway.sinks.l.waitForMessages(1);
      const got = gateway.sinks.l.attempts.map(({ recipient }) => recipient);
      assert.deepEqual([...got].sort(), recipients);
    });
  }

  it('see a change on the server', async () => {
    assert.deepEqual(await send('frank@domain.com'), [250, 250]);
    // An address elsewhere is relaying for a stranger.
    await redis.run(['SET', 'general:frank', 'frank%elsewhere.example']);
    assert.equal((await send('frank@domain.com'))[0], 550);
  });

  it('defer a key whose value is of a wrong type, and no other', async () => {
    await redis.run(['RPUSH', 'general:list', 'x']);
    assert.equal((await send('list@domain.com'))[0], 451);
    await gateway.waitForLog(/store `people`: 127\.0\.0\.1:\d+: WRONGTYPE/);
    assert.deepEqual(await send('jane@domain.com'), [250, 250]);
  });

  for (const [fault, cause] of storeFaults('Socket closed')) {
    it(`defer while the server ${fault}, say why in the log, and recover`, async () => {
      const asked = ['jane@domain.com', 'team@domain.com', 'nobody@domain.com'];
      const accepted = ['jane@domain.com'] as const;
      await deferDuring(fault, cause, { gateway, proxy, accepted, asked, secret: PASSWORD });
    });
  }

  it('lose nothing and let nothing through when the server is killed under load', async function () {
    this.timeout(120_000);
    await redis.run(['SET', 'general:gone', 'gone%elsewhere.example']);
    await killUnderLoad({
      gateway,
      send: (subject) => send('jane@domain.com', subject),
      recipient: 'jdoe@domain.com',
      between: async () => {
        const [relayed] = await send('gone@domain.com');
        assert.ok(relayed === 550 || relayed === 451, `relayed with ${relayed}`);
      },
      kill: () => redis.kill(),
      start: () => redis.start(),
    });
  });

  it('keep no process alive that has nothing else to do', async () => {
    const stores = path.join(projectRoot(), 'dist', 'runtime', 'stores', 'index.js');
    const time = path.join(projectRoot(), 'dist', 'runtime', 'time', 'index.js');
    const limits = { timeout: 10, connections: 1, cache: { found: 0, absent: 0, entries: 0 }, retry: 1 };
    const hosts = [{ kind: 'host', host: '127.0.0.1', port: redis.port, tls: 'off' }];
    const login = { user: null, passwordFile: 'redis.password', passwordEnv: null, tlsCa: null, dbname: 0 };
    const setting = JSON.stringify({ kind: 'redis', hosts, ...login, ...limits });
    const query = JSON.stringify({
      kind: 'redis',
      key: { text: 'general:jane', parts: ['general:jane'] },
      hash: null,
    });
    const script = `
      const { OpenStores } = require(${JSON.stringify(stores)});
      const { systemClock } = require(${JSON.stringify(time)});
      const folder = ${JSON.stringify(path.join(gateway.dir, 'config', 'pmdf'))};
      const open = new OpenStores(folder, { clock: systemClock, report: console.error });
      Promise.resolve(open.open('a', ${setting}).values(${query}, 'q', 'k')).then((one) => console.log(one.values[0]));
    `;
    const { stdout } = await runSuccessfully(process.execPath, ['-e', script]);
    assert.equal(stdout, 'jdoe%domain.com\n');
  });

  it('ask another server after a change of the settings, without a restart', async () => {
    const other = await startRedis(PASSWORD);
    try {
      await other.run(['SET', 'general:jane', 'jane%elsewhere.example']);
      const yaml = gateway.configText('pmdf/pmdf.yaml');
      gateway.replaceFile('pmdf.yaml', yaml.replace(`:${proxy.port}'`, `:${other.port}'`));
      await answerBecomes(gateway, 'jane@domain.com', 550);
      gateway.replaceFile('pmdf.yaml', yaml);
      await answerBecomes(gateway, 'jane@domain.com', 250);
    } finally {
      await other.stop();
    }
  });
});
