/*
 * Forwarding in a running Haraka: aliases, a FORWARD table that looks up the general database, reversal, and the second
 * pass of a message that becomes several.
 */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../support/project-root.js';
import { sampleMessage } from './support/deliver.js';
import { exampleFile, type Gateway, startGateway } from './support/gateway.js';
import { connect, type Reply } from './support/smtp-client.js';
import { until } from './support/until.js';

const STRANGER = '127.0.2.1';
const OURS = '127.0.1.5';

const ALIASES = `jim: jim@other.com
team: bob, carol@sub.domain.com, jim
mixed: dave, erin@other.com
staff: stafflist@process-daemon
stafflist: bob, jim@other.com, kim@other.com, lee@third.example
a: b
b: a
ping: pong@process-daemon
pong: ping@process-daemon
`;

const MAPPINGS = `ORIG_SEND_ACCESS

  tcp_local|*|tcp_local|*   $NRelaying$ not$ permitted

FORWARD

  held@domain.com   $I

REVERSE

  *@pc.domain.com   $Y$0@domain.com
`;

/** Sends one message and gives the last reply. */
async function send(
  gateway: Gateway,
  to: readonly string[],
  from = 'a@client.example',
  localAddress = STRANGER,
) {
  const client = await connect({ port: gateway.port, localAddress });
  await client.ehlo();
  let reply: Reply = await client.mail(from);
  for (const one of to) {
    reply = await client.rcpt(one);
    if (reply.code !== 250) break;
  }
  if (reply.code === 250) reply = await client.data(sampleMessage('forwarding'));
  await client.quit();
  return reply;
}

function queueIsEmpty(gateway: Gateway): Promise<void> {
  const files = () => gateway.filesIn('queue');
  return until(
    () => files().length === 0,
    8_000,
    () => `${files().join(' ')} gone`,
  );
}

describe('forwarding', () => {
  let gateway: Gateway;

  before(async () => {
    gateway = await startGateway({ mappings: MAPPINGS, config: { 'pmdf/aliases': ALIASES } });
  });
  after(() => gateway?.stop());
  beforeEach(() => gateway.clearSinks());

  /** The recipients that reached each sink, sorted. */
  function arrived(): Record<string, string[]> {
    return Object.fromEntries(
      Object.entries(gateway.sinks).flatMap(([name, { messages }]) => {
        const to = messages.flatMap(({ envelopeTo }) => envelopeTo).sort();
        return to.length === 0 ? [] : [[name, to]];
      }),
    );
  }

  for (const [what, to, wanted] of [
    ['an alias to the outside', ['jim@domain.com'], { tcp_local: ['jim@other.com'] }],
    [
      'a list whose members go three ways',
      ['team@domain.com'],
      { l: ['bob@domain.com'], tcp_internal: ['carol@sub.domain.com'], tcp_local: ['jim@other.com'] },
    ],
    [
      'a list and one of its members once',
      ['mixed@domain.com', 'dave@domain.com'],
      { l: ['dave@domain.com'], tcp_local: ['erin@other.com'] },
    ],
    [
      'a list behind the process channel',
      ['staff@domain.com'],
      { l: ['bob@domain.com'], tcp_local: ['jim@other.com', 'kim@other.com', 'lee@third.example'] },
    ],
    ['the general database', ['jane.doe@domain.com'], { tcp_local: ['jdoe@other.com'] }],
  ] as const) {
    it(`delivers ${what}`, async () => {
      assert.equal((await send(gateway, to)).code, 250);
      await queueIsEmpty(gateway);
      assert.deepEqual(arrived(), wanted);
    });
  }

  it('refuses a loop of aliases, and says which', async () => {
    const reply = await send(gateway, ['a@domain.com']);
    assert.equal(reply.code, 550);
    assert.match(reply.text, /5\.4\.6 forwarding loop: a@domain\.com -> b@domain\.com -> a@domain\.com/);
  });

  it('bounces a message that would loop through the process channel forever', async () => {
    assert.equal((await send(gateway, ['ping@domain.com'])).code, 250);
    const [bounce, ...more] = await gateway.sinks.tcp_local.waitForMessages(1);
    assert.deepEqual([bounce?.envelopeFrom, bounce?.envelopeTo], ['', ['a@client.example']]);
    assert.match(
      bounce?.raw.toString('latin1') ?? '',
      /Reason: 550 5\.4\.6 forwarding loop: pong -> ping -> pong\r\n[\s\S]*^Status: 5\.4\.6\r$/m,
    );
    await gateway.waitForLog(/process: reject pong@process-daemon .*forwarding loop: pong -> ping -> pong/);
    await queueIsEmpty(gateway);
    assert.deepEqual(more, []);
    // The postmaster gets a copy of the report.
    assert.deepEqual(arrived(), { l: ['postmaster@domain.com'], tcp_local: ['a@client.example'] });
  });

  it('does not help strangers to relay', async () => {
    assert.match((await send(gateway, ['jim@other.com'])).text, /5\.7\.1 Relaying not permitted/);
    assert.equal((await send(gateway, ['stafflist@process-daemon'])).code, 550);
  });

  it('holds what FORWARD holds', async () => {
    assert.equal((await send(gateway, ['held@domain.com'])).code, 250);
    assert.deepEqual(arrived(), {});
    assert.equal(gateway.filesIn('held').filter((name) => name.endsWith('.HELD')).length, 1);
  });

  it('reverses the sender', async () => {
    assert.equal(
      (await send(gateway, ['bob@domain.com', 'x@other.com'], 'jo@pc.domain.com', OURS)).code,
      250,
    );
    await gateway.sinks.tcp_local.waitForMessages(1);
    for (const sink of [gateway.sinks.l, gateway.sinks.tcp_local]) {
      assert.deepEqual(
        sink.messages.map(({ envelopeFrom }) => envelopeFrom),
        ['jo@domain.com'],
      );
    }
  });

  it('reads a changed alias file', async () => {
    gateway.replaceFile('aliases', `${ALIASES}newcomer: jim@other.com\n`);
    await gateway.waitForLog(/policy 2 is in force/);
    assert.equal((await send(gateway, ['newcomer@domain.com'])).code, 250);
    await queueIsEmpty(gateway);
    assert.deepEqual(arrived(), { tcp_local: ['jim@other.com'] });
  });
});

describe('the sample with a FORWARD table', () => {
  let gateway: Gateway;

  before(async () => {
    const sample = (name: string) =>
      readFileSync(path.join(projectRoot, 'config/forward-table', name), 'utf8');
    gateway = await startGateway({
      cnf: sample('pmdf.cnf'),
      mappings: sample('mappings'),
      general: sample('general.txt'),
    });
  });
  after(() => gateway?.stop());

  it('forwards mail from outside to the outside, for recipients in the general database', async () => {
    assert.equal((await send(gateway, ['jane.doe@domain.com', 'bob@domain.com'])).code, 250);
    const [message] = await gateway.sinks.tcp_local.waitForMessages(1);
    assert.deepEqual(message?.envelopeTo, ['jdoe@other.com']);
    assert.deepEqual(
      gateway.sinks.l.messages.map(({ envelopeTo }) => envelopeTo),
      [['bob@domain.com']],
    );
  });

  it('relays for nobody else', async () => {
    assert.match((await send(gateway, ['jdoe@other.com'])).text, /5\.7\.1 Relaying not permitted/);
  });
});

describe('recipients beyond expandlimit', () => {
  it('are expanded in the second pass, with the channel that the message came in on', async () => {
    const gateway = await startGateway({
      cnf: `${exampleFile('pmdf.cnf').replace(/^tcp_local smtp/m, 'tcp_local expandlimit 1 smtp')}\nreprocess\nREPROCESS-DAEMON\n`,
      mappings: `${MAPPINGS}\nSEND_ACCESS\n\n  tcp_local|*|tcp_local|kim@other.com   $NNot$ kim\n`,
      config: { 'pmdf/aliases': 'one: jim@other.com\ntwo: lee@other.com, bob\nthree: kim@other.com\n' },
    });
    try {
      assert.match((await send(gateway, ['three@domain.com'])).text, /Not kim/);
      const to = ['one', 'two', 'three'].map((name) => `${name}@domain.com`);
      assert.equal((await send(gateway, to)).code, 250);
      await queueIsEmpty(gateway);
      const outside = gateway.sinks.tcp_local.messages.flatMap(({ envelopeTo }) => envelopeTo).sort();
      // The sender is told about the third.
      assert.deepEqual(outside, ['a@client.example', 'jim@other.com', 'lee@other.com']);
      await gateway.waitForLog(/reprocess: reject three@domain.com .*Not kim/);
      // The postmaster gets a copy of the report.
      assert.deepEqual(gateway.sinks.l.messages.flatMap(({ envelopeTo }) => envelopeTo).sort(), [
        'bob@domain.com',
        'postmaster@domain.com',
      ]);
    } finally {
      await gateway.stop();
    }
  });
});
