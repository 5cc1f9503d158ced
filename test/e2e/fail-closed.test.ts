/*
 * When no decision is possible, mail is deferred: whatever fails inside a running Haraka, the client gets a 4yz reply
 * to the command that met the failure, the log names the cause, no other client is disconnected, and nothing is
 * delivered.
 */

import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { sampleMessage } from './support/deliver.js';
import { type Fault, faultsFiles, faultsPlugin } from './support/faults.js';
import { allPlugins, type Gateway, startGateway } from './support/gateway.js';
import { connect, type Reply, type SmtpClient } from './support/smtp-client.js';
import { until } from './support/until.js';

const STRANGER = '127.0.2.1';
const OURS = '127.0.1.5';
const DEFERRED = '451 4.3.0 could not decide, try again later';

/** Where a session ended, and with which reply; `done` if the message was accepted. */
type End = readonly ['greeting' | 'MAIL' | 'RCPT' | 'DATA' | 'message' | 'done', string];

async function session(port: number, localAddress: string, to: readonly string[]): Promise<End> {
  const client = await connect({ port, localAddress });
  const line = ({ lines }: Reply): string => lines[0] ?? '';
  try {
    if (client.greeting?.code !== 220) return ['greeting', client.greeting?.lines[0] ?? ''];
    await client.ehlo();
    const mail = await client.mail('a@client.example');
    if (mail.code !== 250) return ['MAIL', line(mail)];
    for (const one of to) {
      const rcpt = await client.rcpt(one);
      if (rcpt.code !== 250) return ['RCPT', line(rcpt)];
    }
    const data = await client.data(sampleMessage('fail closed'));
    return data.code === 250 ? ['done', line(data)] : ['message', line(data)];
  } finally {
    await client.quit();
    await client.close();
  }
}

describe('an internal failure', () => {
  let gateway: Gateway;
  let witness: SmtpClient;

  before(async () => {
    gateway = await startGateway({
      plugins: ['delay_deny', faultsPlugin, ...allPlugins],
      pluginFiles: faultsFiles(),
    });
    witness = await connect({ port: gateway.port, localAddress: '127.0.2.200' });
    await witness.ehlo();
  });
  after(() => gateway?.stop());
  afterEach(async () => {
    await set('none');
    gateway.clearSinks();
  });

  /** Sets a fault; the session that does so shows that no client is disconnected. */
  async function set(fault: Fault): Promise<void> {
    assert.equal((await witness.send(`FAULT ${fault}`)).code, 250);
  }

  const rows: readonly {
    readonly fault: Fault;
    readonly at: End[0];
    readonly to?: readonly string[];
    readonly cause: string;
  }[] = [
    { fault: 'throw-connection', at: 'greeting', cause: 'injected: throw-connection' },
    { fault: 'throw-port', at: 'greeting', cause: 'injected: throw-port' },
    { fault: 'throw-sender', at: 'MAIL', cause: 'injected: throw-sender' },
    { fault: 'throw-recipient', at: 'RCPT', cause: 'injected: throw-recipient' },
    { fault: 'reject', at: 'greeting', cause: 'injected: reject' },
    { fault: 'throw-write', at: 'message', to: ['jane.doe@domain.com'], cause: 'injected: throw-write' },
    {
      fault: 'throw-write',
      at: 'message',
      to: ['bob@domain.com', 'jane.doe@domain.com'],
      cause: 'injected: throw-write',
    },
    { fault: 'throw-ask', at: 'RCPT', to: ['bob@domain.com'], cause: 'injected: throw-ask' },
    {
      fault: 'throw-forward',
      at: 'message',
      to: ['jane.doe@domain.com', 'bob@domain.com'],
      cause: 'injected: throw-forward',
    },
  ];
  for (const { fault, at, to, cause } of rows) {
    for (const client of [STRANGER, OURS]) {
      it(`${fault}: ${client} is deferred at ${at}${to === undefined ? '' : ` (${to.join(' ')})`}`, async () => {
        await set(fault);
        const logged = gateway.log().length;
        const [end, reply] = await session(gateway.port, client, to ?? ['bob@domain.com']);
        assert.equal(end, at, reply);
        // Haraka gives every rejection at the end of a message its own code.
        if (at !== 'message') assert.equal(reply, DEFERRED);
        else assert.match(reply, /^450 4\.3\.0 /);
        await gateway.waitForLog((log) => log.slice(logged).includes(cause));
        await until(
          () => gateway.filesIn('queue').length === 0,
          5_000,
          () => 'an empty queue',
        );
        assert.deepEqual([...gateway.sinks.l.messages, ...gateway.sinks.tcp_local.attempts], []);
      });
    }
  }

  it('recovers in the same session', async () => {
    const client = await connect({ port: gateway.port, localAddress: STRANGER });
    await client.ehlo();
    await client.mail('a@client.example');
    await set('throw-recipient');
    assert.deepEqual((await client.rcpt('bob@domain.com')).lines, [DEFERRED]);
    await set('none');
    assert.equal((await client.rcpt('bob@domain.com')).code, 250);
    assert.equal((await client.data(sampleMessage('recovers'))).code, 250);
    await client.quit();
    assert.equal(gateway.sinks.l.messages.length, 1);
  });

  it('keeps a message of the process channel whose second pass fails', async () => {
    await set('throw-reprocessed');
    assert.equal((await session(gateway.port, STRANGER, ['jane.doe@domain.com']))[0], 'done');
    await gateway.waitForLog('the next hop could not be chosen: injected: throw-reprocessed');
    await gateway.waitForLog(/deferred|temp fail/i);
    // While its file is replaced there are two.
    await until(
      () => gateway.filesIn('queue').length === 1,
      5_000,
      () => 'one file in the queue',
    );
    assert.deepEqual(gateway.sinks.tcp_local.attempts, []);
  });

  it('has disconnected no client', async () => {
    await witness.mail('a@client.example');
    assert.equal((await witness.rcpt('bob@domain.com')).code, 250);
    assert.equal((await witness.data(sampleMessage('witness'))).code, 250);
    assert.equal(gateway.log().match(/Listening on/g)?.length, 1);
  });
});

describe('limits and databases', () => {
  async function endsWith(
    options: Parameters<typeof startGateway>[0],
    to: string,
  ): Promise<{ readonly end: End; readonly log: string; readonly other: End }> {
    const gateway = await startGateway(options);
    try {
      const end = await session(gateway.port, STRANGER, [to]);
      const other = await session(gateway.port, STRANGER, ['bob@domain.com']);
      return { end, other, log: gateway.log() };
    } finally {
      await gateway.stop();
    }
  }

  it('defers when a pattern with back-matches reaches the step limit', async () => {
    const { end, log, other } = await endsWith(
      {
        settings: 'limits: { steps: 1000 }\n',
        mappings: `ORIG_SEND_ACCESS

  tcp_local|*|l|*%*$2**%*$5**@domain.com   $NTwo$ letters$ twice
  tcp_local|*|tcp_local|*   $NRelaying$ not$ permitted
`,
      },
      'abcdefghijklmnopqrstuvwxyz0123456789@domain.com',
    );
    assert.deepEqual(end, ['RCPT', DEFERRED]);
    assert.match(log, /step limit reached/);
    assert.equal(other[0], 'done');
  });

  it('defers mail that needs a database whose file is missing', async () => {
    const gateway = await startGateway({});
    try {
      rmSync(path.join(gateway.dir, 'config', 'pmdf', 'general.txt'));
      const endOf = (): Promise<End> => session(gateway.port, STRANGER, ['jane.doe@domain.com']);
      await until(
        async () => (await endOf())[1] === DEFERRED,
        5_000,
        () => 'a missing database',
      );
      assert.match(gateway.log(), /defer recipient <jane\.doe@domain\.com> .*general\.txt/);
      gateway.replaceFile('general.txt', 'jane.doe   jdoe%other.com@PROCESS-DAEMON\n');
      await until(
        async () => (await endOf())[0] === 'done',
        5_000,
        () => 'a database that is there again',
      );
    } finally {
      await gateway.stop();
    }
  });
});
