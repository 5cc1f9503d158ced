/*
 * Two workers with one store: each asks it, defers while it is down, and recovers by itself.
 */
import assert from 'node:assert/strict';
import { describeWith } from '../../support/programs.js';
import { allPlugins, type Gateway, startGateway } from '../support/gateway.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { connect } from '../support/smtp-client.js';
import { until } from '../support/until.js';

const LIMIT_MS = 20_000;

/** Tells each client which process serves it. */
const tellProcess = `exports.register = function () { this.register_hook('capabilities', 'tell') }
exports.tell = function (next, connection) {
  connection.capabilities.push('XPID ' + process.pid)
  next()
}
`;

function settings(port: number): string {
  return `databases: { general: { store: people, key: '%s' } }
stores:
  people: { kind: redis, hosts: ['127.0.0.1:${port}'], timeout: 3, retry: 0.2, cache: { found: 0, absent: 0 } }
`;
}

describeWith(['redis-server'], 'two workers with a store', () => {
  let redis: RedisServer;
  let gateway: Gateway;

  before(async () => {
    redis = await startRedis();
    gateway = await startGateway({
      nodes: 2,
      settings: settings(redis.port),
      plugins: ['tell_process', ...allPlugins],
      pluginFiles: { 'tell_process.js': tellProcess },
    });
  });
  after(async () => {
    await gateway?.stop();
    await redis?.stop();
  });

  /** The worker that served a client, and its answer. */
  async function ask(): Promise<readonly [string, number]> {
    const client = await connect({ port: gateway.port, localAddress: '127.0.2.1' });
    const [, pid = ''] = /^XPID (\d+)$/m.exec((await client.ehlo()).text) ?? [];
    await client.mail('a@b.example');
    const { code } = await client.rcpt('gone@domain.com');
    await client.quit();
    return [pid, code];
  }

  /** Waits until the last answer of both workers is the code. */
  async function bothAnswer(code: number): Promise<string[]> {
    const answers = new Map<string, number>();
    await until(
      async () => {
        answers.set(...(await ask()));
        return answers.size === 2 && [...answers.values()].every((one) => one === code);
      },
      LIMIT_MS,
      () => `${code} from both workers, and not ${JSON.stringify([...answers])}`,
    );
    return [...answers.keys()].sort();
  }

  it('both ask it, defer while it is down, and recover', async () => {
    await redis.run(['SET', 'gone', 'gone%elsewhere.example']);
    const workers = await bothAnswer(550);
    await redis.kill();
    assert.deepEqual(await bothAnswer(451), workers);
    await redis.start();
    assert.deepEqual(await bothAnswer(550), workers);
    await redis.run(['DEL', 'gone']);
    assert.deepEqual(await bothAnswer(250), workers);
  });
});
