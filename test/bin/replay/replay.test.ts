/*
 * `pmdf replay` as a whole: it decides as `pmdf explain` does, whatever the source of the log.
 */
import assert from 'node:assert/strict';
import { appendFileSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { inputOf } from '../../../bin/cases/run-cases.js';
import { Judge } from '../../../bin/replay/judge.js';
import { clientOf } from '../../../bin/replay/logged-request.js';
import { decideRequest } from '../../../bin/support/decide-request.js';
import { firstRefusal } from '../../../lib/decide/index.js';
import { World } from '../../../runtime/world.js';
import { CommandFolder } from '../support/command-folder.js';

const clients = [
  { client: '192.0.2.7', clientName: null, helo: 'h.example', tls: false, auth: null, port: 25 },
  { client: '192.0.2.7', clientName: 'pc.sub.domain.com', helo: null, tls: true, auth: null, port: 25 },
  { client: '127.0.1.5', clientName: null, helo: null, tls: false, auth: 'ann', port: 587 },
  { client: '192.0.2.66', clientName: null, helo: null, tls: true, auth: 'ann', port: 25 },
];
const senders = [
  '',
  'a@b.example',
  'bob@domain.com',
  'spammer@b.example',
  'ceo@domain.com',
  'no such',
  'postmaster',
];
const recipients = [
  ...['bob@domain.com', 'postmaster', 'jane.doe@domain.com', 'bob@other.com', 'x@sub.domain.com', 'a@b@c'],
  ...['victim%evil.example@domain.com', 'v@process-daemon', 'a@loop-a.example', 'a@closed.example'],
  ...[
    'a@later.example',
    'a@away.example',
    'held@domain.com',
    '"a b"@domain.com',
    '@evil.example:x@domain.com',
    '',
  ],
];

describe('pmdf replay', function () {
  this.timeout(180_000);
  const command = new CommandFolder();

  before(() => {
    const folder = command.path('shadowed/pmdf');
    cpSync(command.path('config/pmdf'), folder, { recursive: true });
    appendFileSync(`${folder}/mappings`, '\nPORT_ACCESS\n\n  TCP|*|*|127.*|*   $N500$ Go$ away\n');
    appendFileSync(`${folder}/pmdf.yaml`, 'shadow: { channels: [tcp_internal] }\n');
  });

  for (const configuration of ['config', 'site', 'submit', 'stricter', 'shadowed']) {
    it(`decides as pmdf explain does, under \`${configuration}\``, async () => {
      const folder = command.path(configuration);
      const world = new World({ configFolder: folder, watch: false, log: () => {} });
      const judge = new Judge(folder);
      for (const client of clients) {
        for (const from of senders) {
          const request = { ...client, server: '127.0.0.1', from, to: recipients };
          const span = { source: { name: '', shortName: '', text: '' }, offset: 0, length: 0 };
          const question = inputOf({ name: '', span, request, expectations: [] });
          const { decided: explained } = await decideRequest(world, question);
          for (const [index, to] of recipients.entries()) {
            const { client: address, clientName: name, ...rest } = client;
            const decided = await judge.decide({
              client: clientOf({ ...rest, address, name, server: '127.0.0.1' }),
              from,
              to,
              earlierRecipients: index,
              happened: { verdict: 'unknown', code: null, entry: null },
              place: 'log:1',
            });
            const one = explained.to[index];
            assert.ok(one !== undefined);
            const { part, verdict } = firstRefusal(explained, one);
            assert.deepEqual(
              [decided.part, decided.verdict, decided.sourceChannel],
              [part, verdict, explained.client.decision.channel],
              `${address} <${from}> <${to}>`,
            );
            if (part === 'to') assert.deepEqual(decided.deliveries, one.decision.deliveries);
          }
        }
      }
      judge.close();
      world.close();
    });
  }

  async function different(words: readonly string[]): Promise<number> {
    return JSON.parse((await command.call('replay', '--json', ...words)).stdout).different;
  }

  it('reads packed logs, standard input and several logs', async () => {
    const text = readFileSync(command.path('logs/stock-haraka.log'));
    writeFileSync(command.path('packed.log.gz'), gzipSync(text));
    assert.equal(await different(['packed.log.gz']), 2);
    assert.equal(await different(['packed.log.gz', 'logs/postfix.log']), 4);
    const run = command.shell('cat logs/stock-haraka.log logs/postfix.log | pmdf replay - --json');
    assert.equal(JSON.parse(run.stdout).different, 4);
    assert.equal(run.exitCode, 1);
  });

  it('ends with 2 for a packed log that is damaged', async () => {
    writeFileSync(command.path('damaged.log.gz'), gzipSync('x\n'.repeat(10_000)).subarray(0, 30));
    assert.equal((await command.call('replay', 'damaged.log.gz')).exitCode, 2);
  });

  it('accepts lines without an end, with CR LF, and very long ones', async () => {
    const lines = readFileSync(command.path('logs/postfix.log'), 'utf8').trimEnd().split('\n');
    writeFileSync(command.path('crlf.log'), [...lines, 'x'.repeat(10_000_000)].join('\r\n'));
    const { requests, lines: read } = JSON.parse((await command.call('replay', 'crlf.log', '--json')).stdout);
    assert.equal(requests, 9);
    assert.equal(read.unknown, 1);
    assert.ok(JSON.stringify(read.examples).length < 200_000);
  });

  it('draws no numbers from sequence files', async () => {
    const folder = command.path('counting/pmdf');
    mkdirSync(folder, { recursive: true });
    for (const name of ['pmdf.cnf', 'general.txt', 'mappings']) {
      writeFileSync(`${folder}/${name}`, readFileSync(command.path(`config/pmdf/${name}`)));
    }
    appendFileSync(`${folder}/mappings`, '\nSEND_ACCESS\n\n  *   $#numbers|10|3|#$Y\n');
    assert.equal(await different(['logs/stock-haraka.log', '--config', 'counting']), 2);
    assert.equal(command.shell('ls counting/pmdf/numbers.sequence').exitCode, 2);
  });

  it('reports nothing if no decision changes', async () => {
    const run = await command.call('replay', 'logs/postfix.log', '--against', 'config');
    assert.equal(run.exitCode, 0);
    assert.match(run.stdout, /\n0 of 9 requests would be decided differently\n$/);
    writeFileSync(command.path('empty.log'), '');
    assert.equal((await command.call('replay', 'empty.log')).exitCode, 0);
  });
});
