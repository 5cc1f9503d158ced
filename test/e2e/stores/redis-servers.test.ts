/*
 * Two servers with the same content under a running Haraka: whichever of them is in trouble, mail goes on; and what strangers
 * write in addresses reaches the server as it is.
 */
import assert from 'node:assert/strict';
import path from 'node:path';
import { describeWith } from '../../support/programs.js';
import { deliver, sampleMessage } from '../support/deliver.js';
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { runProgram } from '../support/program.js';
import { projectRoot } from '../support/project-root.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { until } from '../support/until.js';

const LIMIT_MS = 20_000;
const PASSWORD = 'unmistakable-secret';

describeWith(['redis-server'], 'two servers with one content', () => {
  const servers: RedisServer[] = [];
  const proxies: FaultProxy[] = [];
  let gateway: Gateway;

  before(async () => {
    for (const target of ['first', 'second']) {
      const redis = await startRedis(PASSWORD);
      servers.push(redis);
      proxies.push(await startFaultProxy(redis.port, 5_000));
      // An address elsewhere, so that the reply tells which server answered: relaying is refused.
      const forwarded = target === 'first' ? 'jdoe%domain.com' : 'jdoe%elsewhere.example';
      await redis.run(['SET', 'general:jane', forwarded], ['SET', 'general:"a b"%c', 'odd%domain.com']);
    }
    const hosts = proxies.map(({ port }) => `'127.0.0.1:${port}'`).join(', ');
    gateway = await startGateway({
      settings: `databases:
  general: { store: people, key: 'general:%s' }
stores:
  people: { kind: redis, hosts: [${hosts}], password_file: redis.password, timeout: 2, retry: 1,
            cache: { found: 0, absent: 0 } }
`,
      config: { 'pmdf/redis.password': `${PASSWORD}\n` },
    });
    await answerBecomes(250);
  });
  after(async () => {
    await gateway?.stop();
    for (const one of [...proxies, ...servers]) await one.stop();
  });

  async function codeFor(to: string): Promise<number | undefined> {
    const { rcpt } = await deliver({
      port: gateway.port,
      localAddress: '127.0.2.1',
      from: 'a@b.example',
      to: [to],
      message: sampleMessage('x'),
    });
    return rcpt[0]?.code;
  }

  async function answerBecomes(code: number): Promise<void> {
    let last: number | undefined;
    await until(
      async () => {
        last = await codeFor('jane@domain.com');
        return last === code;
      },
      LIMIT_MS,
      () => `${code}; the last answer was ${last}`,
    );
  }

  const fromFirst = 250;
  const fromSecond = 550;

  for (const fault of ['refuses', 'is silent'] as const) {
    it(`asks the second while the first ${fault}, fails while both do, and returns to the first`, async () => {
      const [first, second] = proxies;
      assert.ok(first !== undefined && second !== undefined);
      await answerBecomes(fromFirst);
      await first.become(fault);
      assert.equal(await codeFor('jane@domain.com'), fromSecond);
      await second.become(fault);
      assert.equal(await codeFor('jane@domain.com'), 451);
      await second.become('none');
      await answerBecomes(fromSecond);
      await first.become('none');
      await answerBecomes(fromFirst);
    });
  }

  const strange = [
    'x'.repeat(60),
    '%s',
    '"a b"',
    '"\\"; FLUSHALL"',
    '"a:b|c"',
    '{hash}tag',
    '*',
    'a%%b',
    '"$3\\ GET"',
  ];
  for (const local of strange) {
    it(`asks for ${local} and nothing else`, async () => {
      const code = await codeFor(`${local}@domain.com`);
      assert.ok(code !== undefined && code !== 451, `${code}`);
      assert.equal(await codeFor('jane@domain.com'), fromFirst);
    });
  }

  it('answers nothing but an error to a NUL or a line end in an address', async () => {
    for (const local of ['a\0b', 'a\rb']) {
      const code = await codeFor(`${local}@domain.com`).catch(() => 500);
      assert.ok(code === undefined || code >= 400, `${code}`);
    }
    assert.equal(await codeFor('jane@domain.com'), fromFirst);
  });

  it('never shows the password', async () => {
    const pmdf = path.join(projectRoot(), 'dist', 'bin', 'pmdf.js');
    const folder = path.join(gateway.dir, 'config');
    for (const words of [['check'], ['show'], ['rewrite', 'jane@domain.com']]) {
      const { stdout, stderr } = await runProgram(process.execPath, [pmdf, ...words, '--config', folder]);
      assert.ok(!`${stdout}${stderr}`.includes(PASSWORD), words.join(' '));
    }
    gateway.replaceFile('redis.password', 'wrong-but-also-secret\n');
    // Only new connections log in.
    for (const one of servers) await one.kill();
    for (const one of servers) await one.start();
    await answerBecomes(451);
    await gateway.waitForLog(/WRONGPASS/);
    assert.ok(!/unmistakable-secret|also-secret/.test(gateway.log()));
  });
});
