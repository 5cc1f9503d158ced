/*
 * The site of the README's first five minutes is what `pmdf init` writes; it starts and does not relay.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deliver } from '../e2e/support/deliver.js';
import { startHaraka } from '../e2e/support/haraka-install.js';
import { startSink } from '../e2e/support/sink.js';
import { projectRoot } from '../support/project-root.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { readPage } from './markdown.js';

const readme = readPage('README.md');
const plugins = ['pmdf/switchchannel', 'pmdf/access', 'queue/smtp_forward', 'pmdf/deliver'];

function blockOf(kind: string): string {
  const block = readme.blocks.find((one) => one.kind === kind);
  if (block === undefined) throw new Error(`the README has no block ${kind}`);
  return block.text;
}

describe('the first five minutes of the README', () => {
  const folder = temporaryFolder();

  /** Runs the first line of the README's block in a folder beside that of the gateway, with our own command. */
  function runInit(): void {
    const block = readme.blocks.find(({ text }) => text.startsWith('npx pmdf init ../gateway '));
    const [line = '', ...nextLines] = (block?.text ?? '').trim().split('\n');
    mkdirSync(folder.path('clone'));
    const command = join(projectRoot, 'dist/bin/pmdf.js');
    const { status, stdout } = spawnSync(process.execPath, [command, ...line.split(' ').slice(2)], {
      cwd: folder.path('clone'),
      encoding: 'utf8',
    });
    assert.equal(status, 0);
    assert.match(stdout, /^pmdf check: 0 errors, 0 warnings$/m);
    // The commands that `pmdf init` prints are the next lines of the README.
    for (const next of nextLines) assert.ok(stdout.includes(`\n  ${next}`), next);
  }

  function made(name: string): string {
    return readFileSync(folder.path(`gateway/config/${name}`), 'utf8');
  }

  /** The lines of a file that are not comments, each group of blank lines as one, none at the beginning. */
  function withoutComments(text: string): string {
    const lines = text.split('\n').filter((line) => !/^[!#]/.test(line));
    return lines
      .join('\n')
      .replaceAll(/\n{3,}/g, '\n\n')
      .trimStart();
  }

  it('show what pmdf init writes', () => {
    runInit();
    for (const kind of ['pmdf.cnf', 'mappings', 'pmdf.yaml'])
      assert.equal(blockOf(kind), withoutComments(made(`pmdf/${kind}`)));
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
