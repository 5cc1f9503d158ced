/*
 * Tests the end-to-end harness itself, and shows what the product is for: a stock Haraka in front of a stock MTA relays
 * for strangers.
 */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { describeWith } from '../support/programs.js';
import { isLeaving } from './support/address-reading.js';
import { type DeliveryReplies, deliver, sampleMessage } from './support/deliver.js';
import { playDialogueFile } from './support/dialogue.js';
import { makeInstall, startExpectingFailure, startHaraka } from './support/haraka-install.js';
import type { RunningHaraka } from './support/haraka-process.js';
import type { Mta, MtaOptions } from './support/mta.js';
import { startExim } from './support/mta-exim.js';
import { startPostfix } from './support/mta-postfix.js';
import { isAlive } from './support/mta-process.js';
import { startSendmail } from './support/mta-sendmail.js';
import { runNmapOpenRelay } from './support/nmap.js';
import { collectOutput } from './support/program-output.js';
import { projectRoot } from './support/project-root.js';
import { type Sink, startSink } from './support/sink.js';
import { connect } from './support/smtp-client.js';
import { until } from './support/until.js';

const STRANGER = 'stranger@stranger.example';

/** A Haraka as `haraka -i` and its manual set it up for `domain.com`, in front of a server on `port`. */
function stockHaraka(port: number): Promise<RunningHaraka> {
  return startHaraka({
    plugins: ['rcpt_to.in_host_list', 'queue/smtp_forward'],
    config: {
      me: 'domain.com\n',
      host_list: 'domain.com\n',
      'smtp_forward.ini': `host=127.0.0.1\nport=${port}\n`,
    },
    rdns: new Map([['127.0.0.2', 'stranger.example']]),
  });
}

/** The third party's copy, or `stays` for local delivery, or `refused` by the MTA. */
type Outcome = { readonly to: string } | 'stays' | 'refused';

interface Trick {
  readonly address: string;
  readonly postfix: Outcome;
  readonly exim: Outcome;
  readonly sendmail: Outcome;
}

const VICTIM: Outcome = { to: 'victim@evil.example' };
const TRICKS: readonly Trick[] = [
  { address: 'bob@domain.com', postfix: 'stays', exim: 'stays', sendmail: 'stays' },
  { address: 'victim%evil.example@domain.com', postfix: VICTIM, exim: 'refused', sendmail: VICTIM },
  { address: 'evil.example!victim@domain.com', postfix: VICTIM, exim: 'refused', sendmail: VICTIM },
  { address: '"victim@evil.example"@domain.com', postfix: VICTIM, exim: 'refused', sendmail: VICTIM },
  { address: '"victim\\@evil.example"@domain.com', postfix: VICTIM, exim: 'refused', sendmail: 'stays' },
  { address: '"victim%evil.example"@domain.com', postfix: VICTIM, exim: 'refused', sendmail: VICTIM },
  {
    address: 'victim%evil.example%domain.com@domain.com',
    postfix: VICTIM,
    exim: 'refused',
    sendmail: VICTIM,
  },
  {
    address: 'a%b.example%evil.example@domain.com',
    postfix: { to: 'a%b.example@evil.example' },
    exim: 'refused',
    sendmail: { to: 'a%b.example@evil.example' },
  },
  {
    address: 'x%intranet@domain.com',
    postfix: { to: 'x@intranet' },
    exim: 'refused',
    sendmail: { to: 'x@intranet' },
  },
  { address: '@evil.example:bob@domain.com', postfix: 'stays', exim: 'stays', sendmail: 'stays' },
  { address: 'x%domain.com@domain.com', postfix: 'stays', exim: 'refused', sendmail: 'stays' },
  { address: '"a b"@domain.com', postfix: 'stays', exim: 'stays', sendmail: 'stays' },
];

const STARTERS: Readonly<Record<Mta['name'], (options: MtaOptions) => Promise<Mta>>> = {
  postfix: startPostfix,
  exim: startExim,
  sendmail: startSendmail,
};

for (const name of ['postfix', 'exim', 'sendmail'] as const) {
  describeWith([name], `a stock Haraka in front of a stock ${name}`, () => {
    let sink: Sink;
    let mta: Mta;
    let haraka: RunningHaraka;

    before(async () => {
      sink = await startSink();
      mta = await STARTERS[name]({ sinkPort: sink.port });
      haraka = await stockHaraka(mta.port);
    });
    after(async () => {
      await haraka?.stop();
      await mta?.stop();
      await sink?.stop();
    });
    afterEach(() => sink.clear());

    function fromStranger(address: string): Promise<DeliveryReplies> {
      return deliver({
        port: haraka.port,
        localAddress: '127.0.0.2',
        from: STRANGER,
        to: [address],
        message: sampleMessage(address),
      });
    }

    for (const trick of TRICKS) {
      const outcome = trick[name];
      it(`${trick.address}: ${typeof outcome === 'string' ? outcome : `relayed to ${outcome.to}`}`, async () => {
        const replies = await fromStranger(trick.address);
        await mta.idle();
        assert.equal(replies.rcpt[0]?.code, 250);
        assert.equal(replies.data?.code, outcome === 'refused' ? 550 : 250);
        const relayed = typeof outcome === 'string' ? [] : [{ from: STRANGER, to: [outcome.to] }];
        assert.deepEqual(
          sink.messages.map((message) => ({ from: message.envelopeFrom, to: message.envelopeTo })),
          relayed,
        );
        assert.equal(sink.attempts.length, relayed.length);
      });
    }

    it('has an MTA behind it that relays everything from loopback', async () => {
      const to = ['victim@evil.example'];
      const message = sampleMessage('direct');
      const replies = await deliver({ port: mta.port, from: STRANGER, to, message });
      assert.equal(replies.data?.code, 250);
      await mta.idle();
      assert.deepEqual(sink.messages[0]?.envelopeTo, to);
    });

    it('reads the addresses as it delivers them', async () => {
      const asked = TRICKS.filter((trick) => trick[name] !== 'refused');
      const readings = await mta.read(asked.map((trick) => trick.address));
      assert.deepEqual(
        readings.map((reading) => ({ address: reading.address, leaves: isLeaving(reading) })),
        asked.map((trick) => ({ address: trick.address, leaves: trick[name] !== 'stays' })),
      );
    });
  });
}

describeWith(['nmap', 'postfix'], 'the open relay, as the README shows it', () => {
  let sink: Sink;
  let postfix: Mta;
  let haraka: RunningHaraka;

  before(async () => {
    sink = await startSink();
    postfix = await startPostfix({ sinkPort: sink.port });
    haraka = await stockHaraka(postfix.port);
  });
  after(async () => {
    await haraka?.stop();
    await postfix?.stop();
    await sink?.stop();
  });

  it('accepts the dialogue and relays the message', async () => {
    const file = path.join(projectRoot(), 'test/e2e/support/open-relay.smtp');
    const transcript = await playDialogueFile(file, { port: haraka.port, localAddress: '127.0.0.2' });
    assert.match(transcript, /^C: RCPT TO:<victim%evil\.example@domain\.com>$/m);
    const [message] = await sink.waitForMessages(1);
    assert.equal(message?.envelopeFrom, STRANGER);
    assert.deepEqual(message?.envelopeTo, ['victim@evil.example']);
    assert.match(message?.raw.toString() ?? '', /^Subject: not for you\r$/m);
  });

  it('is found by nmap', async () => {
    const verdict = await runNmapOpenRelay({ port: haraka.port });
    assert.equal(verdict.isOpen, true);
    assert.equal(verdict.passed, 2);
    assert.deepEqual(
      verdict.tests.map((test) => test.replace(/.*RCPT TO:/, '')),
      ['<relaytest%relaytest.example@domain.com>', '<relaytest.example!relaytest@domain.com>'],
    );
  });

  it('is not one for nmap when the local domains are others', async () => {
    const closed = await startHaraka({
      plugins: ['rcpt_to.in_host_list'],
      config: { me: 'domain.com\n', host_list: 'elsewhere.example\n' },
      rdns: new Map(),
    });
    try {
      const verdict = await runNmapOpenRelay({ port: closed.port });
      assert.deepEqual({ isOpen: verdict.isOpen, passed: verdict.passed }, { isOpen: false, passed: 0 });
    } finally {
      await closed.stop();
    }
  });
});

describe('a Haraka install', () => {
  const CLIENT_PLUGIN = `exports.hook_mail = function (next, connection) {
  next(DENY, connection.remote.ip + ' ' + connection.remote.host + ' ' + (process.env.E2E_WORD || 'none'))
}
`;

  it('tells clients apart by their address, and gives them the names of the test', async () => {
    const haraka = await startHaraka({
      plugins: ['client'],
      pluginFiles: { 'client.js': CLIENT_PLUGIN },
      rdns: new Map([['127.0.1.5', 'five.inside.example']]),
      env: { E2E_WORD: 'word' },
    });
    try {
      const known = await deliver({ port: haraka.port, localAddress: '127.0.1.5', from: '', to: [] });
      assert.equal(known.mail.text, '127.0.1.5 five.inside.example word');
      const unknown = await deliver({ port: haraka.port, localAddress: '127.0.0.9', from: '', to: [] });
      assert.equal(unknown.mail.text, '127.0.0.9 NXDOMAIN word');
      await haraka.waitForLog('ip=127.0.0.9');
      assert.doesNotMatch(haraka.log(), new RegExp(String.fromCharCode(27)));
    } finally {
      await haraka.stop();
    }
    assert.equal(existsSync(haraka.dir), false);
  });

  for (const nodes of [0, 2]) {
    it(`listens on several ports with ${nodes} workers`, async () => {
      const listen = ['127.0.0.1:0', '127.0.0.1:0', '127.0.0.2:0'];
      const haraka = await startHaraka({ plugins: ['rcpt_to.in_host_list'], listen, nodes, rdns: new Map() });
      try {
        assert.equal(new Set(haraka.ports).size, 3);
        const greetings = await Promise.all(
          haraka.ports.map(async (port, at) => {
            const client = await connect({ port, host: at === 2 ? '127.0.0.2' : '127.0.0.1' });
            await client.quit();
            return client.greeting?.code;
          }),
        );
        assert.deepEqual(greetings, [220, 220, 220]);
      } finally {
        await haraka.stop();
      }
    });
  }

  it('shows why a Haraka refuses to start', async () => {
    const failed = await startExpectingFailure({
      plugins: ['broken'],
      pluginFiles: {
        'broken.js': "exports.register = function () { throw new Error('the policy is broken') }\n",
      },
    });
    assert.equal(failed.code, 1);
    assert.match(failed.stdout, /the policy is broken/);
  });

  it('starts again where it was killed', async () => {
    const install = await makeInstall({ plugins: ['rcpt_to.in_host_list'], rdns: new Map() });
    try {
      assert.equal(realpathSync(path.join(install.dir, 'node_modules/haraka-plugin-pmdf')), projectRoot());
      const first = await install.start();
      first.kill('SIGKILL');
      assert.deepEqual(await first.exited, { code: null, signal: 'SIGKILL' });
      install.writeConfig('me', 'again.example\n');
      const second = await install.start();
      const client = await connect({ port: second.port });
      assert.match(client.greeting?.text ?? '', /^again\.example ESMTP/);
      await client.close();
      await second.stop();
      assert.equal(existsSync(install.dir), true);
    } finally {
      install.remove();
    }
    assert.equal(existsSync(install.dir), false);
  });

  it('complains when a Haraka starts that should not', async () => {
    const start = startExpectingFailure({ plugins: ['rcpt_to.in_host_list'] });
    await assert.rejects(start, /should have refused to start/);
  });

  it('ends with the test process, even one that is killed', async () => {
    const modules = path.join(__dirname, 'support', 'haraka-install.js');
    const script = `require(${JSON.stringify(modules)}).startHaraka({ plugins: ['rcpt_to.in_host_list'] })
      .then((haraka) => console.log('started ' + haraka.pid + ' ' + haraka.dir + ' .'))`;
    const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const shown = await collectOutput(child.stdout).waitFor(/started .* \.\n/, 15_000);
    const [, pid = '', dir = ''] = /started (\d+) (\S+) \./.exec(shown) ?? [];
    assert.equal(isAlive(Number(pid)), true);
    child.kill('SIGKILL');
    await once(child, 'exit');
    await until(
      () => !isAlive(Number(pid)) && !existsSync(dir),
      5_000,
      () => `process ${pid} and ${dir} gone`,
    );
  });
});
