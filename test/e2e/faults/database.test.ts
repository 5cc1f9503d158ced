/*
 * The general database is replaced, removed and damaged under load. Mail that needs it is deferred while it cannot be
 * read, and never treated as if it had no entry; other mail is not affected. Everything that was acknowledged arrives
 * once.
 */

import assert from 'node:assert/strict';
import { readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CommandServer } from '../../bin/support/command-server.js';
import { deliver } from '../support/deliver.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { until } from '../support/until.js';
import { type CountingSink, startCountingSink } from './counting-sink.js';
import { type Load, type SentMessage, startLoad } from './load.js';

/** Is looked up in the database. */
const JANE = 'jane.doe@domain.com';
/** Is not. */
const XENA = 'xena@sub.domain.com';
const TARGETS = ['jdoe@other.com', 'jdoe@third.example'] as const;
const SESSIONS = 4;
const REPLACEMENTS = 12;
const MESSAGES_BETWEEN = 30;
/** A steady flow; most of the time the test waits for the gateway to notice a change. */
const REST_MS = 20;
const LIMIT_MS = 60_000;

const KINDS = ['general.txt', 'general.cdb'] as const;

for (const name of KINDS) {
  describe(`mail flows while ${name} changes`, () => {
    let gateway: Gateway;
    let inside: CountingSink;
    let outside: CountingSink;
    let load: Load;
    let file = '';
    const command = new CommandServer();

    before(async () => {
      inside = await startCountingSink();
      outside = await startCountingSink();
      gateway = await startGateway({
        delivery: () => `delivery:
  l: { method: through, next_hop: '127.0.0.1:${inside.port}' }
  tcp_internal: { method: through, next_hop: '127.0.0.1:${inside.port}' }
  tcp_local: { method: queue, next_hop: '127.0.0.1:${outside.port}' }
`,
        settings: `databases:\n  general: { file: ${name}, required: false }\n`,
      });
      file = path.join(gateway.dir, 'config', 'pmdf', name);
      await put(TARGETS[0]);
      await isQueried();
      load = startLoad({
        port: gateway.port,
        sessions: SESSIONS,
        localAddress: '127.0.2.1',
        recipientsOf: (number) => [number % 2 === 0 ? JANE : XENA],
        restMs: REST_MS,
      });
    });
    after(async () => {
      await load?.stop();
      await gateway?.stop();
      await inside?.stop();
      await outside?.stop();
    });

    function rename(octets: Buffer | string): void {
      writeFileSync(`${file}.new`, octets);
      renameSync(`${file}.new`, file);
    }

    /** Installs a database that forwards jane to a target. */
    async function put(target: string): Promise<void> {
      const text = `jane.doe   ${target.replace('@', '%')}@PROCESS-DAEMON\n`;
      if (name === 'general.txt') return rename(text);
      const source = path.join(gateway.dir, 'general.source');
      writeFileSync(source, text);
      const words = ['crdb', source, file];
      const { exitCode, printed } = await command.run({ words, input: '', folder: gateway.dir });
      assert.equal(exitCode, 0, printed);
    }

    /** A database that was missing when Haraka started is used a little later. */
    function isQueried(): Promise<void> {
      return until(
        async () => {
          await deliver({ port: gateway.port, localAddress: '127.0.2.1', from: '', to: [JANE] });
          return gateway.log().includes(`<${JANE}> -> process`);
        },
        LIMIT_MS,
        () => `an entry for ${JANE}`,
      );
    }

    const answersTo = (recipient: string): SentMessage[] =>
      load.messages.filter(({ recipients, state }) => recipients.includes(recipient) && state === 'told');

    /** Waits for an answer to a message that begins from now on. */
    async function answersBecome(recipient: string, code: number): Promise<void> {
      const before = load.messages.length;
      await until(
        () => answersTo(recipient).some(({ number, told }) => number > before && told === code),
        LIMIT_MS,
        () => `${code} to ${recipient}`,
      );
    }

    async function moreMessages(count: number): Promise<void> {
      const enough = load.messages.length + count;
      await until(
        () => load.messages.length >= enough,
        LIMIT_MS,
        () => `${count} more messages`,
      );
    }

    /** No mail is treated as if the entry were missing: jane's mail does not reach the local channel. */
    function assertNeverAbsent(): void {
      assert.equal([...inside.arrivals.keys()].filter((arrival) => arrival.endsWith(JANE)).length, 0);
      for (const { told } of answersTo(JANE)) assert.ok(told === 250 || told === 451, String(told));
      for (const { told } of answersTo(XENA)) assert.equal(told, 250);
    }

    it('replaced by rename, again and again: no mail is deferred', async () => {
      const before = load.messages.length;
      for (let round = 1; round <= REPLACEMENTS; round += 1) {
        await put(TARGETS[round % 2] ?? TARGETS[0]);
        await moreMessages(MESSAGES_BETWEEN);
      }
      assertNeverAbsent();
      for (const { number, told } of answersTo(JANE)) if (number > before) assert.equal(told, 250);
    }).timeout(4 * LIMIT_MS);

    it('replaced once more: the new entry is used', async () => {
      await put(TARGETS[1]);
      const before = load.messages.length;
      await until(
        () => [...outside.arrivals.keys()].some((arrival) => isAfter(arrival, before, TARGETS[1])),
        LIMIT_MS,
        () => `mail for ${TARGETS[1]}`,
      );
      assertNeverAbsent();
    });

    it('removed: mail that needs it is deferred until it is back', async () => {
      rmSync(file);
      await answersBecome(JANE, 451);
      await answersBecome(XENA, 250);
      await put(TARGETS[0]);
      await answersBecome(JANE, 250);
      assertNeverAbsent();
    }).timeout(4 * LIMIT_MS);

    it('overwritten with octets that are neither text nor database: deferred until it is repaired', async () => {
      rename(Buffer.from([0xff, 0xfe, 0x80, 0x0a]));
      await answersBecome(JANE, 451);
      await put(TARGETS[0]);
      await answersBecome(JANE, 250);
      assertNeverAbsent();
    }).timeout(4 * LIMIT_MS);

    if (name === 'general.cdb') {
      it('truncated in place: deferred until it is repaired', async () => {
        truncateSync(file, readFileSync(file).length - 8);
        await answersBecome(JANE, 451);
        await put(TARGETS[0]);
        await answersBecome(JANE, 250);
        assertNeverAbsent();
      }).timeout(4 * LIMIT_MS);
    } else {
      it('replaced by a text with a mistake: the entries that were read stay', async () => {
        const logged = gateway.log().length;
        rename('jane.doe\n');
        await until(
          () => gateway.log().slice(logged).includes('general.txt:1:'),
          LIMIT_MS,
          () => 'a line of the log that says so',
        );
        await answersBecome(JANE, 250);
        await put(TARGETS[0]);
        assertNeverAbsent();
      }).timeout(4 * LIMIT_MS);
    }

    it('lost nothing, and sent nothing twice', async () => {
      await load.stop();
      assertNeverAbsent();
      const arrivals = (number: number): number =>
        [...TARGETS, XENA].reduce((sum, to) => sum + outside.count(number, to) + inside.count(number, to), 0);
      const acknowledged = load.acknowledged();
      assert.ok(acknowledged.length > 0);
      await until(
        () =>
          acknowledged.every(({ number }) => arrivals(number) > 0) && gateway.filesIn('queue').length === 0,
        LIMIT_MS,
        () => 'everything that was acknowledged delivered',
      );
      const told = new Map(load.messages.map((message) => [message.number, message.told]));
      for (const [number, answer] of told)
        assert.equal(arrivals(number), answer === 250 ? 1 : 0, String(number));
    }).timeout(2 * LIMIT_MS);
  });
}

/** Whether an arrival belongs to a later message for a recipient. */
function isAfter(arrival: string, number: number, recipient: string): boolean {
  const [arrived, to] = arrival.split(' ');
  return Number(arrived) > number && to === recipient;
}
