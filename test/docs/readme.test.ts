/*
 * The README holds its promises: its dialogues are held with a real Haraka that has the configuration of the example,
 * and the site of the first five minutes starts and does not relay.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deliver } from '../e2e/support/deliver.js';
import { parseDialogue, playDialogue } from '../e2e/support/dialogue.js';
import { startHaraka } from '../e2e/support/haraka-install.js';
import type { RunningHaraka } from '../e2e/support/haraka-process.js';
import { type Sink, startSink } from '../e2e/support/sink.js';
import { projectRoot } from '../support/project-root.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { type CodeBlock, readPage } from './markdown.js';

const readme = readPage('README.md');
const dialogues = readme.blocks.filter(({ kind }) => kind === 'smtp');
const plugins = ['pmdf/switchchannel', 'pmdf/access', 'queue/smtp_forward', 'pmdf/deliver'];

function read(name: string): string {
  return readFileSync(join(projectRoot, name), 'utf8');
}

function blockOf(kind: string): string {
  const block = readme.blocks.find((one) => one.kind === kind);
  if (block === undefined) throw new Error(`the README has no block ${kind}`);
  return block.text;
}

/** The address that a dialogue is held from, which its first line names. */
function clientOf({ text, line }: CodeBlock): string {
  const [, address] = /^# from (127\.\S+)\n/.exec(text) ?? [];
  if (address === undefined)
    throw new Error(`README.md:${line}: the dialogue does not say where it comes from`);
  return address;
}

describe('the dialogues of the README', () => {
  const sinks = new Map<string, Sink>();
  let haraka: RunningHaraka;

  before(async () => {
    for (const channel of ['l', 'tcp_internal', 'tcp_local']) sinks.set(channel, await startSink());
    const hop = (channel: string): string => `next_hop: '127.0.0.1:${sinks.get(channel)?.port}'`;
    haraka = await startHaraka({
      plugins,
      config: {
        me: 'domain.com\n',
        'pmdf/pmdf.cnf': read('config/pmdf.cnf'),
        'pmdf/mappings': read('config/mappings'),
        'pmdf/general.txt': read('config/general.txt'),
        'pmdf/pmdf.yaml': `switch_lookup: literal\ndelivery:\n${[...sinks.keys()]
          .map((channel) => `  ${channel}: { ${hop(channel)} }\n`)
          .join('')}`,
      },
      rdns: new Map(),
    });
  });
  after(async () => {
    await haraka?.stop();
    for (const sink of sinks.values()) await sink.stop();
  });

  it('begin with the one that a stock Haraka and Postfix hold', () => {
    const [shown] = dialogues;
    const tested = parseDialogue(read('test/e2e/support/open-relay.smtp'));
    const said = ({ kind, text }: { kind: string; text: string }): string => `${kind}: ${text}`;
    assert.deepEqual(parseDialogue(shown?.text ?? '').map(said), tested.map(said));
    assert.equal(shown === undefined ? '' : clientOf(shown), '127.0.0.2');
  });

  it('go on with what the example says, and leave the mail where the README says', async () => {
    const own = dialogues.slice(1);
    assert.equal(own.length, 2);
    for (const dialogue of own) {
      await playDialogue(dialogue.text, { port: haraka.port, localAddress: clientOf(dialogue) });
    }
    const received = new Map<string, readonly (readonly string[])[]>();
    for (const [channel, count] of [
      ['l', 1],
      ['tcp_internal', 1],
      ['tcp_local', 2],
    ] as const) {
      const messages = (await sinks.get(channel)?.waitForMessages(count)) ?? [];
      received.set(channel, messages.map(({ envelopeTo }) => envelopeTo).sort());
    }
    assert.deepEqual(Object.fromEntries(received), {
      l: [['bob@domain.com', 'postmaster@domain.com']],
      tcp_internal: [['x@sub.domain.com']],
      tcp_local: [['bob@other.com'], ['jdoe@other.com']],
    });
  });
});

describe('the first five minutes of the README', () => {
  const folder = temporaryFolder();

  /** Runs the line of the README that begins with `npx pmdf`, with the command of the working tree. */
  function runInit(): void {
    const [line] = /^npx pmdf init .*$/m.exec(readme.blocks.map(({ text }) => text).join('\n')) ?? [];
    const words = (line ?? '').split(' ').slice(2);
    const command = join(projectRoot, 'dist/bin/pmdf.js');
    const { status, stdout } = spawnSync(process.execPath, [command, ...words], {
      cwd: folder.path(),
      encoding: 'utf8',
    });
    assert.equal(status, 0);
    assert.match(stdout, /^pmdf check: 0 errors, 0 warnings$/m);
    // What is to be typed next is what the README says.
    const sh = readme.blocks.find(({ text }) => text.includes('npx pmdf init'))?.text ?? '';
    for (const next of sh.trim().split('\n').slice(2)) assert.ok(stdout.includes(`\n  ${next}`), next);
  }

  function made(name: string): string {
    return readFileSync(folder.path(`gateway/config/${name}`), 'utf8');
  }

  it('show what pmdf init writes', () => {
    runInit();
    for (const kind of ['pmdf.cnf', 'mappings', 'pmdf.yaml'])
      assert.equal(blockOf(kind), made(`pmdf/${kind}`));
    const enabled = made('plugins')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    assert.deepEqual(blockOf('config/plugins').trim().split('\n'), enabled);
    assert.match(made('smtp_forward.ini'), /^host=mail\.example\.org$/m);
  });

  it('start with these plugins and take no mail for others', async () => {
    runInit();
    assert.deepEqual(blockOf('config/plugins').trim().split('\n'), plugins);
    // In place of mail.example.org.
    const sink = await startSink();
    const behind = `host=127.0.0.1\nport=${sink.port}\n`;
    const haraka = await startHaraka({
      plugins,
      config: {
        ...Object.fromEntries(
          ['me', 'pmdf/pmdf.cnf', 'pmdf/mappings', 'pmdf/general.txt', 'pmdf/pmdf.yaml'].map((name) => [
            name,
            made(name),
          ]),
        ),
        'smtp_forward.ini': behind,
      },
      rdns: new Map(),
    });
    try {
      const to = ['ann@example.org', 'bob@other.example', 'victim%evil.example@example.org'];
      const replies = await deliver({ port: haraka.port, localAddress: '127.0.0.2', from: '', to });
      assert.deepEqual(
        replies.rcpt.map(({ code }) => code),
        [250, 550, 550],
      );
    } finally {
      await haraka.stop();
      await sink.stop();
    }
  });
});
