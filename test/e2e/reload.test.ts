/*
 * Changed files are read while Haraka runs: complete policies are swapped, a transaction keeps the one it began with,
 * and files with errors change nothing. At start such files stop Haraka.
 */

import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { sampleMessage } from './support/deliver.js';
import { exampleFile, type Gateway, gatewayInstall, startGateway } from './support/gateway.js';
import { startExpectingFailure } from './support/haraka-install.js';
import { connect, type SmtpClient } from './support/smtp-client.js';
import { until } from './support/until.js';

const STRANGER = '127.0.2.1';
const SETTINGS = 'reload: { settle: 0.05 }\nlookups: { cache_size: 0 }\n';
const MAPPINGS = exampleFile('mappings');

/** The tables of the example, with another entry before the only one. */
function withEntry(entry: string): string {
  return MAPPINGS.replace(/^ *tcp_local/m, `  ${entry}\n$&`);
}

const NO_BOB = withEntry('tcp_local|*|l|bob@domain.com   $NNot$ bob');

describe('reload', () => {
  let gateway: Gateway;
  let policies = 1;

  before(async () => {
    gateway = await startGateway({ settings: SETTINGS });
  });
  after(() => gateway?.stop());

  async function begin(): Promise<SmtpClient> {
    const client = await connect({ port: gateway.port, localAddress: STRANGER });
    await client.ehlo();
    await client.mail('a@client.example');
    return client;
  }

  async function answers(to: string): Promise<string> {
    const client = await begin();
    const { lines } = await client.rcpt(to);
    await client.quit();
    return lines[0] ?? '';
  }

  /** Waits for the next policy to be in force. */
  async function swapped(): Promise<void> {
    policies += 1;
    await gateway.waitForLog(`policy ${policies} is in force`);
  }

  async function replace(name: string, text: string): Promise<void> {
    gateway.replaceFile(name, text);
    await swapped();
  }

  /** Makes a change that must not be applied; returns what was logged. */
  async function refused(change: () => void): Promise<string> {
    const logged = gateway.log().length;
    change();
    const stays = `policy ${policies} stays in force`;
    const log = await gateway.waitForLog((output) => output.slice(logged).includes(stays));
    return log.slice(logged);
  }

  it('takes effect in the next transaction; one that has begun keeps its policy', async () => {
    const begun = await begin();
    await replace('mappings', NO_BOB);
    assert.equal((await begun.rcpt('bob@domain.com')).code, 250);
    assert.equal((await begun.data(sampleMessage('begun'))).code, 250);
    await begun.mail('a@client.example');
    assert.deepEqual((await begun.rcpt('bob@domain.com')).lines, ['550 5.7.1 Not bob: bob@domain.com']);
    await begun.quit();
    assert.match(await answers('bob@domain.com'), /^550 5\.7\.1 Not bob/);
    await replace('mappings', MAPPINGS);
    assert.match(await answers('bob@domain.com'), /^250 /);
  });

  it('reads a file that is written in place', async () => {
    gateway.install.writeConfig('pmdf/mappings', NO_BOB);
    await swapped();
    assert.match(await answers('bob@domain.com'), /^550 /);
    gateway.install.writeConfig('pmdf/mappings', MAPPINGS);
    await swapped();
  });

  it('keeps the running policy when a file has errors, and says where', async () => {
    await replace('mappings', NO_BOB);
    const broken = `${MAPPINGS}\nSEND_ACCESS\n\n  *|*|l|ann@domain.com   $Qno such flag\n`;
    const line = broken.split('\n').findIndex((one) => one.includes('no such flag')) + 1;
    const log = await refused(() => gateway.replaceFile('mappings', broken));
    assert.match(log, new RegExp(`\\[ERROR\\].*config/pmdf/mappings:${line}:\\d+: error: `));
    assert.match(await answers('bob@domain.com'), /^550 5\.7\.1 Not bob/);
    assert.match(await answers('ann@domain.com'), /^250 /);
    await replace('mappings', MAPPINGS);
    assert.match(await answers('bob@domain.com'), /^250 /);
  });

  it('keeps the running policy when a file is deleted', async () => {
    for (const name of ['mappings', 'pmdf.cnf', 'pmdf.yaml'] as const) {
      const file = path.join(gateway.dir, 'config', 'pmdf', name);
      const text = gateway.configText(`pmdf/${name}`);
      const log = await refused(() => rmSync(file));
      assert.match(log, new RegExp(`config/pmdf/${name}: error: .* is missing`));
      assert.match(await answers('bob@domain.com'), /^250 /);
      assert.match(await answers('victim@other.com'), /^550 5\.7\.1 Relaying not permitted/);
      gateway.replaceFile(name, text);
      await swapped();
    }
  });

  it('keeps the running policy while a file is being copied, however slowly', async () => {
    for (const part of ['', MAPPINGS.slice(0, MAPPINGS.indexOf('\n  ')), MAPPINGS.slice(0, -20)]) {
      const log = await refused(() => gateway.install.writeConfig('pmdf/mappings', part));
      assert.match(log, /\[ERROR\].*config\/pmdf\/mappings: error: .*\[file\/cut\]/);
      assert.match(await answers('victim@other.com'), /^550 5\.7\.1 Relaying not permitted/);
    }
    gateway.install.writeConfig('pmdf/mappings', MAPPINGS);
    await swapped();
    assert.match(await answers('victim@other.com'), /^550 5\.7\.1 Relaying not permitted/);
  });

  it('lets strangers relay only when the setting says so', async () => {
    const open = MAPPINGS.replace(/\$NRelaying.*/, '$Y');
    const log = await refused(() => gateway.replaceFile('mappings', open));
    assert.match(log, /error: this is an open relay.*\[lint\/open-relay\]/);
    assert.match(log, /open_relay: allowed/);
    assert.match(await answers('victim@other.com'), /^550 5\.7\.1 Relaying not permitted/);
    await replace('pmdf.yaml', `${gateway.configText('pmdf/pmdf.yaml')}open_relay: allowed\n`);
    assert.match(await answers('victim@other.com'), /^250 /);
    const settings = gateway.configText('pmdf/pmdf.yaml').replace('open_relay: allowed\n', '');
    await refused(() => gateway.replaceFile('pmdf.yaml', settings));
    assert.match(await answers('victim@other.com'), /^250 /);
    gateway.replaceFile('mappings', MAPPINGS);
    await swapped();
    assert.match(await answers('victim@other.com'), /^550 5\.7\.1 Relaying not permitted/);
  });

  it('applies rules and channels too', async () => {
    const cnf = exampleFile('pmdf.cnf').replace('.domain.com ', 'new.example   $U@domain.com\n.domain.com ');
    assert.match(await answers('x@new.example'), /^550 /);
    await replace('pmdf.cnf', cnf);
    assert.match(await answers('x@new.example'), /^250 /);
  });

  it('keeps a connection whose channel is gone', async () => {
    const cnf = exampleFile('pmdf.cnf');
    const extra = `${cnf.replace('[127.0.1.]', '[127.0.5.]   $U%[127.0.5.$L]@EXTRA-DAEMON$E$R\n[127.0.1.]')}\ntcp_extra smtp mx allowswitchchannel\nEXTRA-DAEMON\n`;
    await replace('pmdf.cnf', extra);
    const client = await connect({ port: gateway.port, localAddress: '127.0.5.1' });
    await client.ehlo();
    await replace('pmdf.cnf', cnf);
    await client.mail('a@client.example');
    assert.equal((await client.rcpt('bob@domain.com')).code, 250);
    await client.quit();
    assert.match(await answers('bob@domain.com'), /^250 /);
  });

  it('uses a changed general database', async () => {
    gateway.sinks.tcp_local.clear();
    gateway.replaceFile(
      'general.txt',
      `${exampleFile('general.txt')}ann   ann2%third.example@PROCESS-DAEMON\n`,
    );
    const forwards = async (): Promise<boolean> => {
      const client = await begin();
      await client.rcpt('ann@domain.com');
      await client.data(sampleMessage('forwarded'));
      await client.quit();
      return gateway.sinks.tcp_local.messages.some(
        ({ envelopeTo }) => envelopeTo[0] === 'ann2@third.example',
      );
    };
    await until(forwards, 10_000, () => 'ann forwarded');
  });
});

describe('a configuration with errors at start', () => {
  it('stops Haraka with every error of every file on stderr', async () => {
    const failed = await startExpectingFailure(
      gatewayInstall(
        {
          settings: 'relaying_channels: [tcp_nowhere]\nno_such_setting: 1\n',
          cnf: exampleFile('pmdf.cnf')
            .replace('$U%$H@TCP-DAEMON', '$U%$H@TCP-DAEMON$(')
            .concat('\ntcp_x nosuchkeyword\nX\n'),
          mappings: withEntry('*|*|l|*   $Q'),
        },
        { l: 1, tcp_internal: 1, tcp_local: 1 },
        '127.0.0.1:1',
      ),
    );
    assert.notEqual(failed.code, 0);
    for (const place of [
      /^config\/pmdf\/pmdf\.yaml:\d+:\d+: error: .*no_such_setting/m,
      /^config\/pmdf\/pmdf\.yaml:\d+:\d+: error: .*tcp_nowhere/m,
      /^config\/pmdf\/pmdf\.cnf:\d+:\d+: error: /m,
      /^config\/pmdf\/pmdf\.cnf:\d+:\d+: warning: .*nosuchkeyword/m,
      /^config\/pmdf\/mappings:\d+:\d+: error: /m,
    ]) {
      assert.match(failed.stderr, place);
    }
    assert.doesNotMatch(failed.stdout, /Listening/);
  });

  it('stops Haraka when it would be an open relay', async () => {
    const mappings = MAPPINGS.replace(/\$NRelaying.*/, '$Y');
    const sinks = { l: 1, tcp_internal: 1, tcp_local: 1 };
    const failed = await startExpectingFailure(gatewayInstall({ mappings }, sinks, '127.0.0.1:1'));
    assert.notEqual(failed.code, 0);
    assert.match(failed.stderr, /^config\/pmdf\/pmdf\.cnf:\d+:\d+: error: this is an open relay/m);
    assert.match(failed.stderr, /hint: .*`open_relay: allowed`/);
  });

  it('stops Haraka without any configuration', async () => {
    const options = gatewayInstall({}, { l: 1, tcp_internal: 1, tcp_local: 1 }, '127.0.0.1:1');
    const config = Object.entries(options.config ?? {}).filter(([name]) => !name.startsWith('pmdf/'));
    const failed = await startExpectingFailure({ ...options, config: Object.fromEntries(config) });
    assert.notEqual(failed.code, 0);
    assert.match(failed.stderr, /there is no `config\/pmdf\/pmdf\.cnf`/);
  });
});
