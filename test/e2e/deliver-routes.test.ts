/*
 * The route of a channel by its keywords: which hosts, in which order, in which copies.
 */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { bounceOf } from './support/bounce.js';
import { deliver, sampleMessage } from './support/deliver.js';
import { allPlugins, exampleFile, type Gateway, startGateway } from './support/gateway.js';
import { type Sink, startSink } from './support/sink.js';
import type { Reply } from './support/smtp-client.js';
import { until } from './support/until.js';

const OURS = '127.0.1.5';
/** No server listens at this address. */
const DEAD = '127.0.9.9';

async function send(gateway: Gateway, to: readonly string[], subject = 'routes'): Promise<Reply | undefined> {
  const message = sampleMessage(subject);
  const from = 'a@sub.domain.com';
  const { rcpt, data } = await deliver({ port: gateway.port, localAddress: OURS, from, to, message });
  for (const { code, lines } of rcpt) assert.equal(code, 250, lines.join());
  return data;
}

async function emptyQueue(gateway: Gateway): Promise<void> {
  const files = () => gateway.filesIn('queue');
  await until(
    () => files().length === 0,
    10_000,
    () => `${files().join(' ')} gone`,
  );
}

/** The envelopes that a sink accepted, each a sorted list of recipients, sorted. */
function copies(sink: Sink): string[] {
  return sink.messages.map(({ envelopeTo }) => [...envelopeTo].sort().join(' ')).sort();
}

function cnfWith(channels: string): string {
  const names = [...channels.matchAll(/^tcp_(\w+)/gm)].map((match) => match[1] ?? '');
  const rules = names.flatMap((name) => [
    `${name}.test    $U%${name}.test@${name.toUpperCase()}-DAEMON`,
    `.${name}.test    $U%$H$D@${name.toUpperCase()}-DAEMON`,
  ]);
  return `${rules.join('\n')}\n${exampleFile('pmdf.cnf')}\n${channels}`;
}

describe('the hosts of a channel', () => {
  let sink: Sink;
  let gateway: Gateway;

  before(async () => {
    sink = await startSink();
    const port = `port ${sink.port}`;
    gateway = await startGateway({
      cnf: cnfWith(`tcp_mx smtp mx switchchannel ${port}
MX-DAEMON

tcp_nomx smtp nomx switchchannel ${port}
NOMX-DAEMON

tcp_last smtp mx switchchannel ${port} lastresort [127.0.0.1]
LAST-DAEMON

tcp_hub smtp daemon localhost ${port}
HUB-DAEMON

tcp_router smtp mx switchchannel daemon router ${port}
ROUTER-DAEMON
`),
      names: {
        'MX mx.test': ['20 second.example', '10 first.example'],
        'A first.example': [DEAD],
        'A second.example': ['127.0.0.1'],
        'MX nomx.test': ['10 first.example'],
        'A nomx.test': ['127.0.0.1'],
        'MX last.test': ['10 first.example'],
        'MX null.last.test': ['0 .'],
        'A router.test': ['127.0.0.1'],
      },
      config: { 'outbound.ini': 'temp_fail_intervals=1h\nlocal_mx_ok=true\n' },
    });
  });
  after(async () => {
    await gateway?.stop();
    await sink?.stop();
  });
  beforeEach(() => {
    sink.clear();
    gateway.clearSinks();
  });

  for (const [what, to] of [
    ['the second best MX when the best cannot be reached', 'x@mx.test'],
    ['the address of the host itself with nomx', 'x@nomx.test'],
    ['the host of lastresort when no MX can be reached', 'x@last.test'],
    ['the host of lastresort when the DNS knows nothing', 'x@unknown.last.test'],
    ['the host of the hosts file that daemon names', 'x@hub.test'],
    ['the address of the host when daemon says router', 'x@router.test'],
  ] as const) {
    it(`are ${what}`, async () => {
      assert.equal((await send(gateway, [to]))?.code, 250);
      const [message] = await sink.waitForMessages(1);
      assert.deepEqual(message?.envelopeTo, [to]);
      await emptyQueue(gateway);
      assert.equal(sink.messages.length, 1);
    });
  }

  it('are none for a domain that accepts no mail, with lastresort or without', async () => {
    assert.equal((await send(gateway, ['x@null.last.test']))?.code, 250);
    const [bounce] = await gateway.sinks.tcp_internal.waitForMessages(1);
    assert.ok(bounce !== undefined);
    assert.equal(bounceOf(bounce).status, '5.1.10');
    await emptyQueue(gateway);
    assert.deepEqual(sink.attempts, []);
  });
});

describe('the copies of a channel', () => {
  const TO = ['a@x.NAME.test', 'b@x.NAME.test', 'c@y.NAME.test'];
  let sink: Sink;
  let gateway: Gateway;

  before(async () => {
    sink = await startSink();
    const hub = `smtp switchchannel daemon [127.0.0.1] port ${sink.port}`;
    gateway = await startGateway({
      cnf: cnfWith(`tcp_any ${hub} multiple
ANY-DAEMON

tcp_sys ${hub} single_sys
SYS-DAEMON

tcp_one ${hub} single
ONE-DAEMON

tcp_two ${hub} addrsperfile 2
TWO-DAEMON

tcp_through smtp single daemon [127.0.0.1] port ${sink.port}
THROUGH-DAEMON
`),
    });
  });
  after(async () => {
    await gateway?.stop();
    await sink?.stop();
  });
  beforeEach(() => sink.clear());

  for (const [name, wanted] of [
    ['any', ['a@x b@x c@y']],
    ['sys', ['a@x b@x', 'c@y']],
    ['one', ['a@x', 'b@x', 'c@y']],
    ['two', ['a@x b@x', 'c@y']],
    ['through', ['a@x', 'b@x', 'c@y']],
  ] as const) {
    it(`are as its keywords say: tcp_${name}`, async () => {
      const to = TO.map((one) => one.replace('NAME', name));
      assert.equal((await send(gateway, to))?.code, 250);
      await sink.waitForMessages(wanted.length);
      await emptyQueue(gateway);
      assert.deepEqual(
        copies(sink).map((copy) => copy.replaceAll(`.${name}.test`, '')),
        wanted,
      );
    });
  }
});

describe('a message with more recipients than holdlimit', () => {
  let gateway: Gateway;

  before(async () => {
    gateway = await startGateway({
      cnf: exampleFile('pmdf.cnf').replace(/^tcp_internal smtp/m, 'tcp_internal holdlimit 2 smtp'),
    });
  });
  after(() => gateway?.stop());
  beforeEach(() => gateway.clearSinks());

  it('is held as a whole', async () => {
    assert.equal((await send(gateway, ['bob@domain.com', 'x@other.com', 'jane.doe@domain.com']))?.code, 250);
    const [name = '', ...more] = gateway.filesIn('held');
    assert.deepEqual(more, []);
    const text = readFileSync(path.join(gateway.dir, 'held', name), 'utf8');
    assert.deepEqual(
      text.match(/^X-Envelope-.*$/gm)?.map((line) => line.trim()),
      [
        'X-Envelope-Lines: 5',
        'X-Envelope-From: a@sub.domain.com',
        'X-Envelope-To: bob@domain.com',
        'X-Envelope-To: x@other.com',
        'X-Envelope-To: jdoe@other.com',
        'X-Envelope-Parameters: ORCPT=rfc822;jane.doe@domain.com',
      ],
    );
    assert.deepEqual(gateway.filesIn('queue'), []);
    assert.deepEqual(gateway.sinks.l.messages, []);
  });

  it('is not held at the limit, nor from another channel', async () => {
    assert.equal((await send(gateway, ['bob@domain.com', 'x@other.com']))?.code, 250);
    const { data } = await deliver({
      port: gateway.port,
      localAddress: '127.0.2.1',
      from: 'a@client.example',
      to: ['bob@domain.com', 'ann@domain.com', 'jane.doe@domain.com'],
      message: sampleMessage('outside'),
    });
    assert.equal(data?.code, 250);
    await gateway.sinks.tcp_local.waitForMessages(2);
    assert.equal(gateway.sinks.l.messages.length, 2);
  });
});

describe('plugins of the hook pre_send_trans_email', () => {
  it('see forwarded mail once, and the reports about it', async () => {
    const gateway = await startGateway({
      plugins: ['signer', ...allPlugins],
      pluginFiles: {
        'signer.js': `exports.hook_pre_send_trans_email = function (next, connection) {
  connection.transaction.add_header('X-Signed', 'for ' + connection.transaction.rcpt_to.length)
  connection.loginfo(this, 'signed')
  setTimeout(next, 20)
}
`,
      },
    });
    try {
      assert.equal((await send(gateway, ['jane.doe@domain.com']))?.code, 250);
      const [message] = await gateway.sinks.tcp_local.waitForMessages(1);
      assert.deepEqual(message?.raw.toString('latin1').match(/^X-Signed: .*$/gm)?.length, 1);
      gateway.clearSinks();
      gateway.sinks.tcp_local.refuseRecipient('jdoe@other.com', { code: 550, text: '5.1.1 no such user' });
      assert.equal((await send(gateway, ['jane.doe@domain.com']))?.code, 250);
      for (const sink of [gateway.sinks.tcp_internal, gateway.sinks.l]) {
        const [report] = await sink.waitForMessages(1);
        const text = report?.raw.toString('latin1') ?? '';
        assert.match(text, /^Auto-Submitted: auto-replied\r$/m);
        // The message that comes back was signed too.
        assert.match(text.slice(0, text.indexOf('\r\n\r\n')), /^X-Signed: for 1\r?$/m);
      }
    } finally {
      await gateway.stop();
    }
  });
});
