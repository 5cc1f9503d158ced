/*
 * The second pass of the process channel in a running Haraka: the tables there, what the sender is told, and that a
 * message which becomes several is never lost.
 */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { bounceOf } from './support/bounce.js';
import { deliver, sampleMessage } from './support/deliver.js';
import { exampleFile, type Gateway, startGateway } from './support/gateway.js';
import { reachInside } from './support/reach-inside.js';
import { connect, type Reply } from './support/smtp-client.js';
import { until } from './support/until.js';

const STRANGER = '127.0.2.1';
const BOB = 'bob@domain.com';

const GENERAL = `jane.doe   jdoe%other.com@PROCESS-DAEMON
refused    refused%other.com@PROCESS-DAEMON
tagged     tagged%other.com@PROCESS-DAEMON
held       held%other.com@PROCESS-DAEMON
gone       gone%other.com@PROCESS-DAEMON
back       back%sub.domain.com@PROCESS-DAEMON
nowhere    x%nowhere.example@PROCESS-DAEMON
later      x%later.example@PROCESS-DAEMON
trash      trash%domain.com@BITBUCKET-DAEMON
`;

const MAPPINGS = `ORIG_SEND_ACCESS

  tcp_local|*|tcp_local|*   $NRelaying$ not$ permitted

SEND_ACCESS

  process|*|tcp_local|refused@other.com   $X5.7.9|Not$ to$ him$X$N
  process|*|tcp_local|tagged@other.com    X-Tag:$ seen$Y$A
  process|*|tcp_local|held@other.com      $H$Y
  process|*|tcp_local|gone@other.com      $B$Y
`;

const CNF = exampleFile('pmdf.cnf')
  .replace(/^\. /m, 'nowhere.example   $5001002?no such place\nlater.example   $?later\n. ')
  .concat('\nbitbucket\nBITBUCKET-DAEMON\n');

const ALIASES = `staff: stafflist@process-daemon
stafflist: bob, jim@other.com, kim@other.com, lee@third.example
`;

function receivedLines(raw: Buffer | undefined): string[] {
  const text = raw?.toString('latin1') ?? '';
  const header = text.slice(0, text.indexOf('\r\n\r\n') + 2).replace(/\r\n[ \t]+/g, ' ');
  return header.split('\r\n').filter((line) => line.startsWith('Received:'));
}

async function send(
  gateway: { readonly port: number },
  to: readonly string[],
  from = 'a@client.example',
): Promise<Reply | undefined> {
  const message = sampleMessage('second pass');
  const { data } = await deliver({ port: gateway.port, localAddress: STRANGER, from, to, message });
  return data;
}

/** Sends a message to a gateway that is killed after it accepted it: no reply to QUIT is waited for. */
async function sendWithoutQuit({ port }: { readonly port: number }, to: string): Promise<Reply> {
  const client = await connect({ port, localAddress: STRANGER });
  try {
    await client.ehlo();
    await client.mail('a@client.example');
    await client.rcpt(to);
    return await client.data(sampleMessage('second pass'));
  } finally {
    await client.close();
  }
}

function emptyQueue(gateway: Gateway): Promise<void> {
  const files = () => gateway.filesIn('queue');
  return until(
    () => files().length === 0,
    8_000,
    () => `${files().join(' ')} gone`,
  );
}

describe('the second pass of the process channel', () => {
  let gateway: Gateway;

  before(async () => {
    gateway = await startGateway({
      cnf: CNF,
      mappings: MAPPINGS,
      general: GENERAL,
      config: { 'pmdf/aliases': ALIASES },
    });
  });
  after(() => gateway?.stop());
  beforeEach(() => gateway.clearSinks());

  it('adds a Received line to the forwarded copy, and to no other', async () => {
    assert.equal((await send(gateway, [BOB, 'jane.doe@domain.com']))?.code, 250);
    const [forwarded] = await gateway.sinks.tcp_local.waitForMessages(1);
    const [first = '', ...others] = receivedLines(forwarded?.raw);
    assert.match(
      first,
      /^Received: by domain\.com \(pmdf process channel\) id \S+ for <jane\.doe@domain\.com>; \w{3}, /,
    );
    assert.equal(others.length, 1);
    const [here] = gateway.sinks.l.messages;
    assert.equal(receivedLines(here?.raw).length, 1);
    assert.doesNotMatch(here?.raw.toString('latin1') ?? '', /pmdf|jane/);
  });

  it('delivers inside as well', async () => {
    assert.equal((await send(gateway, ['back@domain.com']))?.code, 250);
    const [message] = await gateway.sinks.tcp_internal.waitForMessages(1);
    assert.deepEqual(message?.envelopeTo, ['back@sub.domain.com']);
  });

  for (const to of [
    ['back@domain.com', 'back@sub.domain.com'],
    ['back@SUB.Domain.com', 'back@domain.com', 'back@sub.domain.com'],
  ]) {
    it(`sends one copy to a mailbox that is reached directly as well: ${to.join(' ')}`, async () => {
      assert.equal((await send(gateway, [...to, 'jane.doe@domain.com']))?.code, 250);
      await gateway.sinks.tcp_local.waitForMessages(1);
      await emptyQueue(gateway);
      assert.deepEqual(
        gateway.sinks.tcp_internal.messages.map(({ envelopeTo }) => envelopeTo.join().toLowerCase()),
        ['back@sub.domain.com'],
      );
    });
  }

  it('sends the forwarded copy where the direct one was refused', async () => {
    gateway.sinks.tcp_internal.refuseRecipient('back@sub.domain.com', { code: 450, text: 'not now' });
    const { rcpt, data } = await deliver({
      port: gateway.port,
      localAddress: STRANGER,
      from: 'a@client.example',
      to: ['back@sub.domain.com', 'back@domain.com'],
      message: sampleMessage('refused once'),
    });
    assert.deepEqual([rcpt[0]?.code, rcpt[1]?.code, data?.code], [450, 250, 250]);
    await until(
      () => gateway.sinks.tcp_internal.attempts.length === 2,
      8_000,
      () => 'an attempt from the queue',
    );
    gateway.sinks.tcp_internal.acceptAll();
    await until(
      () => {
        gateway.kill('SIGHUP');
        return gateway.filesIn('queue').length === 0;
      },
      8_000,
      () => 'an empty queue',
    );
    assert.equal(gateway.sinks.tcp_internal.messages.length, 1);
  });

  for (const [to, final, status, reason] of [
    ['refused@domain.com', 'refused@other.com', '5.7.9', '550 5.7.9 Not to him: refused@other.com'],
    ['nowhere@domain.com', 'x@nowhere.example', '5.1.2', '550 5.1.2 no such place: x@nowhere.example'],
  ] as const) {
    it(`tells the sender why it rejects ${final}`, async () => {
      assert.equal((await send(gateway, [to]))?.code, 250);
      const [message] = await gateway.sinks.tcp_local.waitForMessages(1);
      assert.ok(message !== undefined);
      const bounce = bounceOf(message);
      assert.deepEqual(bounce.to, ['a@client.example']);
      assert.equal(bounce.finalRecipient, `rfc822;${final}`);
      assert.equal(bounce.action, 'failed');
      assert.equal(bounce.status, status);
      assert.ok(bounce.text.includes(`\r\n  Reason: ${reason}\r\n`), bounce.text);
      assert.match(bounce.text, /^To: <?a@client\.example>?\r$/m);
      await emptyQueue(gateway);
    });
  }

  it('sends no bounce for a bounce', async () => {
    assert.equal((await send(gateway, ['refused@domain.com'], ''))?.code, 250);
    await emptyQueue(gateway);
    assert.deepEqual(gateway.sinks.tcp_local.attempts, []);
  });

  it('adds the header line of an entry', async () => {
    assert.equal((await send(gateway, ['tagged@domain.com']))?.code, 250);
    const [message] = await gateway.sinks.tcp_local.waitForMessages(1);
    assert.match(message?.raw.toString('latin1') ?? '', /^X-Tag: seen\r$/m);
    await emptyQueue(gateway);
    assert.equal(gateway.sinks.tcp_local.messages.length, 1);
  });

  it('holds what an entry holds', async () => {
    assert.equal((await send(gateway, ['held@domain.com']))?.code, 250);
    await emptyQueue(gateway);
    const [name = '', ...more] = gateway.filesIn('held').filter((one) => one.endsWith('.HELD'));
    assert.deepEqual(more, []);
    const text = readFileSync(path.join(gateway.dir, 'held', name), 'utf8');
    assert.match(
      text,
      /^X-Envelope-Lines: 4\r\nX-Envelope-From: a@client\.example\r\nX-Envelope-Expanded: yes\r\nX-Envelope-To: held@other\.com\r\n/,
    );
    assert.ok(text.endsWith('\r\n\r\nHello.\r\n'), text);
    assert.deepEqual(gateway.sinks.tcp_local.attempts, []);
  });

  it('discards what an entry discards', async () => {
    assert.equal((await send(gateway, ['gone@domain.com']))?.code, 250);
    await emptyQueue(gateway);
    assert.deepEqual(gateway.sinks.tcp_local.attempts, []);
  });

  it('keeps a message that it cannot decide on', async () => {
    gateway.replaceFile('pmdf.cnf', CNF.replace('$?later', '$4001001?not$ now'));
    await gateway.waitForLog(/policy 2 is in force/);
    assert.equal((await send(gateway, ['later@domain.com']))?.code, 250);
    await gateway.waitForLog(/process: reject x@later\.example/);
    await until(
      () => gateway.filesIn('queue').some((name) => name.split('_')[2] === '1'),
      5_000,
      () => 'a queue file after its first attempt',
    );
    assert.deepEqual(gateway.sinks.tcp_local.attempts, []);
  });
});

describe('mail for a channel that discards it', () => {
  let gateway: Gateway;

  before(async () => {
    gateway = await startGateway({ cnf: CNF, general: GENERAL });
  });
  after(() => gateway?.stop());
  beforeEach(() => gateway.clearSinks());

  for (const to of [['trash@domain.com'], ['trash@domain.com', BOB, 'jane.doe@domain.com']]) {
    it(`is accepted and goes nowhere: ${to.join(' ')}`, async () => {
      assert.equal((await send(gateway, to))?.code, 250);
      await emptyQueue(gateway);
      const everyone = Object.values(gateway.sinks).flatMap(({ attempts }) => attempts);
      assert.equal(everyone.length, to.length - 1);
    });
  }
});

/** Kills Haraka as soon as the given number of queue files has been written after the first one. */
function killer(files: number): Readonly<Record<string, string>> {
  return {
    'killer/package.json': '{"main": "index.js"}\n',
    'killer/index.js': `const { OutboundQueue } = ${reachInside('plugins/haraka/queue/outbound-queue.js')}
exports.register = function () {
  const { write } = OutboundQueue.prototype
  let count = 0
  OutboundQueue.prototype.write = async function (...given) {
    const file = await write.apply(this, given)
    count += 1
    if (count === 1 + ${files}) process.kill(process.pid, 'SIGKILL')
    return file
  }
}
`,
  };
}

describe('a message that becomes several in the second pass', () => {
  const targets = ['jim@other.com', 'kim@other.com', 'lee@third.example'];

  // The fourth is the last: then all copies are on disk, and so is the original file.
  for (const files of [1, 2, 3]) {
    it(`reaches all of them although Haraka is killed after ${files} copies were written`, async () => {
      const gateway = await startGateway({
        config: { 'pmdf/aliases': ALIASES },
        plugins: ['killer', 'pmdf/switchchannel', 'pmdf/access', 'queue/smtp_forward', 'pmdf/deliver'],
        pluginFiles: killer(files),
      });
      try {
        assert.equal((await sendWithoutQuit(gateway, 'staff@domain.com')).code, 250);
        assert.equal((await gateway.exited).signal, 'SIGKILL');
        assert.ok(gateway.filesIn('queue').length >= files);
        gateway.install.writeConfig(
          'plugins',
          ['e2e_names', 'pmdf/switchchannel', 'pmdf/access', 'queue/smtp_forward', 'pmdf/deliver'].join('\n'),
        );
        const again = await gateway.install.start();
        try {
          await until(
            () => gateway.filesIn('queue').length === 0,
            10_000,
            () => `${gateway.filesIn('queue').join(' ')} gone`,
          );
          const outside = gateway.sinks.tcp_local.messages.flatMap(({ envelopeTo }) => envelopeTo);
          assert.deepEqual([...new Set(outside)].sort(), targets);
          const inside = gateway.sinks.l.messages.flatMap(({ envelopeTo }) => envelopeTo);
          assert.deepEqual([...new Set(inside)], [BOB]);
        } finally {
          await again.stop();
        }
      } finally {
        await gateway.stop();
      }
    });
  }
});
