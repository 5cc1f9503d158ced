/*
 * A CDB file under a running Haraka: created, replaced, changed, damaged, removed and restored while mail flows.
 * Nothing is restarted, and mail that needs an unreadable database is deferred.
 */

import assert from 'node:assert/strict';
import { copyFileSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CommandServer } from '../bin/support/command-server.js';
import { deliver, sampleMessage } from './support/deliver.js';
import { type Gateway, startGateway } from './support/gateway.js';
import { until } from './support/until.js';

const STRANGER = '127.0.2.1';
const SETTINGS = `reload: { settle: 0.05 }
databases:
  general: { file: general.cdb, required: false }
`;
/** Forwards jane, and nobody else, to another site: for strangers that is relaying. */
const JANE_LEFT = 'jane   jane%other.com\n';
const LIMIT_MS = 10_000;

for (const nodes of [0, 2]) {
  describe(`general.cdb under a Haraka with ${nodes === 0 ? 'one process' : `${nodes} workers`}`, () => {
    let gateway: Gateway;
    let file = '';
    const command = new CommandServer();

    before(async () => {
      gateway = await startGateway({ settings: SETTINGS, nodes });
      file = path.join(gateway.dir, 'config', 'pmdf', 'general.cdb');
    });
    after(() => gateway?.stop());

    async function answerTo(to: string): Promise<number> {
      const { rcpt } = await deliver({
        port: gateway.port,
        localAddress: STRANGER,
        from: 'a@b.example',
        to: [to],
      });
      return rcpt[0]?.code ?? 0;
    }

    /** Waits until every worker gives this answer: several connections in a row. */
    async function answersBecome(to: string, code: number): Promise<void> {
      let inRow = 0;
      await until(
        async () => {
          inRow = (await answerTo(to)) === code ? inRow + 1 : 0;
          return inRow === (nodes === 0 ? 1 : 8);
        },
        LIMIT_MS,
        () => `${code} to ${to}`,
      );
    }

    async function pmdf(...words: readonly string[]): Promise<void> {
      const { exitCode, printed } = await command.run({ words, input: '', folder: gateway.dir });
      assert.equal(exitCode, 0, printed);
    }

    async function compile(text: string): Promise<void> {
      const source = path.join(gateway.dir, 'general.source');
      writeFileSync(source, text);
      await pmdf('crdb', source, file);
    }

    /** Sends message after message to bob until the work is done; every one must be accepted. */
    async function whileMailFlows(work: () => Promise<void>): Promise<void> {
      const progress = { isDone: false };
      const working = work().finally(() => {
        progress.isDone = true;
      });
      const sent: string[] = [];
      do {
        const subject = `flow ${sent.length}`;
        const replies = await deliver({
          port: gateway.port,
          localAddress: STRANGER,
          from: 'a@b.example',
          to: ['bob@domain.com'],
          message: sampleMessage(subject),
        });
        assert.equal(replies.data?.code, 250, JSON.stringify(replies));
        sent.push(subject);
      } while (!progress.isDone);
      await working;
      const received = await gateway.sinks.l.waitForMessages(sent.length);
      assert.equal(received.length, sent.length);
      gateway.clearSinks();
    }

    it('is used as soon as it is there', async () => {
      assert.equal(await answerTo('jane@domain.com'), 250);
      await whileMailFlows(async () => {
        await compile(JANE_LEFT);
        await answersBecome('jane@domain.com', 550);
      });
    });

    it('is replaced', async () => {
      await whileMailFlows(async () => {
        await compile('joe   joe%other.com\n');
        await answersBecome('jane@domain.com', 250);
        await answersBecome('joe@domain.com', 550);
        await compile(JANE_LEFT);
        await answersBecome('joe@domain.com', 250);
        await answersBecome('jane@domain.com', 550);
      });
    });

    it('is changed by `pmdf db`', async () => {
      await whileMailFlows(async () => {
        await pmdf('db', 'set', file, 'Ann', 'ann%other.com');
        await answersBecome('ann@domain.com', 550);
        await pmdf('db', 'delete', file, 'ANN');
        await answersBecome('ann@domain.com', 250);
        await answersBecome('jane@domain.com', 550);
      });
    });

    it('stays when its text has a mistake', async () => {
      const source = path.join(gateway.dir, 'broken.source');
      writeFileSync(source, 'jane\n');
      const words = ['crdb', source, file];
      assert.equal((await command.run({ words, input: '', folder: gateway.dir })).exitCode, 2);
      await answersBecome('jane@domain.com', 550);
    });

    const troubles: readonly { readonly name: string; readonly make: () => void }[] = [
      { name: 'is removed', make: () => rmSync(file) },
      { name: 'is cut short', make: () => truncateSync(file, 2048) },
      {
        name: 'has lost its tables',
        make: () => {
          const octets = readFileSync(file);
          octets.fill(0, octets.length - 16);
          writeFileSync(`${file}.new`, octets);
          renameSync(`${file}.new`, file);
        },
      },
    ];
    for (const { name, make } of troubles) {
      it(`defers mail that needs it while it ${name}, and works again when it is back`, async () => {
        const kept = path.join(gateway.dir, 'kept.cdb');
        copyFileSync(file, kept);
        make();
        await answersBecome('jane@domain.com', 451);
        assert.equal(await answerTo('x@sub.domain.com'), 250);
        renameSync(kept, file);
        await answersBecome('jane@domain.com', 550);
        assert.equal(await answerTo('bob@domain.com'), 250);
      });
    }
  });
}
