/*
 * The first two lines of the bundle before an install's own plugins: mail is delivered as before, from outside and from
 * inside.
 */

import assert from 'node:assert/strict';
import { sampleMessage } from './support/deliver.js';
import { type Gateway, startGateway } from './support/gateway.js';
import { connect } from './support/smtp-client.js';

const STRANGER = '127.0.2.1';
const INSIDE = '127.0.1.5';
const BOB = 'bob@domain.com';
const JANE = 'jane.doe@domain.com';
const FAR = 'x@other.com';

/** Routes mail for any domain to the outside sink, as the DNS would: for our own domain that is a loop. */
const DNS_PLUGIN = `const { readFileSync } = require('node:fs')
exports.hook_get_mx = function (next, hmail, domain) {
  const port = Number(readFileSync(process.env.HARAKA + '/config/e2e_port', 'utf8'))
  next(OK, { priority: 0, exchange: '127.0.0.1', port })
}
`;

/** A queue plugin other than smtp_forward and lmtp. */
const QUEUE_PLUGIN = `exports.hook_queue = function (next, connection) {
  connection.lognotice(this, 'took ' + connection.transaction.rcpt_to.map((one) => one.address).join(' '))
  next(OK)
}
`;

async function startWith(queue: string): Promise<Gateway> {
  const gateway = await startGateway({
    plugins: ['pmdf/switchchannel', 'pmdf/access', 'rcpt_to.in_host_list', queue, 'e2e_dns'],
    config: { host_list: 'domain.com\n' },
    // Delivery settings have no effect without pmdf/deliver.
    delivery: () => '',
    pluginFiles: { 'e2e_dns.js': DNS_PLUGIN, 'e2e_queue.js': QUEUE_PLUGIN },
  });
  gateway.install.writeConfig('e2e_port', String(gateway.sinks.tcp_local.port));
  return gateway;
}

/** Sends one message; gives the replies to each RCPT and to the end of the message. */
async function send(gateway: Gateway, from: string, ...to: readonly string[]): Promise<readonly number[]> {
  const client = await connect({ port: gateway.port, localAddress: from });
  await client.ehlo();
  await client.mail('a@client.example');
  const codes = [];
  for (const one of to) codes.push((await client.rcpt(one)).code);
  codes.push((await client.data(sampleMessage('beside'))).code);
  await client.quit();
  return codes;
}

function received(gateway: Gateway, channel: 'l' | 'tcp_local'): readonly (readonly string[])[] {
  return gateway.sinks[channel].messages.map(({ envelopeTo }) => envelopeTo);
}

describe('pmdf/switchchannel and pmdf/access before rcpt_to.in_host_list and queue/smtp_forward', () => {
  let gateway: Gateway;

  before(async () => {
    gateway = await startWith('queue/smtp_forward');
  });
  after(() => gateway?.stop());
  beforeEach(() => gateway.clearSinks());

  it('passes mail for our own domain to the mail server, from outside', async () => {
    assert.deepEqual(await send(gateway, STRANGER, BOB, JANE), [250, 250, 250]);
    assert.deepEqual(received(gateway, 'l'), [[BOB, JANE]]);
  });

  it('passes it there from inside as well, at once, to the addresses as received', async () => {
    assert.deepEqual(await send(gateway, INSIDE, BOB, JANE, 'BOB@DOMAIN.COM'), [250, 250, 250, 250]);
    assert.deepEqual(received(gateway, 'l'), [[BOB, JANE, 'BOB@DOMAIN.COM']]);
    assert.deepEqual(received(gateway, 'tcp_local'), []);
  });

  it('gives an internal client the reply of the mail server', async () => {
    gateway.sinks.l.refuseData({ code: 552, text: '5.3.4 too large' });
    assert.deepEqual(await send(gateway, INSIDE, BOB), [250, 550]);
  });

  it('relays mail of an internal client to the outside, and rejects that of a stranger', async () => {
    assert.deepEqual(await send(gateway, INSIDE, FAR), [250, 250]);
    await gateway.sinks.tcp_local.waitForMessages(1);
    assert.deepEqual(received(gateway, 'tcp_local'), [[FAR]]);
    assert.deepEqual(received(gateway, 'l'), []);
    assert.equal((await send(gateway, STRANGER, FAR))[0], 550);
  });

  it('delivers a message to both, each recipient once and to the right server', async () => {
    assert.deepEqual(await send(gateway, INSIDE, BOB, FAR, JANE), [250, 250, 250, 250]);
    await Promise.all([gateway.sinks.l.waitForMessages(1), gateway.sinks.tcp_local.waitForMessages(1)]);
    assert.deepEqual(received(gateway, 'l'), [[BOB, JANE]]);
    assert.deepEqual(received(gateway, 'tcp_local'), [[FAR]]);
  });
});

describe('the same before a queue plugin that copies cannot be routed to', () => {
  let gateway: Gateway;

  before(async () => {
    gateway = await startWith('e2e_queue');
  });
  after(() => gateway?.stop());

  it('passes mail of an internal client to the plugin, and has the rest sent separately', async () => {
    assert.deepEqual(await send(gateway, INSIDE, BOB, FAR, JANE), [250, 450, 250, 250]);
    await gateway.waitForLog(`took ${BOB} ${JANE}`);
    assert.deepEqual(await send(gateway, INSIDE, FAR, BOB), [250, 450, 250]);
    await gateway.sinks.tcp_local.waitForMessages(1);
    assert.deepEqual(received(gateway, 'tcp_local'), [[FAR]]);
  });
});
