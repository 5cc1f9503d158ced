/*
 * Clients that leave while a look-up for them waits, and clients that send several commands at once: the worker goes on serving
 * others, nothing is delivered for those who left, and replies come in the order of the commands.
 */
import assert from 'node:assert/strict';
import { describeWith } from '../../support/programs.js';
import { deliver, sampleMessage } from '../support/deliver.js';
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.js';
import { allPlugins, type Gateway, startGateway } from '../support/gateway.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { connect, type SmtpClient } from '../support/smtp-client.js';
import { until } from '../support/until.js';

const LIMIT_MS = 15_000;
const STRANGER = '127.0.2.1';
const SLOW_MS = 300;

function settings(port: number): string {
  return `databases: { general: { store: people, key: '%s' } }
stores:
  people: { kind: redis, hosts: ['127.0.0.1:${port}'], timeout: 2, retry: 0.1, cache: { found: 0, absent: 0 } }
`;
}

/** Logs a recipient before our plugins see it, and the end of a session. */
const tellCommands = `exports.register = function () {
  this.register_hook('rcpt', 'asked', -100)
  this.register_hook('disconnect', 'left')
}
exports.asked = function (next, connection, params) {
  connection.loginfo(this, 'asked for ' + params[0].address)
  next()
}
exports.left = function (next, connection) {
  connection.loginfo(this, 'left')
  next()
}
`;

function lines(...commands: readonly string[]): Buffer {
  return Buffer.from(commands.map((one) => `${one}\r\n`).join(''));
}

describeWith(['redis-server'], 'clients while look-ups wait', () => {
  let redis: RedisServer;
  let proxy: FaultProxy;
  let gateway: Gateway;

  before(async () => {
    redis = await startRedis();
    await redis.run(
      ['SET', 'jane', 'jdoe%domain.com'],
      ['SET', 'gone', 'gone%elsewhere.example'],
      ['RPUSH', 'list', 'x'],
    );
    proxy = await startFaultProxy(redis.port, SLOW_MS);
    gateway = await startGateway({
      settings: settings(proxy.port),
      plugins: ['tell_commands', ...allPlugins],
      pluginFiles: { 'tell_commands.js': tellCommands },
    });
  });
  after(async () => {
    await gateway?.stop();
    await proxy?.stop();
    await redis?.stop();
  });
  beforeEach(async () => {
    gateway.clearSinks();
    await proxy.become('none');
    await serves();
  });

  async function send(): Promise<number | undefined> {
    const { data } = await deliver({
      port: gateway.port,
      localAddress: STRANGER,
      from: 'a@b.example',
      to: ['jane@domain.com'],
      message: sampleMessage('served'),
    });
    return data?.code;
  }

  async function serves(): Promise<void> {
    await until(
      async () => (await send()) === 250,
      LIMIT_MS,
      () => 'a message accepted',
    );
  }

  /** Waits until what was logged since a place contains so many of something. */
  async function logs(since: number, what: RegExp, count: number): Promise<void> {
    await gateway.waitForLog((log) => (log.slice(since).match(what)?.length ?? 0) >= count, LIMIT_MS);
  }

  async function begin(): Promise<SmtpClient> {
    const client = await connect({ port: gateway.port, localAddress: STRANGER });
    await client.ehlo();
    await client.mail('a@b.example');
    return client;
  }

  const endings = [
    ['at RCPT', (to: string) => lines(`RCPT TO:<${to}>`)],
    [
      'with more commands in the same packet',
      (to: string) => lines(`RCPT TO:<${to}>`, 'RCPT TO:<jane@domain.com>', 'DATA', 'Subject: left', '', '.'),
    ],
  ] as const;
  for (const [what, octets] of endings) {
    for (const count of [1, 40]) {
      it(`serves the next one after ${count} left ${what}`, async () => {
        const clients = await Promise.all(Array.from({ length: count }, begin));
        await proxy.become('is silent');
        const logged = gateway.log().length;
        for (const [at, client] of clients.entries()) client.sendRaw(octets(`stranger${at}@domain.com`));
        await logs(logged, /asked for stranger/g, count);
        await Promise.all(clients.map((client) => client.close()));
        await logs(logged, /\[tell_commands\] left/g, count);
        assert.doesNotMatch(gateway.log().slice(logged), /given up: /);
        await proxy.become('none');
        gateway.clearSinks();
        await serves();
        await logs(logged, /given up: /g, count);
        assert.doesNotMatch(gateway.log(), /internal error|TypeError|uncaught|CRIT/i);
        const got = gateway.sinks.l.messages.map(({ raw }) => /^Subject: (.*)$/m.exec(raw.toString())?.[1]);
        assert.ok(got.length > 0 && got.every((subject) => subject?.trim() === 'served'), got.join());
      });
    }
  }

  it('answers pipelined commands in their order, each as it would alone', async () => {
    const rows = [
      ['jane', 250],
      ['gone', 550],
      ['list', 451],
      ['nobody', 250],
      ['gone', 550],
      ['jane', 250],
    ] as const;
    const client = await begin();
    await proxy.become('is slow');
    client.sendRaw(lines(...rows.map(([user]) => `RCPT TO:<${user}@domain.com>`), 'RSET', 'VRFY x', 'NOOP'));
    const codes: number[] = [];
    for (const _ of rows) codes.push((await client.readReply()).code);
    assert.deepEqual(
      codes,
      rows.map(([, code]) => code),
    );
    assert.deepEqual([(await client.readReply()).code, (await client.readReply()).code], [250, 252]);
    await client.quit();
  });
});
