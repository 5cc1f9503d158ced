/*
 * Several messages whose queue files wait for the same sync of the folder. Haraka is killed around that sync, or it fails: what
 * got 250 is delivered, and of what did not nothing is delivered later when the sync failed. A plugin of the test holds the
 * first sync back until all messages are written, so that all but one wait for the second.
 */

import assert from 'node:assert/strict';
import { allPlugins, type Gateway, startGateway } from '../support/gateway.js';
import { reachInside } from '../support/reach-inside.js';
import { connect } from '../support/smtp-client.js';
import { until } from '../support/until.js';
import { numberedMessage, numberOf } from './numbered-message.js';

const MESSAGES = 8;
const JANE = 'jane.doe@domain.com';
const LIMIT_MS = 20_000;
const PLUGIN = 'e2e_sync';

/** What happens at the second sync. */
type Fault = 'kill before it' | 'kill after it' | 'kill after the next answer' | 'EIO' | 'ENOSPC';

function syncPlugin(fault: Fault): Readonly<Record<string, string>> {
  const code = `const durable = ${reachInside('runtime/files/durable-file.js')}
const { FolderSync } = ${reachInside('runtime/files/folder-sync.js')}
const fault = ${JSON.stringify(fault)}
const { syncFolderLater: sync } = durable
const { wait } = FolderSync.prototype
let waiting = 0
let syncs = 0
let all
const allWait = new Promise((resolve) => { all = resolve })
const kill = () => process.kill(process.pid, 'SIGKILL')
FolderSync.prototype.wait = function () {
  waiting += 1
  if (waiting === ${MESSAGES}) setImmediate(all)
  return wait.call(this)
}
durable.syncFolderLater = async (folder) => {
  syncs += 1
  if (syncs === 1) {
    await allWait
    return await sync(folder)
  }
  if (syncs > 2) return await sync(folder)
  if (fault.startsWith('E')) throw Object.assign(new Error(fault + ': injected'), { code: fault })
  await firstAnswer
  if (fault === 'kill before it') kill()
  await sync(folder)
  if (fault === 'kill after it') kill()
}
exports.register = function () {
  // Core runs it after it has answered.
  this.register_hook('reset_transaction', 'answered', -100)
}
let answers = 0
let answer
const firstAnswer = new Promise((resolve) => { answer = resolve })
exports.answered = function (next, { transaction }) {
  // It runs at MAIL too.
  if (!transaction) return next()
  answers += 1
  answer()
  if (answers === 2 && fault === 'kill after the next answer') kill()
  next()
}
`;
  return { [`${PLUGIN}/package.json`]: '{"main": "index.js"}\n', [`${PLUGIN}/index.js`]: code };
}

describe('messages that wait for the same sync', () => {
  let gateway: Gateway;

  async function startWith(fault: Fault): Promise<void> {
    gateway = await startGateway({ plugins: [PLUGIN, ...allPlugins], pluginFiles: syncPlugin(fault) });
  }
  afterEach(() => gateway?.stop());

  /** Sends a message; gives its code at once, since Haraka may be gone before QUIT. */
  async function send(number: number): Promise<number> {
    const client = await connect({ port: gateway.port, localAddress: '127.0.2.1' });
    try {
      await client.ehlo();
      await client.mail('a@client.example');
      await client.rcpt(JANE);
      return (await client.data(numberedMessage(number, 0))).code;
    } finally {
      await client.close();
    }
  }

  /** Sends all messages at the same time; gives the code that each got, null for none. */
  async function sendAll(): Promise<(number | null)[]> {
    return await Promise.all(Array.from({ length: MESSAGES }, (_, number) => send(number).catch(() => null)));
  }

  const arrived = (): Set<number | null> =>
    new Set(gateway.sinks.tcp_local.messages.map(({ raw }) => numberOf(raw)));

  async function emptyQueue(): Promise<void> {
    await until(
      () => gateway.filesIn('queue').length === 0,
      LIMIT_MS,
      () => `${gateway.filesIn('queue').join(' ')} gone`,
    );
  }

  async function restarted(whenEmpty: () => Promise<void> | void): Promise<void> {
    gateway.install.writeConfig('plugins', ['e2e_names', ...allPlugins].join('\n'));
    const again = await gateway.install.start();
    try {
      await emptyQueue();
      await whenEmpty();
    } finally {
      await again.stop();
    }
  }

  for (const fault of ['kill before it', 'kill after it', 'kill after the next answer'] as const) {
    it(`are kept if they were answered with 250: ${fault}`, async () => {
      await startWith(fault);
      const codes = await sendAll();
      assert.equal((await gateway.exited).signal, 'SIGKILL');
      const answered = [...codes.keys()].filter((number) => codes[number] === 250);
      assert.ok(answered.length >= 1 && answered.length < MESSAGES, codes.join(' '));
      assert.ok(codes.every((code) => code === 250 || code === null));
      await restarted(() => {
        assert.deepEqual(
          answered.filter((number) => !arrived().has(number)),
          [],
        );
      });
    }).timeout(3 * LIMIT_MS);
  }

  for (const fault of ['EIO', 'ENOSPC'] as const) {
    it(`are all deferred if it fails, and none is delivered later: ${fault}`, async () => {
      await startWith(fault);
      const codes = await sendAll();
      assert.equal(codes.filter((code) => code === 250).length, 1);
      assert.equal(codes.filter((code) => code !== null && code >= 400 && code < 500).length, MESSAGES - 1);
      await emptyQueue();
      const served = [codes.indexOf(250)];
      assert.deepEqual([...arrived()], served);
      await gateway.waitForLog(new RegExp(`the message could not be queued: .*${fault}`));
      gateway.kill('SIGKILL');
      await gateway.exited;
      await restarted(() => assert.deepEqual([...arrived()], served));
    }).timeout(3 * LIMIT_MS);
  }
});
