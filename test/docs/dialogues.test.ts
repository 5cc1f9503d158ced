/*
 * The dialogues, log lines and curl commands of the pages are those of a real Haraka with the example configuration.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDialogue, playDialogue } from '../e2e/support/dialogue.js';
import { type Gateway, type SinkChannel, sinkChannels, startGateway } from '../e2e/support/gateway.js';
import { until } from '../e2e/support/until.js';
import { itWith } from '../support/programs.js';
import { projectRoot } from '../support/project-root.js';
import { type Page, readPage } from './markdown.js';

const LOG_LIMIT_MS = 10_000;

/** A dialogue of a page and the address that its first line names. */
interface Dialogue {
  readonly client: string;
  readonly text: string;
}

/** The dialogues of a page; a block that does not begin with `# from ADDRESS` goes on with the one before it. */
function dialoguesOf(page: Page): readonly Dialogue[] {
  const dialogues: Dialogue[] = [];
  for (const { kind, text, line } of page.blocks) {
    if (kind !== 'smtp') continue;
    const [, client] = /^# from (127\.\S+)\n/.exec(text) ?? [];
    const last = dialogues.at(-1);
    if (client !== undefined) dialogues.push({ client, text });
    else if (last !== undefined) dialogues[dialogues.length - 1] = { ...last, text: `${last.text}${text}` };
    else throw new Error(`${page.name}:${line}: the dialogue does not say where it comes from`);
  }
  return dialogues;
}

function envelopesOf(gateway: Gateway): Readonly<Record<SinkChannel, readonly string[]>> {
  const of = (channel: SinkChannel): readonly string[] =>
    gateway.sinks[channel].messages.map(({ envelopeTo }) => envelopeTo.join(' ')).sort();
  return { l: of('l'), tcp_internal: of('tcp_internal'), tcp_local: of('tcp_local') };
}

async function waitForMessages(
  gateway: Gateway,
  counts: Readonly<Record<SinkChannel, number>>,
): Promise<void> {
  for (const channel of sinkChannels) await gateway.sinks[channel].waitForMessages(counts[channel]);
}

describe('the dialogues of the pages', () => {
  const tryIt = readPage('docs/try-it.md');
  const oneMessage = readPage('docs/one-message.md');
  let gateway: Gateway;

  before(async () => {
    gateway = await startGateway();
  });
  beforeEach(() => {
    gateway.clearSinks();
    // As the sinks of the example do.
    gateway.sinks.l.refuseRecipient('no-such-user@domain.com', {
      code: 550,
      text: '5.1.1 no such user here',
    });
  });
  after(() => gateway?.stop());

  async function play(dialogues: readonly Dialogue[]): Promise<void> {
    for (const { text, client } of dialogues) {
      await playDialogue(text, { port: gateway.port, localAddress: client });
    }
  }

  it('of docs/try-it.md: the example answers so, and the mail is where the page says', async () => {
    const [outside, inside, refused] = dialoguesOf(tryIt);
    assert.ok(outside && inside && refused);
    await play([outside, inside]);
    await waitForMessages(gateway, { l: 1, tcp_internal: 1, tcp_local: 2 });
    assert.deepEqual(envelopesOf(gateway), {
      l: ['bob@domain.com postmaster@domain.com'],
      tcp_internal: ['x@sub.domain.com'],
      tcp_local: ['bob@other.com', 'jdoe@other.com'],
    });
    await play([refused]);
  });

  it('of docs/try-it.md: the report of success is where the page says, and says that', async () => {
    const reported = dialoguesOf(tryIt).at(-2);
    assert.ok(reported);
    await play([reported]);
    await waitForMessages(gateway, { l: 1, tcp_internal: 0, tcp_local: 1 });
    assert.deepEqual(envelopesOf(gateway), {
      l: ['staff@domain.com'],
      tcp_internal: [],
      tcp_local: ['bob@other.com'],
    });
    const report = gateway.sinks.l.messages[0]?.raw.toString() ?? '';
    assert.match(report, /^Original-Envelope-Id: letter-7\r$/m);
    assert.match(report, /^Action: relayed\r$/m);
  });

  it('of docs/try-it.md: the last is the one that a stock Haraka and Postfix hold', () => {
    const shown = dialoguesOf(tryIt).at(-1);
    const tested = parseDialogue(readFileSync(join(projectRoot, 'test/e2e/support/open-relay.smtp'), 'utf8'));
    const said = ({ kind, text }: { kind: string; text: string }): string => `${kind}: ${text}`;
    assert.deepEqual(parseDialogue(shown?.text ?? '').map(said), tested.map(said));
    assert.equal(shown?.client, '127.0.0.2');
  });

  it('of docs/one-message.md: the example answers so, forwards, and logs what the page shows', async () => {
    const dialogues = dialoguesOf(oneMessage);
    assert.equal(dialogues.length, 1);
    await play(dialogues);
    await waitForMessages(gateway, { l: 0, tcp_internal: 0, tcp_local: 1 });
    assert.deepEqual(envelopesOf(gateway), { l: [], tcp_internal: [], tcp_local: ['jdoe@other.com'] });
    const shown = oneMessage.blocks
      .filter(({ kind }) => kind === 'log')
      .flatMap(({ text }) => text.split('\n'));
    const lines = shown.filter((line) => line !== '').map((line) => line.replace(/\.\.\.$/, ''));
    assert.ok(lines.length > 2);
    for (const line of lines)
      await until(
        () => gateway.log().includes(line),
        LOG_LIMIT_MS,
        () => line,
      );
  });

  itWith(['curl'], 'of the README: its curl commands are answered as it says', async () => {
    const block = readPage('README.md').blocks.find(({ text }) => text.startsWith('send() {'));
    const script = (block?.text ?? '').replaceAll(':2525', `:${gateway.port}`);
    assert.equal(script.split('\n').filter((line) => line.startsWith('send --mail-rcpt ')).length, 5);
    const child = spawn('sh', ['-c', script], { stdio: ['ignore', 'pipe', 'pipe'] });
    let printed = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        printed += text;
      });
    await once(child, 'close');
    assert.equal(printed, 'curl: (55) RCPT failed: 550\n'.repeat(2));
    await waitForMessages(gateway, { l: 1, tcp_internal: 0, tcp_local: 2 });
    assert.deepEqual(envelopesOf(gateway), {
      l: ['bob@domain.com'],
      tcp_internal: [],
      tcp_local: ['bob@other.com', 'jdoe@other.com'],
    });
  });
});
