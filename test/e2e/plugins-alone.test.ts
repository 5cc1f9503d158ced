/*
 * Each plugin of the bundle on its own: what it does, what it reports as missing at start, and that none of them makes
 * an open relay.
 */

import assert from 'node:assert/strict';
import { sampleMessage } from './support/deliver.js';
import { allPlugins, exampleFile, type Gateway, startGateway } from './support/gateway.js';
import { connect, type Reply, type SmtpClient } from './support/smtp-client.js';

const STRANGER = '127.0.2.1';
const OURS = '127.0.1.5';
const BOB = 'bob@domain.com';
const STOCK = ['rcpt_to.in_host_list', 'queue/smtp_forward'];
const CONFIG = { host_list: 'domain.com\n' };

async function come(gateway: Gateway, localAddress: string, from = 'a@client.example'): Promise<SmtpClient> {
  const client = await connect({ port: gateway.port, localAddress });
  await client.ehlo();
  assert.equal((await client.mail(from)).code, 250);
  return client;
}

async function rcpt(gateway: Gateway, localAddress: string, to: string): Promise<Reply> {
  const client = await come(gateway, localAddress);
  const reply = await client.rcpt(to);
  await client.quit();
  return reply;
}

/** The log lines in which a plugin says what is missing. */
function missing(gateway: Gateway, plugin: string): readonly string[] {
  const start = gateway.log();
  return start.split('\n').filter((line) => line.includes(`[${plugin}]`) && line.includes('is not enabled'));
}

/** Line ends are checked whichever plugin of the bundle is enabled. */
function refusesBareLineEnds(gateway: () => Gateway): void {
  it('rejects a message with a bare CR', async () => {
    const client = await come(gateway(), STRANGER);
    assert.equal((await client.rcpt(BOB)).code, 250);
    const { code, text } = await client.data('Subject: a\r\n\r\nfirst\r\n\r\r\nlast\r\n');
    assert.deepEqual([code, text.slice(0, 21)], [554, '5.6.0 bare CR in line']);
    await client.quit();
  });

  it('rejects a message with a bare LF, and says what to do about it', async () => {
    const client = await come(gateway(), STRANGER);
    assert.equal((await client.rcpt(BOB)).code, 250);
    const { code, text } = await client.data('Subject: a\n\r\nfirst\r\n');
    assert.equal(code, 554);
    assert.match(
      text,
      /^5\.6\.0 bare LF in line 1 of the message; lines must end in CR LF \(`nc -C` sends it\)/,
    );
    await client.quit();
  });
}

describe('only pmdf/access', () => {
  let gateway: Gateway;

  before(async () => {
    gateway = await startGateway({
      plugins: ['pmdf/access', ...STOCK],
      config: CONFIG,
      mappings: `FROM_ACCESS

  *|forged@client.example|*   $Yreal@client.example$J

ORIG_SEND_ACCESS

  tcp_local|*|l|no@domain.com   $NNo
  tcp_local|*|tcp_local|*       $NRelaying$ not$ permitted
`,
    });
  });
  after(() => gateway?.stop());

  refusesBareLineEnds(() => gateway);

  it('consults its tables and leaves the rest to the other plugins', async () => {
    assert.equal((await rcpt(gateway, STRANGER, BOB)).code, 250);
    assert.equal((await rcpt(gateway, STRANGER, 'no@domain.com')).text, '5.7.1 No: no@domain.com');
    assert.equal(
      (await rcpt(gateway, STRANGER, 'x@other.com')).text,
      '5.7.1 Relaying not permitted: x@other.com',
    );
    assert.equal((await rcpt(gateway, STRANGER, 'victim%evil.example@domain.com')).code, 550);
    assert.match((await rcpt(gateway, STRANGER, 'x@sub.domain.com')).text, /^I cannot deliver mail/);
  });

  it('replaces the envelope From', async () => {
    const client = await come(gateway, STRANGER, 'forged@client.example');
    await client.rcpt(BOB);
    assert.equal((await client.data(sampleMessage('alone'))).code, 250);
    await client.quit();
    const [message] = await gateway.sinks.l.waitForMessages(1);
    assert.equal(message?.envelopeFrom, 'real@client.example');
    assert.deepEqual(message?.envelopeTo, [BOB]);
  });

  it('says in one line what is missing', () => {
    const [line = '', ...more] = missing(gateway, 'pmdf/access');
    assert.match(line, /pmdf\/switchchannel is not enabled: .*; pmdf\/deliver is not enabled: /);
    assert.deepEqual(more, []);
  });
});

describe('only pmdf/switchchannel', () => {
  let gateway: Gateway;

  before(async () => {
    gateway = await startGateway({ plugins: ['pmdf/switchchannel', ...STOCK], config: CONFIG });
  });
  after(() => gateway?.stop());

  refusesBareLineEnds(() => gateway);

  it('lets clients relay whose channel may, and leaves the rest to the other plugins', async () => {
    assert.equal((await rcpt(gateway, OURS, 'x@other.com')).code, 250);
    assert.equal((await rcpt(gateway, STRANGER, 'x@other.com')).code, 550);
    assert.equal((await rcpt(gateway, STRANGER, BOB)).code, 250);
  });

  it('says in one line what is missing', () => {
    const [line = '', ...more] = missing(gateway, 'pmdf/switchchannel');
    assert.match(line, /pmdf\/access is not enabled: .*; pmdf\/deliver is not enabled: /);
    assert.deepEqual(more, []);
  });
});

describe('only pmdf/forward', () => {
  let gateway: Gateway;

  before(async () => {
    gateway = await startGateway({
      plugins: ['pmdf/forward', ...STOCK],
      config: { ...CONFIG, 'pmdf/aliases': 'ann: ann%other.com@PROCESS-DAEMON, bob\n' },
    });
  });
  after(() => gateway?.stop());
  beforeEach(() => gateway.clearSinks());

  refusesBareLineEnds(() => gateway);

  it('passes forwarded mail to the queue plugin of the install, with its new address', async () => {
    const client = await come(gateway, STRANGER);
    for (const to of ['jane.doe@domain.com', BOB]) assert.equal((await client.rcpt(to)).code, 250, to);
    assert.equal((await client.data(sampleMessage('alone'))).code, 250);
    await client.quit();
    const [message] = await gateway.sinks.l.waitForMessages(1);
    assert.deepEqual(message?.envelopeTo, ['jdoe@other.com', BOB]);
  });

  it('does the work of the process channel at once', async () => {
    const client = await come(gateway, STRANGER);
    assert.equal((await client.rcpt('ann@domain.com')).code, 250);
    assert.equal((await client.data(sampleMessage('alias'))).code, 250);
    await client.quit();
    const [message] = await gateway.sinks.l.waitForMessages(1);
    assert.deepEqual(message?.envelopeTo, ['ann@other.com', BOB]);
  });

  for (const to of ['x@other.com', 'victim%evil.example@domain.com', 'x@sub.domain.com']) {
    it(`does not accept ${to}`, async () => {
      assert.equal((await rcpt(gateway, STRANGER, to)).code, 550);
    });
  }

  it('says in one line what is missing', () => {
    const [line = '', ...more] = missing(gateway, 'pmdf/forward');
    assert.match(line, /pmdf\/access is not enabled: .*; pmdf\/deliver is not enabled: /);
    assert.deepEqual(more, []);
  });
});

describe('only pmdf/deliver', () => {
  let gateway: Gateway;

  before(async () => {
    gateway = await startGateway({
      plugins: ['relay_for_ours', 'queue/smtp_forward', 'pmdf/deliver'],
      pluginFiles: {
        'relay_for_ours.js': `exports.hook_connect = function (next, connection) {
  if (connection.remote.ip === '${OURS}') connection.relaying = true
  next()
}
`,
      },
    });
  });
  after(() => gateway?.stop());
  beforeEach(() => gateway.clearSinks());

  it('accepts internal recipients, even if they are forwarded to the outside', async () => {
    const client = await come(gateway, STRANGER);
    for (const to of [BOB, 'jane.doe@domain.com', 'postmaster'])
      assert.equal((await client.rcpt(to)).code, 250, to);
    assert.equal((await client.data(sampleMessage('alone'))).code, 250);
    await client.quit();
    const [forwarded] = await gateway.sinks.tcp_local.waitForMessages(1);
    assert.deepEqual(forwarded?.envelopeTo, ['jdoe@other.com']);
    assert.deepEqual(gateway.sinks.l.messages[0]?.envelopeTo, [BOB, 'postmaster@domain.com']);
  });

  it("does not accept a stranger's mail to the outside", async () => {
    const reply = await rcpt(gateway, STRANGER, 'x@other.com');
    assert.equal(reply.code, 550);
    assert.match(reply.text, /^I cannot deliver mail for/);
  });

  for (const to of [
    '@domain.com:x@other.com',
    'victim%evil.example@domain.com',
    'evil.example!victim@domain.com',
    '"v@evil.example"@domain.com',
  ]) {
    it(`refuses ${to} of a stranger`, async () => {
      assert.equal((await rcpt(gateway, STRANGER, to)).code, 550);
    });
  }

  it('accepts mail to the outside of a client that another plugin lets relay', async () => {
    const client = await come(gateway, OURS);
    assert.equal((await client.rcpt('x@other.com')).code, 250);
    assert.equal((await client.data(sampleMessage('alone'))).code, 250);
    await client.quit();
    const [message] = await gateway.sinks.tcp_local.waitForMessages(1);
    assert.deepEqual(message?.envelopeTo, ['x@other.com']);
  });

  it('keeps the policy that a transaction began with', async () => {
    const client = await come(gateway, STRANGER);
    gateway.replaceFile('pmdf.cnf', exampleFile('pmdf.cnf').replace(/^\.domain\.com .*\n/m, ''));
    await gateway.waitForLog('policy 2 is in force');
    assert.equal((await client.rcpt('x@sub.domain.com')).code, 250);
    await client.send('RSET');
    await client.mail('a@client.example');
    assert.equal((await client.rcpt('x@sub.domain.com')).code, 550);
    await client.quit();
  });

  it('says in one line what is missing', () => {
    const [line = '', ...more] = missing(gateway, 'pmdf/deliver');
    assert.match(line, /pmdf\/switchchannel is not enabled: .*; pmdf\/access is not enabled: /);
    assert.deepEqual(more, []);
  });
});

describe('pmdf/deliver after a plugin that accepts recipients first', () => {
  let gateway: Gateway;

  before(async () => {
    gateway = await startGateway({ plugins: [...STOCK, 'pmdf/deliver'], config: CONFIG });
  });
  after(() => gateway?.stop());
  beforeEach(() => gateway.clearSinks());

  refusesBareLineEnds(() => gateway);

  it('delivers by channel', async () => {
    const client = await come(gateway, STRANGER);
    for (const to of [BOB, 'jane.doe@domain.com']) assert.equal((await client.rcpt(to)).code, 250);
    assert.equal((await client.data(sampleMessage('vouched'))).code, 250);
    await client.quit();
    await gateway.sinks.tcp_local.waitForMessages(1);
    assert.equal(gateway.sinks.l.messages.length, 1);
  });

  it('rejects a recipient that the policy rejects before that plugin can accept it', async () => {
    const client = await come(gateway, STRANGER);
    assert.equal((await client.rcpt(BOB)).code, 250);
    assert.equal((await client.rcpt('victim%evil.example@domain.com')).code, 550);
    assert.equal((await client.data(sampleMessage('vouched'))).code, 250);
    await client.quit();
    assert.deepEqual(
      gateway.sinks.l.attempts.map(({ recipient }) => recipient),
      [BOB],
    );
  });
});

describe('all plugins of the bundle', () => {
  it('report nothing missing', async () => {
    const gateway = await startGateway({ plugins: allPlugins });
    try {
      assert.equal((await rcpt(gateway, STRANGER, BOB)).code, 250);
      assert.doesNotMatch(gateway.log(), /is not enabled/);
    } finally {
      await gateway.stop();
    }
  });
});

describe('a Haraka with worker processes', () => {
  let gateway: Gateway;

  before(async () => {
    gateway = await startGateway({ nodes: 2, plugins: allPlugins.filter((name) => name !== 'pmdf/access') });
  });
  after(() => gateway?.stop());

  it('delivers both halves of a mixed transaction', async () => {
    const client = await come(gateway, STRANGER);
    for (const to of [BOB, 'jane.doe@domain.com']) assert.equal((await client.rcpt(to)).code, 250);
    assert.equal((await client.data(sampleMessage('workers'))).code, 250);
    await client.quit();
    await gateway.sinks.tcp_local.waitForMessages(1);
    assert.equal(gateway.sinks.l.messages.length, 1);
  });

  it('logs once for all processes what is missing', () => {
    assert.equal(missing(gateway, 'pmdf/deliver').length, 1);
    assert.equal(missing(gateway, 'pmdf/switchchannel').length, 1);
    assert.equal(gateway.log().split('policy in force').length, 2);
  });
});
