/*
 * `pmdf queue` and `pmdf held` change the mail of a Haraka that runs: what waits there, what is being delivered, what is held.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import path from 'node:path';
import { CommandServer } from '../bin/support/command-server.js';
import { deliver, sampleMessage } from './support/deliver.js';
import { allPlugins, connectionIni, exampleFile, type Gateway, startGateway } from './support/gateway.js';
import type { RunningHaraka } from './support/haraka-process.js';
import { until } from './support/until.js';

const sender = 'ann@domain.com';
const inside = '127.0.1.5';

const mappings = `ORIG_SEND_ACCESS

  *|*|*|held@*              $Y$H
  tcp_local|*|tcp_local|*   $NRelaying$ not$ permitted
`;

interface Changed {
  readonly exitCode: number | null;
  readonly results: readonly string[];
}

describe('pmdf queue and pmdf held beside a running Haraka', () => {
  const commands = new CommandServer();
  let gateway: Gateway;
  /** Takes connections and says nothing. */
  let silent: Server;

  before(async () => {
    silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const address = silent.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    gateway = await startGateway({
      cnf: `silent.test   $U@silent.test@SILENT-DAEMON\n${exampleFile('pmdf.cnf')}\ntcp_silent smtp single\nSILENT-DAEMON\n`,
      mappings,
      delivery: (ports) => `delivery:
  l: { method: through, next_hop: '127.0.0.1:${ports.l}' }
  tcp_internal: { method: through, next_hop: '127.0.0.1:${ports.tcp_internal}' }
  tcp_local: { method: queue, next_hop: '127.0.0.1:${ports.tcp_local}' }
  tcp_silent: { method: queue, next_hop: '127.0.0.1:${port}' }
`,
      config: { 'connection.ini': connectionIni().replace('; add_received=true', 'add_received=false') },
    });
  });
  after(async () => {
    await gateway?.stop();
    silent?.close();
  });
  beforeEach(() => gateway.clearSinks());

  async function run(
    ...words: readonly string[]
  ): Promise<{ exitCode: number | null; stdout: string; stderr: string }> {
    return await commands.run({ words, input: '', folder: gateway.dir });
  }

  async function change(...words: readonly string[]): Promise<Changed> {
    const { stdout, stderr, exitCode } = await run(...words, '--json');
    assert.equal(stderr, '');
    const { messages } = JSON.parse(stdout) as { messages: { result: string }[] };
    return { exitCode, results: messages.map(({ result }) => result) };
  }

  const queueFiles = (): string[] => gateway.filesIn('queue').filter((name) => /^\d/.test(name));
  const onHold = (): string[] => readdirSync(path.join(gateway.dir, 'queue', 'pmdf', 'onhold'));

  function emptied(): Promise<void> {
    return until(
      () => queueFiles().length === 0,
      8_000,
      () => `${queueFiles().join(' ')} gone`,
    );
  }

  async function send(to: string, message: string | Buffer = sampleMessage('queued')): Promise<void> {
    const { data } = await deliver({
      port: gateway.port,
      localAddress: inside,
      from: sender,
      to: [to],
      message,
    });
    assert.equal(data?.code, 250, data?.text);
  }

  /** Sends a message that its server defers, and waits until it waits for the next attempt. */
  async function waiting(to: string): Promise<void> {
    const deferred = (): number => queueFiles().filter((name) => name.split('_')[2] === '1').length;
    const known = deferred();
    gateway.sinks.tcp_local.refuseRecipient(to, { code: 450, text: '4.2.1 later' });
    await send(to);
    await until(
      () => deferred() > known,
      8_000,
      () => 'a message that waits',
    );
    gateway.sinks.tcp_local.acceptAll();
  }

  it('hold keeps a message from being tried, and release delivers it once', async () => {
    await waiting('x@other.com');
    assert.deepEqual(await change('queue', 'hold', '--channel', 'tcp_local'), {
      exitCode: 0,
      results: ['done'],
    });
    assert.deepEqual([queueFiles().length, onHold().length], [0, 1]);
    assert.match(
      (await run('queue', 'list')).stdout,
      / held +ann@domain\.com +x@other\.com +450 4\.2\.1 later/,
    );
    assert.deepEqual(await change('queue', 'release', '--domain', 'other.com'), {
      exitCode: 0,
      results: ['done'],
    });
    await gateway.sinks.tcp_local.waitForMessages(1);
    await emptied();
    assert.deepEqual([gateway.sinks.tcp_local.messages.length, onHold().length], [1, 0]);
  });

  it('release tries a waiting message now, and delete removes one', async () => {
    await waiting('x@other.com');
    assert.deepEqual(await change('queue', 'release', '--sender', sender), {
      exitCode: 0,
      results: ['done'],
    });
    await gateway.sinks.tcp_local.waitForMessages(1);
    await emptied();
    await waiting('y@other.com');
    const dry = await run('queue', 'delete', '--older', '0m', '--dry-run');
    assert.match(dry.stdout, /\n1 message would be deleted\n$/);
    assert.equal(queueFiles().length, 1);
    assert.deepEqual(await change('queue', 'delete', '--older', '0m'), { exitCode: 0, results: ['done'] });
    assert.equal(queueFiles().length, 0);
    assert.equal(gateway.sinks.tcp_local.messages.length, 1);
  });

  it('return sends the message back, and tries no server', async () => {
    await waiting('x@other.com');
    const attempts = gateway.sinks.tcp_local.attempts.length;
    assert.deepEqual(await change('queue', 'return', '--channel', 'tcp_local'), {
      exitCode: 0,
      results: ['done'],
    });
    // The other one is the postmaster's copy.
    const reports = await gateway.sinks.l.waitForMessages(2);
    const report = reports.find(({ envelopeTo: [to] }) => to === sender);
    assert.equal(report?.envelopeFrom, '');
    assert.match(
      report?.raw.toString() ?? '',
      /^ {2}Reason: 550 5\.7\.1 the postmaster has returned the message/m,
    );
    await emptied();
    assert.equal(gateway.sinks.tcp_local.attempts.length, attempts);
  });

  it('leaves a message alone that is being delivered', async () => {
    const connected = once(silent, 'connection');
    await send('x@silent.test');
    const [socket] = await connected;
    for (const action of ['hold', 'release', 'return', 'delete'])
      assert.deepEqual(await change('queue', action, '--channel', 'tcp_silent'), {
        exitCode: 1,
        results: ['busy'],
      });
    socket.destroy();
    await until(
      async () => (await change('queue', 'delete', '--channel', 'tcp_silent')).results.includes('done'),
      8_000,
      () => 'the message waits, and is deleted',
    );
  });

  it('stop lets mail of a channel rest without an attempt, start delivers it', async () => {
    for (const [channel, to] of [
      ['tcp_local', 'x@other.com'],
      ['l', 'bob@domain.com'],
    ] as const) {
      const sink = gateway.sinks[channel];
      assert.match((await run('queue', 'stop', channel)).stdout, /is stopped/);
      await send(to);
      await until(
        async () => / stopped +ann@domain\.com/.test((await run('queue', 'list')).stdout),
        8_000,
        () => 'a message on the stopped channel',
      );
      assert.deepEqual([sink.attempts.length, sink.messages.length], [0, 0]);
      assert.match((await run('queue', 'start', channel)).stdout, /is started/);
      await sink.waitForMessages(1);
      await emptied();
      assert.equal(sink.messages.length, 1);
    }
  });

  it('held release delivers what the policy has held, to its recipient only', async () => {
    const message =
      'X-Envelope-To: eve@other.com\r\nSubject: held\r\nDate: x\r\nMessage-Id: <1@x>\r\n\r\n.dot\r\n';
    await send('held@other.com', message);
    assert.equal(gateway.filesIn('held').length, 1);
    assert.match((await run('held', 'list')).stdout, /held@other\.com\n1 message\n/);
    assert.deepEqual(await change('held', 'release', '--domain', 'other.com'), {
      exitCode: 0,
      results: ['done'],
    });
    const [got] = await gateway.sinks.tcp_local.waitForMessages(1);
    await emptied();
    assert.deepEqual(got?.envelopeTo, ['held@other.com']);
    assert.equal(got?.raw.toString().endsWith(message), true, got?.raw.toString());
    assert.deepEqual([gateway.filesIn('held').length, gateway.sinks.tcp_local.messages.length], [0, 1]);
    await send('held@other.com');
    assert.deepEqual(await change('held', 'delete', '--older', '0m'), { exitCode: 0, results: ['done'] });
    assert.equal(gateway.filesIn('held').length, 0);
  });

  it('changes files while no Haraka runs, and they are delivered after the next start', async () => {
    for (const to of ['a@other.com', 'b@other.com', 'c@other.com', 'd@other.com']) await waiting(to);
    const known = gateway.sinks.tcp_local.attempts.length;
    gateway.kill('SIGKILL');
    await gateway.exited;
    const { stdout } = await run('queue', 'list', '--json');
    const { messages } = JSON.parse(stdout) as { messages: { id: string; to: string[] }[] };
    const idOf = (to: string): string => messages.find((one) => one.to.includes(to))?.id ?? '';
    for (const [action, to] of [
      ['hold', 'a@other.com'],
      ['release', 'b@other.com'],
      ['return', 'c@other.com'],
      ['delete', 'd@other.com'],
    ] as const)
      assert.deepEqual(await change('queue', action, idOf(to)), { exitCode: 0, results: ['done'] });
    const again = await gateway.install.start();
    try {
      const [report] = await gateway.sinks.l.waitForMessages(1);
      assert.match(report?.raw.toString() ?? '', /^Final-Recipient: .*c@other\.com/m);
      await gateway.sinks.tcp_local.waitForMessages(1);
      await emptied();
      assert.deepEqual(await change('queue', 'release', idOf('a@other.com')), {
        exitCode: 0,
        results: ['done'],
      });
      await gateway.sinks.tcp_local.waitForMessages(2);
      await emptied();
      const tried = gateway.sinks.tcp_local.attempts.slice(known).map(({ recipient }) => recipient);
      assert.deepEqual(tried, ['b@other.com', 'a@other.com']);
    } finally {
      await again.stop();
    }
  });
});

/** Kills Haraka just after it has renamed a file from or into our folder, where the install has a file `kill`. */
const killingPlugin = `const fs = require('node:fs')
const path = require('node:path')
exports.register = function () {
  const { rename } = fs.promises
  fs.promises.rename = async (...given) => {
    const isOurs = given.some((one) => one.includes('/queue/pmdf/'))
    const done = await rename(...given)
    const file = path.join(process.env.HARAKA, 'kill')
    if (isOurs && fs.existsSync(file)) {
      fs.unlinkSync(file)
      process.kill(process.pid, 'SIGKILL')
    }
    return done
  }
}
`;

describe('a Haraka that is killed while it changes a message', () => {
  const commands = new CommandServer();
  let gateway: Gateway;

  before(async () => {
    gateway = await startGateway({
      plugins: ['killing', ...allPlugins],
      pluginFiles: { 'killing/package.json': '{"main": "index.js"}\n', 'killing/index.js': killingPlugin },
    });
  });
  after(() => gateway?.stop());

  async function change(...words: readonly string[]): Promise<Changed> {
    const { stdout, exitCode } = await commands.run({
      words: [...words, '--json'],
      input: '',
      folder: gateway.dir,
    });
    const { messages } = JSON.parse(stdout) as { messages: { result: string }[] };
    return { exitCode, results: messages.map(({ result }) => result) };
  }

  it('leaves it in one place, and it is delivered or returned once', async () => {
    const { tcp_local: outside, l } = gateway.sinks;
    const isEmpty = (): boolean => gateway.filesIn('queue').length === 0;
    const dies = { exitCode: 1, results: ['unknown'] };
    const killAt = async (running: RunningHaraka, action: string): Promise<RunningHaraka> => {
      writeFileSync(path.join(gateway.dir, 'kill'), '');
      assert.deepEqual(await change('queue', action, '--older', '0m'), dies);
      await running.exited;
      return await gateway.install.start();
    };
    const send = async ({ port }: RunningHaraka): Promise<void> => {
      outside.refuseRecipient('x@other.com', { code: 450, text: '4.2.1 later' });
      const one = {
        port,
        localAddress: inside,
        from: sender,
        to: ['x@other.com'],
        message: sampleMessage('kill'),
      };
      assert.equal((await deliver(one)).data?.code, 250);
      await until(
        () => gateway.filesIn('queue').some((name) => name.split('_')[2] === '1'),
        8_000,
        () => 'a message that waits',
      );
      outside.acceptAll();
    };
    let running: RunningHaraka = gateway;
    try {
      await send(running);
      running = await killAt(running, 'hold');
      assert.deepEqual([isEmpty(), outside.messages.length], [true, 0]);
      running = await killAt(running, 'release');
      await outside.waitForMessages(1);
      await until(isEmpty, 8_000, () => 'an empty queue');
      await send(running);
      running = await killAt(running, 'return');
      assert.equal((await change('queue', 'release', '--older', '0m')).exitCode, 0);
      await until(isEmpty, 8_000, () => 'an empty queue');
      assert.equal(outside.messages.length, 1);
      // The postmaster gets a copy.
      assert.deepEqual(l.messages.map(({ envelopeTo }) => envelopeTo.join()).sort(), [
        sender,
        'postmaster@domain.com',
      ]);
    } finally {
      await running.stop();
    }
  });
});

describe('pmdf queue beside a Haraka with several processes', () => {
  const commands = new CommandServer();
  let gateway: Gateway;

  before(async () => {
    gateway = await startGateway({ nodes: 2 });
    await gateway.waitForLog((log) => log.split('Listening on').length > 2, 20_000);
  });
  after(() => gateway?.stop());

  it('changes each message in the process that has it', async () => {
    const { tcp_local: outside } = gateway.sinks;
    const to = ['a', 'b', 'c', 'd', 'e', 'f'].map((one) => `${one}@other.com`);
    for (const one of to) outside.refuseRecipient(one, { code: 450, text: '4.2.1 later' });
    for (const one of to) {
      const message = sampleMessage('several');
      await deliver({ port: gateway.port, localAddress: inside, from: sender, to: [one], message });
    }
    const attempts = (): string[] => gateway.filesIn('queue').map((name) => name.split('_')[2] ?? '');
    await until(
      () => attempts().join('') === '111111',
      8_000,
      () => 'six messages that wait',
    );
    const processes = new Set(gateway.filesIn('queue').map((name) => name.split('_')[3]));
    assert.equal(processes.size, 2, 'one process has all messages');
    outside.acceptAll();
    for (const action of ['hold', 'release']) {
      const words = ['queue', action, '--channel', 'tcp_local'];
      const { exitCode, stdout } = await commands.run({ words, input: '', folder: gateway.dir });
      assert.equal(exitCode, 0, stdout);
    }
    const got = await outside.waitForMessages(to.length);
    await until(
      () => gateway.filesIn('queue').length === 0,
      8_000,
      () => 'an empty queue',
    );
    assert.deepEqual(got.flatMap(({ envelopeTo }) => envelopeTo).sort(), to);
    assert.equal(outside.messages.length, to.length);
  });
});
