/*
 * An install by `pmdf init`, with a real Haraka in it: mail for the domains reaches the internal mail server, internal
 * clients relay, strangers do not, senders are told of failures.
 */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bounceOf } from '../e2e/support/bounce.js';
import { makeCertificate } from '../e2e/support/certificate.js';
import { deliver, sampleMessage } from '../e2e/support/deliver.js';
import { freePort } from '../e2e/support/free-port.js';
import type { RunningHaraka } from '../e2e/support/haraka-process.js';
import { runSuccessfully } from '../e2e/support/program.js';
import { harakaFolder } from '../e2e/support/project-root.js';
import { type Sink, startSink } from '../e2e/support/sink.js';
import { connect } from '../e2e/support/smtp-client.js';
import { projectRoot } from '../support/project-root.js';
import { type Initiated, initiated } from './support/initiated.js';
import { npm } from './support/npm.js';

const INIT_LIMIT_MS = 300_000;
const stranger = '127.0.0.2';
const sender = 'sender@client.example';

const answers = [
  ...['--domain', 'domain.com', 'second.example'],
  // Two octets, and two and a half: the first is a rule, the second an entry of a table.
  ...['--internal', '127.0.1.0/24', '127.0.8.0/21'],
];

/** The result for a recipient. */
type Want = 'inside' | 'outside' | 550;

const cases: readonly (readonly [client: string, to: string, want: Want])[] = [
  [stranger, 'bob@domain.com', 'inside'],
  [stranger, 'bob@second.example', 'inside'],
  [stranger, 'bob@sub.second.example', 'inside'],
  [stranger, 'postmaster', 'inside'],
  [stranger, 'bob@other.example', 550],
  [stranger, 'victim%other.example@domain.com', 550],
  [stranger, 'victim%other.example@second.example', 550],
  [stranger, 'other.example!victim@second.example', 550],
  [stranger, 'bob@[192.0.2.1]', 550],
  ['127.0.1.5', 'bob@other.example', 'outside'],
  ['127.0.1.5', 'bob@second.example', 'inside'],
  ['127.0.15.255', 'bob@other.example', 'outside'],
  ['127.0.16.0', 'bob@other.example', 550],
];

/** Sends outgoing mail to a sink, since no test uses the DNS. */
function sendOutsideTo(install: Initiated, sink: Sink): void {
  const file = join(install.dir, 'config', 'pmdf', 'pmdf.yaml');
  const text = readFileSync(file, 'utf8');
  const line = `tcp_local: { method: queue, next_hop: '127.0.0.1:${sink.port}' }`;
  assert.ok(text.includes('tcp_local: queue'));
  writeFileSync(file, text.replace('tcp_local: queue', line));
}

for (const form of [[], ['--yaml']]) {
  describe(`a new install by pmdf init ${form.join(' ')}`, function () {
    this.timeout(INIT_LIMIT_MS);
    let sinks: { readonly inside: Sink; readonly outside: Sink };
    let install: Initiated | undefined;
    let haraka: RunningHaraka;

    before(async () => {
      sinks = { inside: await startSink(), outside: await startSink() };
      install = await initiated();
      const mailHost = `127.0.0.1:${sinks.inside.port}`;
      const listen = `127.0.0.1:${await freePort()}`;
      const said = await install.init(...answers, ...form, '--mailhost', mailHost, '--listen', listen);
      assert.match(said, /^pmdf check: 0 errors, 0 warnings$/m);
      sendOutsideTo(install, sinks.outside);
      haraka = await install.start(1);
    });
    afterEach(function () {
      if (this.currentTest?.state === 'failed') console.error(haraka?.log());
      for (const sink of Object.values(sinks)) {
        sink.acceptAll();
        sink.clear();
      }
    });
    after(async () => {
      await haraka?.stop();
      install?.remove();
      await sinks.inside.stop();
      await sinks.outside.stop();
    });

    for (const [client, to, want] of cases) {
      it(`${client} to ${to}: ${want}`, async () => {
        const message = sampleMessage(to);
        const envelope = { from: sender, to: [to], message };
        const { rcpt, data } = await deliver({ port: haraka.port, localAddress: client, ...envelope });
        if (want === 550) {
          assert.equal(rcpt[0]?.code, 550);
          return;
        }
        assert.equal(data?.code, 250, rcpt[0]?.text);
        const [arrived] = await sinks[want].waitForMessages(1);
        assert.deepEqual(arrived?.envelopeTo, [to === 'postmaster' ? 'postmaster@domain.com' : to]);
      });
    }

    it("gives the internal mail server's reply to the client", async () => {
      sinks.inside.refuseRecipient('nobody@domain.com', { code: 550, text: '5.1.1 who is that' });
      const envelope = { from: sender, to: ['nobody@domain.com'], message: sampleMessage('nobody') };
      const { rcpt } = await deliver({ port: haraka.port, localAddress: stranger, ...envelope });
      assert.deepEqual(rcpt[0]?.lines, ['550 5.1.1 who is that']);
    });

    it('tells an internal sender what could not be delivered', async () => {
      sinks.outside.refuseRecipient('nobody@other.example', { code: 550, text: '5.1.1 who is that' });
      const envelope = {
        from: 'ann@domain.com',
        to: ['nobody@other.example'],
        message: sampleMessage('hello'),
      };
      const { data } = await deliver({ port: haraka.port, localAddress: '127.0.1.5', ...envelope });
      assert.equal(data?.code, 250);
      // The postmaster gets a copy.
      const reports = await sinks.inside.waitForMessages(2);
      const message = reports.find(({ envelopeTo }) => !envelopeTo.includes('postmaster@domain.com'));
      assert.ok(message !== undefined);
      const bounce = bounceOf(message);
      assert.deepEqual(bounce.to, ['ann@domain.com']);
      for (const sought of [
        /^Subject: Delivery Notification: Delivery has failed\r$/m,
        /^To: <?ann@domain\.com>?\r$/m,
        /^MIME-Version: 1\.0\r$/m,
        /^ {2}Recipient address: nobody@other\.example\r$/m,
        /^ {2}Reason: 550 5\.1\.1 who is that\r$/m,
        /^Auto-Submitted: auto-replied\r$/m,
      ])
        assert.match(bounce.text, sought);
      assert.doesNotMatch(bounce.text, /%[HRUu]|undefined/);
    });

    it('causes no complaint of Haraka or the plugins, except about a certificate', () => {
      const complaints = haraka
        .log()
        .split('\n')
        .filter((line) => /\[(?:CRIT|ERROR|WARN)\]|is missing/.test(line));
      assert.deepEqual(
        complaints.filter((line) => !/tls (?:key|cert) \S+ could not be loaded/.test(line)),
        [],
      );
    });
  });
}

describe('pmdf init in an existing install', function () {
  this.timeout(INIT_LIMIT_MS);
  let sink: Sink;
  let install: Initiated | undefined;
  let haraka: RunningHaraka | undefined;
  let port = 0;

  before(async () => {
    sink = await startSink();
    port = await freePort();
    install = await initiated(async (dir) => {
      await runSuccessfully(process.execPath, [join(harakaFolder(), 'bin', 'haraka'), '-i', dir]);
      writeFileSync(join(dir, 'config', 'smtp.ini'), `listen=127.0.0.1:${port}\nnodes=0\n`);
      writeFileSync(join(dir, 'config', 'smtp_forward.ini'), `host=127.0.0.1\nport=${sink.port}\n`);
    });
  });
  after(async () => {
    await haraka?.stop();
    install?.remove();
    await sink.stop();
  });

  it('adds what is missing, changes no existing file, and works', async () => {
    assert.ok(install !== undefined);
    const { dir } = install;
    const files = (): Map<string, string> =>
      new Map(
        readdirSync(dir, { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => join(entry.parentPath, entry.name))
          .map((file) => [file, readFileSync(file, 'utf8')]),
      );
    const before = files();
    await install.init(...answers, '--dry-run');
    assert.deepEqual(files(), before);
    const said = await install.init(...answers);
    // The proposed lines are not in config/plugins yet.
    assert.match(said, /^config\/plugins:\d+:1: warning: .* \[install\/none-listed\]$/m);
    assert.match(said, /^pmdf check: 0 errors, 1 warning$/m);
    // Haraka has one of the files below docs, and the others are written.
    assert.deepEqual(said.match(/^ +\w+ +docs\/ /gm), ['  written  docs/ ']);
    const after = files();
    assert.deepEqual(new Map([...after].filter(([file]) => before.has(file))), before);
    assert.deepEqual(
      [...after.keys()].filter((file) => file.endsWith('.tmp')),
      [],
    );
    renameSync(join(dir, 'config', 'plugins.pmdf-proposed'), join(dir, 'config', 'plugins'));
    // The plugin looks up senders in the DNS.
    const plugins = readFileSync(join(dir, 'config', 'plugins'), 'utf8');
    writeFileSync(join(dir, 'config', 'plugins'), plugins.replace('\nmail_from.is_resolvable\n', '\n'));
    haraka = await install.start(1);
    const envelope = {
      from: sender,
      to: ['bob@domain.com', 'bob@other.example'],
      message: sampleMessage('hello'),
    };
    const { rcpt, data } = await deliver({ port: haraka.port, localAddress: stranger, ...envelope });
    assert.deepEqual(
      rcpt.map(({ code }) => code),
      [250, 550],
    );
    assert.equal(data?.code, 250);
    const [arrived] = await sink.waitForMessages(1);
    assert.deepEqual(arrived?.envelopeTo, ['bob@domain.com']);
  });
});

describe('pmdf init with dispatcher.cnf', function () {
  this.timeout(INIT_LIMIT_MS);

  it('listens where the dispatcher did, with TLS from the start on its port', async () => {
    const ports = [await freePort(), await freePort()] as const;
    const install = await initiated();
    try {
      const file = join(install.dir, '..', 'dispatcher.cnf');
      writeFileSync(
        file,
        `MAX_PROCS=2%1\n[SERVICE=SMTP]\nPORT=${ports[0]}\nTLS_PORT=${ports[1]}\nINTERFACE_ADDRESS=127.0.0.1\nMAX_CONNS=30\n`,
      );
      const said = await install.init(...answers, '--dispatcher', file);
      assert.match(said, /config\/pmdf\/pmdf\.yaml +the settings: delivery, limits$/m);
      assert.match(
        readFileSync(join(install.dir, 'config', 'pmdf', 'pmdf.yaml'), 'utf8'),
        /^limits: \{ connections: 30 \}$/m,
      );
      const { key, cert } = await makeCertificate('domain.com');
      writeFileSync(join(install.dir, 'config', 'pmdf', 'server-priv.pem'), key);
      writeFileSync(join(install.dir, 'config', 'pmdf', 'server-pub.pem'), cert);
      const haraka = await install.start(2);
      try {
        assert.deepEqual([...haraka.ports].sort(), [...ports].sort());
        const plain = await connect({ port: ports[0], localAddress: stranger });
        assert.ok((await plain.ehlo()).lines.some((line) => line.endsWith('STARTTLS')));
        await plain.close();
        const secure = await connect({ port: ports[1], implicitTls: { rejectUnauthorized: false } });
        assert.equal((await secure.ehlo()).code, 250);
        await secure.close();
      } finally {
        await haraka.stop();
      }
    } finally {
      install.remove();
    }
  });
});

describe('the package.json that pmdf init writes', function () {
  this.timeout(INIT_LIMIT_MS);

  it('names the Haraka that the bundle is tested with, and the bundle', async () => {
    const install = await initiated();
    try {
      await install.init(...answers);
      const manifest = (path: string): { [name: string]: unknown } => JSON.parse(readFileSync(path, 'utf8'));
      const written = manifest(join(install.dir, 'package.json'));
      const own = manifest(join(projectRoot, 'package.json'));
      assert.deepEqual(written['overrides'], own['overrides']);
      const { dependencies } = written;
      assert.ok(typeof dependencies === 'object' && dependencies !== null);
      const { version } = manifest(join(harakaFolder(), 'package.json'));
      assert.equal(Reflect.get(dependencies, 'Haraka'), version);
      // The bundle is copied, so the folder it came from can be removed.
      const name = `haraka-plugin-pmdf-${String(own['version'])}.tgz`;
      assert.equal(Reflect.get(dependencies, 'haraka-plugin-pmdf'), `file:${name}`);
      const target = join(install.dir, 'elsewhere');
      mkdirSync(target);
      writeFileSync(join(target, 'package.json'), '{}\n');
      const alone = ['--offline', '--no-audit', '--no-fund', '--cache', join(target, 'cache')];
      await npm(target, 'install', '--ignore-scripts', ...alone, join(install.dir, name));
      const command = join(target, 'node_modules', '.bin', 'pmdf');
      const { stdout } = await runSuccessfully(command, ['check'], { cwd: install.dir });
      assert.match(stdout, /^0 errors, 0 warnings$/m);
    } finally {
      install.remove();
    }
  });
});

describe('the command haraka in an install by pmdf init', function () {
  this.timeout(INIT_LIMIT_MS);
  let install: Initiated;

  before(async () => {
    install = await initiated();
    await install.init(...answers);
    install.link();
  });
  after(() => install?.remove());

  async function haraka(...words: readonly string[]): Promise<string> {
    const program = join(harakaFolder(), 'bin', 'haraka');
    const env = { ...process.env, PAGER: 'cat' };
    const { stdout } = await runSuccessfully(process.execPath, [program, ...words], {
      cwd: install.dir,
      env,
    });
    return stdout;
  }

  it('shows the order of the plugins, in every hook that one of ours is in', async () => {
    const order = await haraka('-o', '-c', '.');
    for (const hook of ['connect', 'mail', 'rcpt', 'data_post', 'queue', 'queue_ok', 'get_mx'])
      assert.match(order, new RegExp(`^Hook: ${hook} -+\n(?:.*\n){2}(?:.+\n)*pmdf/`, 'm'), hook);
  });

  it('lists the queue, which is empty', async () => {
    assert.doesNotMatch(await haraka('-c', '.', '--qlist'), /^Q:/m);
  });

  it('shows the page of each plugin, whose links lead to the docs of the bundle', async () => {
    for (const name of ['access', 'auth', 'deliver', 'forward', 'maytls', 'switchchannel']) {
      const page = await haraka('-c', '.', '-h', `pmdf/${name}`);
      assert.ok(page.startsWith(`# pmdf/${name}\n`), page.slice(0, 80));
      const links = [...page.matchAll(/\]\((?!#|[a-z]+:)([^)#]+)/g)].map(([, link = '']) => link);
      assert.deepEqual(
        links.filter((link) => !existsSync(join(install.dir, 'docs', 'plugins', 'pmdf', link))),
        [],
      );
    }
  });

  it('has every hook of Haraka in its list', () => {
    const listed = (path: string): string[] => {
      const [, list = ''] = readFileSync(path, 'utf8').split('## Available Hooks');
      return [...(list.split('### rcpt')[0] ?? '').matchAll(/^- (\w+)/gm)]
        .map(([, hook = '']) => hook)
        .sort();
    };
    assert.deepEqual(
      listed(join(install.dir, 'docs', 'Plugins.md')),
      listed(join(harakaFolder(), 'docs', 'Plugins.md')),
    );
  });
});
