/*
 * `kill -9` of worker and master under load, at moments that a seeded generator picks. Each kill waits until there are
 * messages that were acknowledged and have not arrived, and messages whose sender waits for the answer. In the end the
 * sinks must have counted every recipient of every acknowledged message at least once.
 */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { DnsServer } from '../../support/dns-server.js';
import { freePort } from '../support/free-port.js';
import { gatewayInstall } from '../support/gateway.js';
import { type HarakaInstall, makeInstall } from '../support/haraka-install.js';
import type { RunningHaraka } from '../support/haraka-process.js';
import { namesInQueue } from '../support/queue-file.js';
import { until } from '../support/until.js';
import { type CountingSink, startCountingSink } from './counting-sink.js';
import { type Load, type SentMessage, startLoad } from './load.js';
import { seeded } from './random.js';

const SESSIONS = 8;
const LONGEST_WAIT_IN_STEPS = 300;
/** After each of these, the worker that replaces a killed one is killed before it works. */
const ONE_IN_WORKERS_HAS_NO_TIME = 2;
/** The maximum number of looks at the process table before that. */
const LONGEST_LIFE_IN_LOOKS = 80;
/** The outside sink defers these, so that the queue is never empty. */
const ONE_IN_MESSAGES_IS_PUT_OFF = 5;
/** The inside sink defers these, by LMTP. */
const ONE_IN_RECIPIENTS_IS_PUT_OFF = 7;
/** Without it, a new master would deliver queue files that the workers left behind. */
const WORKERS_ONLY_AT_THE_END = 3;
const ROUND_LIMIT_MS = 60_000;
const DRAIN_LIMIT_MS = 180_000;

const BOB = 'bob@domain.com';
const CAROL = 'carol@domain.com';
const JANE = 'jane.doe@domain.com';
const JDOE = 'jdoe@other.com';

/** Local only, forwarded only, mixed: by turns. By LMTP several local ones too, each with its own answer. */
const KINDS = {
  smtp: [[JANE], [BOB], [BOB, JANE], [JANE, BOB]],
  lmtp: [[JANE], [BOB, CAROL], [BOB, CAROL, JANE], [JANE, BOB]],
} as const;

/** What is killed how often. */
export interface Kills {
  readonly nodes: number;
  /** What the internal next hop speaks. */
  readonly protocol: 'smtp' | 'lmtp';
  readonly kills: number;
  readonly seed: number;
}

/** What was in flight when a process was killed. */
interface Kill {
  readonly victim: 'worker' | 'master';
  readonly acknowledged: number;
  readonly waiting: number;
}

/** The child processes of a process. */
function childrenOf(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return text
    .split(' ')
    .filter((one) => one !== '')
    .map(Number);
}

/** Declares the tests of one Haraka; each is a file of its own, since most of the time goes into waiting. */
export function describeKills({ nodes, kills, seed, protocol }: Kills): void {
  describe(`${kills} times kill -9 of worker or master, with ${nodes} workers and ${protocol}`, () => {
    const random = seeded(seed);
    const done: Kill[] = [];
    let hurried = 0;
    let inside: CountingSink;
    let outside: CountingSink;
    let names: DnsServer;
    let install: HarakaInstall;
    let haraka: RunningHaraka;
    let load: Load;

    before(async () => {
      inside = await startCountingSink(() => false, ONE_IN_RECIPIENTS_IS_PUT_OFF);
      outside = await startCountingSink((number) => number % ONE_IN_MESSAGES_IS_PUT_OFF === 0);
      names = await DnsServer.start({});
      const listen = [`127.0.0.1:${await freePort()}`];
      const ports = { l: inside.port, tcp_internal: inside.port, tcp_local: outside.port };
      const delivery = (all: typeof ports): string => `delivery:
  l: { method: through, next_hop: '${protocol}://127.0.0.1:${all.l}' }
  tcp_internal: { method: through, next_hop: '127.0.0.1:${all.tcp_internal}' }
  tcp_local: { method: queue, next_hop: '127.0.0.1:${all.tcp_local}' }
`;
      const config = { 'outbound.ini': 'temp_fail_intervals=5s*100\n', 'log.ini': '[main]\nlevel=notice\n' };
      const made = gatewayInstall({ nodes, listen, delivery }, ports, names.address);
      install = await makeInstall({ ...made, config: { ...made.config, ...config } });
      haraka = await install.start();
      load = startLoad({
        port: haraka.port,
        sessions: SESSIONS,
        localAddress: '127.0.2.1',
        recipientsOf: (number) => KINDS[protocol][number % KINDS[protocol].length] ?? [],
      });
    });
    after(async () => {
      await load?.stop();
      await haraka?.stop();
      install?.remove();
      names?.close();
      await inside?.stop();
      await outside?.stop();
    });

    const arrivedFor = ({ number }: SentMessage, recipient: string): number =>
      recipient === JANE ? outside.count(number, JDOE) : inside.count(number, recipient);
    const hasArrived = (message: SentMessage): boolean =>
      message.recipients.every((recipient) => arrivedFor(message, recipient) > 0);
    const missing = (): SentMessage[] => load.acknowledged().filter((message) => !hasArrived(message));
    const queued = (): string[] => namesInQueue(path.join(install.dir, 'queue'));

    function kill(victim: Kill['victim']): void {
      done.push({ victim, acknowledged: missing().length, waiting: load.waiting().length });
      if (victim === 'master') process.kill(haraka.pid, 'SIGKILL');
      else {
        const workers = childrenOf(haraka.pid);
        process.kill(workers[random(0, workers.length - 1)] ?? Number.NaN, 'SIGKILL');
      }
    }

    /** Kills at the first step, after some, at which messages of both kinds are in flight. */
    function killUnderLoad(victim: Kill['victim']): Promise<void> {
      let wait = random(0, LONGEST_WAIT_IN_STEPS);
      return new Promise((resolve, reject) => {
        load.onStep(() => {
          wait -= 1;
          if (wait > 0 || load.waiting().length === 0 || missing().length === 0) return;
          load.onStep(undefined);
          try {
            kill(victim);
            resolve();
          } catch (error) {
            reject(error);
          }
        });
      });
    }

    /** Kills the worker that replaces a killed one, perhaps before it has taken over its queue files. */
    async function killSuccessor(before: readonly number[]): Promise<void> {
      let looks = random(0, LONGEST_LIFE_IN_LOOKS);
      await until(
        () => {
          const successor = childrenOf(haraka.pid).find((pid) => !before.includes(pid));
          if (successor === undefined) return false;
          looks -= 1;
          if (looks > 0) return false;
          process.kill(successor, 'SIGKILL');
          hurried += 1;
          return true;
        },
        ROUND_LIMIT_MS,
        () => 'a worker in the place of the one that was killed',
      );
    }

    for (let round = 1; round <= kills; round += 1) {
      const isLate = round > kills - WORKERS_ONLY_AT_THE_END;
      const victim = round % 2 === 0 && !isLate ? 'master' : 'worker';
      it(`kills the ${victim}, round ${round}`, async () => {
        const before = childrenOf(haraka.pid);
        await killUnderLoad(victim);
        const last = done.at(-1);
        assert.ok(last !== undefined && last.acknowledged > 0 && last.waiting > 0);
        if (victim === 'worker') {
          if (isLate || random(1, ONE_IN_WORKERS_HAS_NO_TIME) === 1) await killSuccessor(before);
          return;
        }
        await haraka.exited;
        haraka = await install.start();
      }).timeout(ROUND_LIMIT_MS);
    }

    it('has delivered everything that it acknowledged', async () => {
      await load.stop();
      const unserved = (): string =>
        missing()
          .map(({ number, recipients }) => `${number} for ${recipients.join(' ')}`)
          .join(', ');
      await until(
        () => missing().length === 0 && queued().length === 0,
        DRAIN_LIMIT_MS,
        () => `arrived: ${unserved()}; out of the queue: ${queued().join(' ')}`,
      );
      assert.deepEqual(inside.damaged, []);
      assert.deepEqual(outside.damaged, []);
      assert.equal(done.length, kills);
      const acknowledged = load.acknowledged();
      const twice = [...inside.arrivals, ...outside.arrivals].filter(([, count]) => count > 1);
      const unanswered = load.messages.filter(({ told }) => told === 'nothing');
      const deferred = load.messages.filter(({ told }) => told !== 'nothing' && told !== 250);
      const figures = [
        `${kills} kills under load`,
        `${hurried} of workers that had just begun`,
        `${load.messages.length} messages`,
        `${acknowledged.length} acknowledged`,
        `${deferred.length} refused for now`,
        `${unanswered.length} unanswered`,
        `in flight at the kills ${sum(done, 'acknowledged')} acknowledged and ${sum(done, 'waiting')} waiting`,
        `${missing().length} lost`,
        `${twice.length} recipients served twice`,
      ];
      process.stdout.write(`        ${figures.join(', ')}\n`);
      assert.ok(deferred.every(({ told }) => typeof told === 'number' && told >= 400 && told < 500));
    }).timeout(DRAIN_LIMIT_MS + ROUND_LIMIT_MS);
  });
}

function sum(kills: readonly Kill[], of: 'acknowledged' | 'waiting'): number {
  return kills.reduce((total, kill) => total + kill[of], 0);
}
