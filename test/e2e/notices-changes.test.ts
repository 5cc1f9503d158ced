/*
 * Mail that waits while the ages of notices change, and while the clock of the host is set: it is tried on, its sender is told once
 * of the same delay, and it is returned by the ages in force.
 */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { bounceOf } from './support/bounce.js';
import { exampleFile, gatewayInstall } from './support/gateway.js';
import { type HarakaInstall, makeInstall } from './support/haraka-install.js';
import type { RunningHaraka } from './support/haraka-process.js';
import { namesInQueue, writeWaitingMail } from './support/queue-file.js';
import { type Sink, startSink } from './support/sink.js';
import { until } from './support/until.js';

function cnf(ages: string): string {
  return exampleFile('pmdf.cnf').replace(/^tcp_local .*$/m, `$& notices ${ages} nosendpost nowarnpost`);
}

/** SIGUSR2 sets the clock of the process back by a day, and the next one forward again. */
const clock = {
  'clock/package.json': '{"main": "index.js"}\n',
  'clock/index.js': `const RealDate = Date
let offset = 0
globalThis.Date = class extends RealDate {
  constructor(...given) {
    if (given.length === 0) super(RealDate.now() + offset)
    else super(...given)
  }
  static now() { return RealDate.now() + offset }
}
exports.register = function () {
  process.on('SIGUSR2', () => {
    offset = offset === 0 ? -86_400_000 : 0
    this.lognotice('the clock is set by ' + offset)
  })
}
`,
};

describe('notices of mail that waits', () => {
  let inside: Sink;
  let outside: Sink;
  let install: HarakaInstall;
  let haraka: RunningHaraka;

  before(async () => {
    [inside, outside] = [await startSink(), await startSink()];
    const ports = { l: inside.port, tcp_internal: inside.port, tcp_local: outside.port };
    install = await makeInstall(
      gatewayInstall(
        {
          plugins: ['clock', 'pmdf/switchchannel', 'pmdf/access', 'queue/smtp_forward', 'pmdf/deliver'],
          pluginFiles: clock,
          cnf: cnf('3 5'),
          settings: 'notices: { return_units: hours }\n',
          config: { 'outbound.ini': 'temp_fail_intervals=5s\n' },
        },
        ports,
        '127.0.0.1:9',
      ),
    );
    outside.refuseRecipient('late@other.com', { code: 451, text: '4.3.2 come back later' });
    mkdirSync(queue(), { recursive: true });
    writeWaitingMail(queue(), {
      from: 'ann@domain.com',
      to: ['late@other.com'],
      ageHours: 2.5,
      notes: { pmdf: { channel: 'tcp_local', address: 'late@other.com' } },
      message: 'Subject: x\n\nHello.\n',
    });
    haraka = await install.start();
  });
  after(async () => {
    await haraka?.stop();
    install?.remove();
    await Promise.all([inside, outside].map((one) => one?.stop()));
  });

  const queue = (): string => path.join(install.dir, 'queue');
  const reports = () => inside.messages.map((one) => bounceOf(one));

  /** Waits for two more attempts, of which the second begins after everything before this call; `isMadeTo` has them made at once. */
  async function tried(isMadeTo: boolean): Promise<void> {
    const before = outside.attempts.length;
    await until(
      () => {
        if (isMadeTo) haraka.kill('SIGHUP');
        return outside.attempts.length >= before + 2;
      },
      30_000,
      () => 'two more attempts',
    );
  }

  async function reloaded(ages: string): Promise<void> {
    const seen = haraka.log().length;
    install.writeConfig('pmdf/pmdf.cnf', cnf(ages));
    await until(
      () => /policy \d+ is in force/.test(haraka.log().slice(seen)),
      30_000,
      () => `a reload: ${haraka.log().slice(seen)}`,
    );
  }

  async function clockSet(): Promise<void> {
    const seen = haraka.log().length;
    haraka.kill('SIGUSR2');
    await until(
      () => haraka.log().slice(seen).includes('the clock is set'),
      5_000,
      () => 'the clock set',
    );
  }

  it('are not sent before the age', async () => {
    await tried(true);
    assert.equal(reports().length, 0);
  });

  it('are sent once when an age becomes lower than that of the mail', async () => {
    await reloaded('2 5');
    await until(
      () => reports().length === 1,
      30_000,
      () => 'a notice',
    );
    await tried(true);
    assert.deepEqual(
      reports().map(({ action }) => action),
      ['delayed'],
    );
  });

  it('are not sent again when the ages become higher, nor when they become lower again', async () => {
    await reloaded('4 5');
    await tried(true);
    await reloaded('1 2 5');
    await tried(true);
    assert.equal(reports().length, 1);
  });

  it('are not sent again when the clock goes back by a day and forward again, and the mail is tried on', async () => {
    await clockSet();
    await tried(false);
    await clockSet();
    await tried(false);
    assert.equal(reports().length, 1);
  });

  it('return the mail when the last age becomes lower than that of the mail', async () => {
    await reloaded('1 2');
    await until(
      () => namesInQueue(queue()).length === 0,
      30_000,
      () => 'an empty queue',
    );
    assert.deepEqual(
      reports().map(({ action, status }) => `${action} ${status}`),
      ['delayed 4.3.2', 'failed 4.4.7'],
    );
  });
});
