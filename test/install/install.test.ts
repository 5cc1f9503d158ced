/*
 * The bundle in a Haraka that `haraka -i` made, installed in both ways, under each supported Node: it loads, and mail
 * is accepted, rejected and delivered as the sample configuration says.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { deliver, sampleMessage } from '../e2e/support/deliver.js';
import type { HarakaInstall } from '../e2e/support/haraka-install.js';
import type { RunningHaraka } from '../e2e/support/haraka-process.js';
import { runSuccessfully } from '../e2e/support/program.js';
import { type Sink, startSink } from '../e2e/support/sink.js';
import { byNpmInPlace, makeGateway, type Way, ways } from './support/gateway-install.js';
import { nodeBinary } from './support/node-binary.js';

const INSTALL_LIMIT_MS = 600_000;
/** What other tests of the way by npm use is a copy, so one install is made without. */
const installs: readonly { readonly way: Way; readonly nodes: readonly number[] }[] = [
  ...ways.map((way) => ({ way, nodes: [20, 22, 24] })),
  { way: byNpmInPlace, nodes: [20] },
];
const outsider = '127.0.0.2';
const insider = '127.0.1.5';

/** The result for one recipient. */
interface Case {
  readonly client: string;
  readonly to: string;
  /** Where the mail arrives, and for which recipient; or how it is rejected. */
  readonly want:
    | { readonly sink: 'local' | 'outside'; readonly envelopeTo: string }
    | { readonly reply: string };
}

const cases: readonly Case[] = [
  { client: outsider, to: 'bob@domain.com', want: { sink: 'local', envelopeTo: 'bob@domain.com' } },
  { client: outsider, to: 'bob@other.com', want: { reply: '550 5.7.1' } },
  { client: outsider, to: 'victim%evil.example@domain.com', want: { reply: '550 5.7.1' } },
  { client: insider, to: 'bob@other.com', want: { sink: 'outside', envelopeTo: 'bob@other.com' } },
  { client: outsider, to: 'jane.doe@domain.com', want: { sink: 'outside', envelopeTo: 'jdoe@other.com' } },
];

for (const { way, nodes } of installs) {
  for (const node of nodes) {
    describe(`install by ${way.name}, Node ${node}`, function () {
      this.timeout(INSTALL_LIMIT_MS);
      let sinks: { readonly local: Sink; readonly outside: Sink };
      let install: HarakaInstall | undefined;
      let haraka: RunningHaraka | undefined;

      before(async () => {
        sinks = { local: await startSink(), outside: await startSink() };
        const ports = { local: sinks.local.port, outside: sinks.outside.port };
        install = await makeGateway(way, ports, await nodeBinary(node));
        haraka = await install.start();
      });

      afterEach(function () {
        if (this.currentTest?.state === 'failed') console.error(haraka?.log() ?? 'Haraka was not started');
        sinks.local.clear();
        sinks.outside.clear();
      });

      after(async () => {
        await haraka?.stop();
        install?.remove();
        await sinks.local.stop();
        await sinks.outside.stop();
      });

      it('has the command pmdf where docs/install.md says', async () => {
        assert.ok(install !== undefined);
        const [program, ...words] = way.command;
        await runSuccessfully(program, [...words, 'check'], { cwd: install.dir });
      });

      it('checks its configuration with the command pmdf', async () => {
        assert.ok(install !== undefined);
        const command = join(install.dir, way.place, 'dist', 'bin', 'pmdf.js');
        await runSuccessfully(await nodeBinary(node), [command, 'check'], { cwd: install.dir });
      });

      for (const { client, to, want } of cases) {
        const outcome = 'reply' in want ? want.reply : `${want.sink} sink, ${want.envelopeTo}`;
        it(`${client} to ${to}: ${outcome}`, async () => {
          assert.ok(haraka !== undefined);
          const message = sampleMessage(to);
          const from = 'sender@client.example';
          const replies = await deliver({
            port: haraka.port,
            localAddress: client,
            from,
            to: [to],
            message,
          });
          assert.equal(replies.mail.code, 250, replies.mail.text);
          const [answer] = replies.rcpt;
          assert.ok(answer !== undefined);
          if ('reply' in want) {
            assert.equal(answer.lines[0]?.slice(0, want.reply.length), want.reply);
            return;
          }
          assert.equal(answer.code, 250, answer.text);
          assert.equal(replies.data?.code, 250, replies.data?.text);
          const [arrived] = await sinks[want.sink].waitForMessages(1);
          assert.deepEqual(arrived?.envelopeTo, [want.envelopeTo]);
          assert.equal(arrived?.envelopeFrom, from);
          assert.ok(arrived?.raw.toString().includes(`Subject: ${to}\r\n`));
        });
      }
    });
  }
}
