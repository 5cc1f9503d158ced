/*
 * Forwarding that leads back: each loop ends with one bounce or one rejection, and few messages.
 */

import assert from 'node:assert/strict';
import { bounceOf, unfolded } from './support/bounce.js';
import { deliver, sampleMessage } from './support/deliver.js';
import { freePort } from './support/free-port.js';
import { type Gateway, startGateway } from './support/gateway.js';
import { connect, type Reply } from './support/smtp-client.js';
import { until } from './support/until.js';

const STRANGER = '127.0.2.1';

/** A gateway for `domain`, whose mail for `other` goes to a port and whose mail for the rest of the world goes to a sink. */
function startSite(
  domain: string,
  port: number,
  other: string,
  otherPort: number,
  { general, aliases }: Forwarding['a'],
): Promise<Gateway> {
  const cnf = `${domain}    $($U)$E$F
${domain}    $U@${domain}
${other}     $U%${other}@OTHER-DAEMON
.            $U%$H@TCP-DAEMON

defaults noswitchchannel

l
${domain}

tcp_local smtp single_sys mx switchchannel remotehost
TCP-DAEMON

tcp_other smtp switchchannel daemon 127.0.0.1 port ${otherPort}
OTHER-DAEMON

tcp_internal smtp
TCP-INTERNAL

process
PROCESS-DAEMON
`;
  return startGateway({
    cnf,
    listen: [`127.0.0.1:${port}`],
    general: general ?? '',
    config: { me: `${domain}\n`, 'pmdf/aliases': aliases ?? '' },
  });
}

async function emptyQueues(...gateways: readonly Gateway[]): Promise<void> {
  const files = () => gateways.flatMap((gateway) => gateway.filesIn('queue'));
  await until(
    () => files().length === 0,
    10_000,
    () => `${files().join(' ')} gone`,
  );
}

async function send(
  gateway: { readonly port: number },
  to: readonly string[],
  message = sampleMessage('loop'),
): Promise<Reply | undefined> {
  const { data } = await deliver({
    port: gateway.port,
    localAddress: STRANGER,
    from: 'a@client.example',
    to,
    message,
  });
  return data;
}

interface Forwarding {
  readonly by: string;
  /** The files of each gateway: the general database, the alias file. */
  readonly a: { readonly general?: string; readonly aliases?: string };
  readonly b: { readonly general?: string; readonly aliases?: string };
  /** The maximum number of bounces. */
  readonly bounces: number;
}

const forwardings: readonly Forwarding[] = [
  {
    by: 'the process channel',
    a: { general: 'jane jane%b.test@PROCESS-DAEMON\n' },
    b: { general: 'jane jane%a.test@PROCESS-DAEMON\n' },
    bounces: 1,
  },
  { by: 'aliases', a: { aliases: 'jane: jane@b.test\n' }, b: { aliases: 'jane: jane@a.test\n' }, bounces: 1 },
  {
    by: 'lists whose copies multiply',
    a: { aliases: 'jane: jane@b.test, june@b.test\njune: jane@b.test, june@b.test\n' },
    b: { aliases: 'jane: jane@a.test, june@a.test\njune: jane@a.test, june@a.test\n' },
    bounces: 20,
  },
];

describe('two gateways that forward to each other', () => {
  for (const { by, a: filesOfA, b: filesOfB, bounces } of forwardings) {
    it(`end the loop when the message comes back: by ${by}`, async () => {
      const [portA, portB] = [await freePort(), await freePort()];
      const a = await startSite('a.test', portA, 'b.test', portB, filesOfA);
      const b = await startSite('b.test', portB, 'a.test', portA, filesOfB);
      try {
        assert.equal((await send(a, ['jane@a.test']))?.code, 250);
        const sinks = [a.sinks.tcp_local, b.sinks.tcp_local];
        const arrived = () => sinks.flatMap(({ messages }) => messages);
        await until(
          () => arrived().length > 0,
          10_000,
          () => 'a bounce',
        );
        await emptyQueues(a, b);
        assert.ok(arrived().length <= bounces, `${arrived().length} bounces`);
        for (const message of arrived()) {
          const { to, text } = bounceOf(message);
          assert.deepEqual(to, ['a@client.example']);
          assert.match(
            unfolded(text),
            /5\.4\.6.*mail forwarding loop: j[au]ne@[ab]\.test has been forwarded before/,
          );
        }
        assert.deepEqual(
          [a, b]
            .flatMap(({ sinks: { l } }) => l.attempts)
            .filter(({ recipient }) => !recipient.startsWith('postmaster@')),
          [],
        );
      } finally {
        await Promise.all([a.stop(), b.stop()]);
      }
    });
  }
});

describe('a message that has been forwarded before', () => {
  let gateway: Gateway;
  const forwardedFor = (address: string): string =>
    `Received: by domain.com (pmdf process channel)\r\n\tid A.1 for <${address}>;\r\n\tMon, 02 Mar 2026 10:00:00 +0000\r\n`;

  before(async () => {
    gateway = await startGateway({
      config: { 'pmdf/aliases': 'jim: jim@other.com\nann: ann2\nkeep: keep, kim@other.com\n' },
    });
  });
  after(() => gateway?.stop());
  beforeEach(() => gateway.clearSinks());

  for (const to of ['jane.doe@domain.com', 'JANE.DOE@Domain.COM', 'jim@domain.com', 'ann@domain.com']) {
    it(`is rejected at once when it comes for ${to} only`, async () => {
      const reply = await send(gateway, [to], forwardedFor(to) + sampleMessage('again'));
      assert.match(reply?.lines[0] ?? '', /^550 5\.4\.6 mail forwarding loop: .* has been forwarded before/i);
      for (const sink of Object.values(gateway.sinks)) assert.deepEqual(sink.messages, []);
      assert.deepEqual(gateway.filesIn('queue'), []);
    });
  }

  it('is delivered to the others, and bounced for the one', async () => {
    const message = forwardedFor('jane.doe@domain.com') + sampleMessage('again');
    assert.equal((await send(gateway, ['bob@domain.com', 'jane.doe@domain.com'], message))?.code, 250);
    const [bounce] = await gateway.sinks.tcp_local.waitForMessages(1);
    assert.ok(bounce !== undefined);
    assert.deepEqual(bounceOf(bounce).to, ['a@client.example']);
    assert.equal(bounceOf(bounce).finalRecipient, 'rfc822;jane.doe@domain.com');
    assert.equal(bounceOf(bounce).status, '5.4.6');
    assert.match(unfolded(bounceOf(bounce).text), /Reason: 550 5\.4\.6 mail forwarding loop/);
    // The postmaster gets a copy of the notice, before or after the sender.
    const local = await gateway.sinks.l.waitForMessages(2);
    assert.deepEqual(
      local.map(({ envelopeTo }) => envelopeTo),
      [['bob@domain.com'], ['postmaster@domain.com']],
    );
  });

  it('is forwarded for another recipient', async () => {
    const message = forwardedFor('jim@domain.com') + sampleMessage('again');
    assert.equal((await send(gateway, ['jane.doe@domain.com'], message))?.code, 250);
    const [forwarded] = await gateway.sinks.tcp_local.waitForMessages(1);
    assert.deepEqual(forwarded?.envelopeTo, ['jdoe@other.com']);
  });

  it('is delivered to a recipient who is not forwarded', async () => {
    const message = forwardedFor('bob@domain.com') + sampleMessage('again');
    assert.equal((await send(gateway, ['bob@domain.com'], message))?.code, 250);
    assert.equal(gateway.sinks.l.messages.length, 1);
  });

  it('marks the copy if all its recipients are forwarded', async () => {
    assert.equal((await send(gateway, ['ann@domain.com']))?.code, 250);
    assert.match(
      gateway.sinks.l.messages[0]?.raw.toString('latin1') ?? '',
      /^Received: by domain\.com \(pmdf forwarding\)\r\n\tid \S+ for <ann@domain\.com>;/,
    );
  });

  it('does not mark a copy for a recipient that is not forwarded', async () => {
    assert.equal((await send(gateway, ['ann@domain.com', 'bob@domain.com']))?.code, 250);
    assert.equal((await send(gateway, ['keep@domain.com']))?.code, 250);
    assert.equal(gateway.sinks.l.messages.length, 2);
    for (const { raw } of gateway.sinks.l.messages) assert.doesNotMatch(raw.toString('latin1'), /\(pmdf/);
  });

  it('is rejected with more than fifty Received lines, if it is to be forwarded', async () => {
    const line = 'Received: from a.example by b.example; Mon, 02 Mar 2026 10:00:00 +0000\r\n';
    // Haraka adds one.
    assert.equal(
      (await send(gateway, ['jane.doe@domain.com'], line.repeat(49) + sampleMessage('many')))?.code,
      250,
    );
    const reply = await send(gateway, ['jane.doe@domain.com'], line.repeat(50) + sampleMessage('many'));
    assert.match(reply?.lines[0] ?? '', /^550 5\.4\.6 mail loop: 51 Received lines/);
  });

  it('keeps the connection for the next message', async () => {
    const client = await connect({ port: gateway.port, localAddress: STRANGER });
    await client.ehlo();
    await client.mail('a@client.example');
    await client.rcpt('jim@domain.com');
    assert.equal((await client.data(forwardedFor('jim@domain.com') + sampleMessage('again'))).code, 550);
    await client.mail('a@client.example');
    await client.rcpt('jim@domain.com');
    assert.equal((await client.data(sampleMessage('new'))).code, 250);
    await client.quit();
  });
});
