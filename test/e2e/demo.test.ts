/*
 * `npm start` in a separate folder: what it prints, what the walk-through does, and the message when it cannot start.
 */

import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { freePort } from './support/free-port.js';
import { collectOutput, type ProgramOutput } from './support/program-output.js';
import { projectRoot } from './support/project-root.js';
import { connect } from './support/smtp-client.js';

const START_LIMIT_MS = 15_000;

interface Start {
  readonly child: ChildProcess;
  readonly output: ProgramOutput;
}

describe('npm start', function () {
  this.timeout(180_000);
  const folder = mkdtempSync(path.join(os.tmpdir(), 'pmdf-demo-'));
  let port: number;
  let running: Start;

  function start(listen: number, place = folder): Start {
    const child = spawn(process.execPath, [path.join(projectRoot(), 'dist/test/demo/start.js')], {
      env: { ...process.env, DEMO_FOLDER: place, PORT: String(listen) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return { child, output: collectOutput(child.stdout, child.stderr) };
  }

  async function stop({ child }: Start): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  }

  async function startAndFail(listen: number, place?: string): Promise<string> {
    const failed = start(listen, place);
    const [code] = await once(failed.child, 'close');
    assert.equal(code, 1);
    return failed.output.text();
  }

  before(async () => {
    port = await freePort();
    running = start(port);
    await running.output.waitFor('Ctrl-C ends the example', START_LIMIT_MS);
  });
  after(async () => {
    await stop(running);
    rmSync(folder, { recursive: true, force: true });
  });

  it('says where it listens and prints commands for that port, without an error before', () => {
    const text = running.output.text();
    assert.match(text, new RegExp(`^ready 127\\.0\\.0\\.1:${port}$`, 'm'));
    assert.match(text, new RegExp(`^ {2}nc -C 127\\.0\\.0\\.1 ${port} `, 'm'));
    assert.match(text, new RegExp(`-starttls smtp -connect 127\\.0\\.0\\.1:${port}$`, 'm'));
    assert.doesNotMatch(text, /\[(ERROR|CRIT|ALERT)\]/);
  });

  it('accepts mail under TLS from outside, and delivers and forwards it under TLS', async () => {
    const client = await connect({ port });
    try {
      assert.match((await client.ehlo('client.example')).text, /^STARTTLS$/m);
      assert.equal((await client.startTls()).code, 220);
      await client.ehlo('client.example');
      await client.mail('somebody@example.net');
      assert.equal((await client.rcpt('bob@domain.com')).code, 250);
      assert.equal((await client.rcpt('jane.doe@domain.com')).code, 250);
      assert.equal((await client.rcpt('bob@other.com')).code, 550);
      assert.equal((await client.data('Subject: test\r\n\r\nHello.\r\n')).code, 250);
    } finally {
      await client.close();
    }
    await running.output.waitFor('sink of l: mail for bob@domain.com, under TLS', START_LIMIT_MS);
    await running.output.waitFor('sink of tcp_local: mail for jdoe@other.com, under TLS', START_LIMIT_MS);
    const mail = path.join(folder, 'mail', 'l');
    const [name = ''] = readdirSync(mail);
    assert.match(
      readFileSync(path.join(mail, name), 'latin1'),
      /^X-Envelope-From: somebody@example\.net\r\nX-Envelope-To: bob@domain\.com\r\nReceived: /,
    );
  });

  it('says that it is already running if it is started twice', async () => {
    const text = await startAndFail(await freePort());
    assert.match(text, /this example is already running\. Stop it first/);
    const listen = readFileSync(path.join(folder, 'config', 'smtp.ini'), 'utf8');
    assert.match(listen, new RegExp(`^listen=127\\.0\\.0\\.1:${port}$`, 'm'));
    assert.doesNotMatch(text, /\bat .*\.js:\d/);
  });

  it('suggests another port if the port is in use, and names the variable that sets it', async () => {
    const other = mkdtempSync(path.join(os.tmpdir(), 'pmdf-demo-'));
    try {
      const text = await startAndFail(port, other);
      assert.match(text, new RegExp(`port ${port} is in use`));
      assert.match(text, new RegExp(`PORT=${port + 1} npm start`));
      assert.doesNotMatch(text, /EADDRINUSE|\bat .*\.js:\d/);
    } finally {
      rmSync(other, { recursive: true, force: true });
    }
  });

  for (const written of ['0', '65536', '25x', '-1', '1e9'])
    it(`refuses PORT=${written}`, async () => {
      const child = spawn(process.execPath, [path.join(projectRoot(), 'dist/test/demo/start.js')], {
        env: { ...process.env, DEMO_FOLDER: folder, PORT: written },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const output = collectOutput(child.stdout, child.stderr);
      const [code] = await once(child, 'close');
      assert.equal(code, 1);
      assert.match(output.text(), /which is not a port: choose one from 1 to 65535/);
    });

  it('keeps its configuration and mail when it is started again, and reports a port that is in use', async () => {
    const settings = path.join(folder, 'config', 'pmdf', 'pmdf.yaml');
    const before = readFileSync(settings, 'utf8');
    const key = readFileSync(path.join(folder, 'config', 'tls_key.pem'), 'utf8');
    await stop(running);
    const ports: { readonly l: number } = JSON.parse(
      readFileSync(path.join(folder, 'sink-ports.json'), 'utf8'),
    );
    const stranger = net.createServer((socket) => socket.end('220 other.example\r\n'));
    stranger.listen(ports.l, '127.0.0.1');
    await once(stranger, 'listening');
    try {
      assert.match(await startAndFail(port), /of the sink for channel l is in use .*delete \.demo/);
    } finally {
      stranger.close();
      await once(stranger, 'close');
    }
    running = start(port);
    await running.output.waitFor('Ctrl-C ends the example', START_LIMIT_MS);
    assert.equal(readFileSync(settings, 'utf8'), before);
    assert.equal(readFileSync(path.join(folder, 'config', 'tls_key.pem'), 'utf8'), key);
    assert.equal(readdirSync(path.join(folder, 'mail', 'l')).length, 1);
  });
});
