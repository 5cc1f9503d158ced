/*
 * The queue file of a large message is not written anew after each failed attempt; the notice still tells of all attempts, and a
 * crash loses none of the mail.
 */
import assert from 'node:assert/strict';
import { closeSync, mkdirSync, openSync, statSync } from 'node:fs';
import path from 'node:path';
import { bounceOf } from './support/bounce.js';
import { exampleFile, gatewayInstall } from './support/gateway.js';
import { type HarakaInstall, makeInstall } from './support/haraka-install.js';
import type { RunningHaraka } from './support/haraka-process.js';
import { namesInQueue, writeWaitingMail } from './support/queue-file.js';
import { type Sink, startSink } from './support/sink.js';
import { until } from './support/until.js';

const LINE = `${'x'.repeat(69)}\n`;
const sizes = { small: 10, large: 20_000 };

describe('attempts to deliver a large message', () => {
  let inside: Sink;
  let outside: Sink;
  let install: HarakaInstall;
  let haraka: RunningHaraka;
  const written = new Map<string, number>();
  /** The first files are open, so that no other file gets their numbers. */
  const open: number[] = [];

  /** The number of the only queue file with more than 1 MB, or of the only one with less. */
  const fileNumber = (name: keyof typeof sizes): number => {
    const queue = path.join(install.dir, 'queue');
    const found = namesInQueue(queue)
      .filter((file) => /^\d/.test(file))
      .map((file) => statSync(path.join(queue, file)))
      .filter(({ size }) => size > 1_048_576 === (name === 'large'));
    assert.equal(found.length, 1);
    return found[0]?.ino ?? 0;
  };
  const attempts = (name: string): number =>
    outside.attempts.filter(({ recipient }) => recipient === `${name}@other.com`).length;

  /** Waits until so many attempts at each have failed and are over. */
  async function tried(count: number): Promise<void> {
    const seen = haraka.log().length;
    const over = (): number =>
      haraka
        .log()
        .slice(seen)
        .match(/Temp failing/g)?.length ?? 0;
    await until(
      () => {
        haraka.kill('SIGHUP');
        return Object.keys(sizes).every((name) => attempts(name) >= count) && over() >= 2;
      },
      30_000,
      () => `${count} attempts`,
    );
  }

  before(async () => {
    [inside, outside] = [await startSink(), await startSink()];
    const ports = { l: inside.port, tcp_internal: inside.port, tcp_local: outside.port };
    install = await makeInstall(
      gatewayInstall(
        {
          plugins: ['pmdf/switchchannel', 'pmdf/access', 'queue/smtp_forward', 'pmdf/deliver'],
          cnf: exampleFile('pmdf.cnf').replace(/^tcp_local .*$/m, '$& nosendpost nowarnpost'),
          config: { 'outbound.ini': 'temp_fail_intervals=1h\n', loglevel: 'info\n' },
        },
        ports,
        '127.0.0.1:9',
      ),
    );
    const queue = path.join(install.dir, 'queue');
    mkdirSync(queue, { recursive: true });
    for (const [name, lines] of Object.entries(sizes)) {
      outside.refuseRecipient(`${name}@other.com`, { code: 451, text: '4.3.2 come back later' });
      writeWaitingMail(queue, {
        from: `${name}@domain.com`,
        to: [`${name}@other.com`],
        notes: { pmdf: { channel: 'tcp_local', address: `${name}@other.com` } },
        message: `Subject: ${name}\n\n${LINE.repeat(lines)}`,
      });
    }
    for (const name of ['small', 'large'] as const) written.set(name, fileNumber(name));
    for (const file of namesInQueue(queue)) open.push(openSync(path.join(queue, file), 'r'));
    haraka = await install.start();
  });
  after(async () => {
    await haraka?.stop();
    for (const one of open) closeSync(one);
    install?.remove();
    await Promise.all([inside, outside].map((one) => one?.stop()));
  });

  it('leave its file as it is; that of a small one is written anew', async () => {
    await tried(3);
    assert.equal(fileNumber('large'), written.get('large'));
    assert.notEqual(fileNumber('small'), written.get('small'));
  });

  it('are all told in the notice', async () => {
    outside.acceptAll();
    const counts = Object.keys(sizes).map((name) => attempts(name));
    for (const name of Object.keys(sizes))
      outside.refuseRecipient(`${name}@other.com`, { code: 550, text: '5.1.1 gone' });
    await until(
      () => {
        haraka.kill('SIGHUP');
        return inside.messages.length === 2;
      },
      30_000,
      () => 'two notices',
    );
    for (const [at, name] of Object.keys(sizes).entries()) {
      const report = inside.messages.find(({ envelopeTo }) => envelopeTo.includes(`${name}@domain.com`));
      assert.ok(report !== undefined);
      const told = bounceOf(report).text.match(/^ {4}451 4\.3\.2 come back later\r$/gm) ?? [];
      assert.equal(told.length, counts[at]);
    }
  });
});
