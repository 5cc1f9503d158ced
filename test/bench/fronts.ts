/*
 * Messages a second of whole mail servers in front of others, all with the same policy: Haraka with our plugins and one worker
 * for each core, Postfix, Exim. Each discards what it accepts; before that Postfix and Exim write it to their queues.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkPolicy } from './ask-server.js';
import { startExim } from './fronts/exim.js';
import type { Front } from './fronts/front.js';
import { startOurs } from './fronts/haraka.js';
import { questions } from './fronts/policy.js';
import { startPostfix } from './fronts/postfix.js';
import { aheadOf, atLeastTimes } from './goal.js';
import { figureOf, inTurns, MissingPeer, type Run } from './measure.js';
import type { Row, Table } from './row.js';
import { connectionsText, generatorNote, type LoadResult, sendLoad } from './smtp-load.js';

const oneWorker = 'ours, one worker';

interface Contestant {
  readonly name: string;
  readonly start: () => Promise<Front>;
  /** The messages of a round. */
  readonly messages: number;
}

interface Started extends Contestant {
  /** What to install if it could not be started. */
  readonly front: Front | MissingPeer;
}

/** Starts a front and asks it the questions of the policy; it is ended if it answers one of them wrongly. */
async function startAndCheck(contestant: Contestant): Promise<Started> {
  try {
    const front = await contestant.start();
    await checkPolicy(contestant.name, front.port, questions).catch(async (error: unknown) => {
      await front.stop();
      throw error;
    });
    return { ...contestant, front };
  } catch (error) {
    if (error instanceof MissingPeer) return { ...contestant, front: error };
    throw error;
  }
}

function roundOf({ front, messages }: Started, kept: boolean): Run<LoadResult> {
  return async () => {
    if (front instanceof MissingPeer) throw front;
    const result = sendLoad({ port: front.port, messages, kept });
    await front.settle();
    return result;
  };
}

async function measureLoad(
  contestants: readonly Started[],
  kept: boolean,
): Promise<{ readonly row: Row; readonly note: string }> {
  const given = await inTurns(contestants.map((one) => roundOf(one, kept)));
  const rate = ({ messagesPerSecond }: LoadResult): number => messagesPerSecond;
  const peers = contestants.slice(1).map(({ name }, index) => ({
    name,
    figure: figureOf(given[index + 1], 'msg/s', rate),
  }));
  const what = `${availableParallelism()} workers, ${connectionsText(kept)}`;
  return {
    row: {
      what,
      ours: figureOf(given[0], 'msg/s', rate),
      peers,
      goals: [aheadOf('Postfix'), aheadOf('Exim'), atLeastTimes(1.5, oneWorker)],
    },
    note: generatorNote(
      what,
      figureOf(given[0], 'cores', ({ generator }) => generator),
    ),
  };
}

/** The table `fronts`. */
export async function frontsTable(): Promise<Table> {
  const folder = mkdtempSync(join(tmpdir(), 'pmdf-bench-'));
  const workers = availableParallelism();
  const contestants: readonly Contestant[] = [
    { name: 'ours', start: () => startOurs(folder, workers), messages: 3_000 },
    { name: oneWorker, start: () => startOurs(folder, 1), messages: 2_000 },
    { name: 'Postfix', start: () => startPostfix({ queued: true }), messages: 2_000 },
    { name: 'Postfix without queue', start: () => startPostfix({ queued: false }), messages: 2_000 },
    { name: 'Exim', start: startExim, messages: 200 },
  ];
  const started: Started[] = [];
  try {
    for (const contestant of contestants) started.push(await startAndCheck(contestant));
    // The first messages find code that is not compiled yet, and processes that are not started.
    for (const one of started) if (!(one.front instanceof MissingPeer)) await roundOf(one, true)();
    const rows: Row[] = [];
    const notes = [
      'Policy: 10 networks, 10 blocked senders, 1 000 recipients, 1 000 aliases; each front was asked the same questions first.',
      'Postfix and Exim write each message to their queue; `Postfix without queue` discards at RCPT (`static:DISCARD`).',
    ];
    for (const kept of [true, false]) {
      const { row, note } = await measureLoad(started, kept);
      rows.push(row);
      notes.push(note);
    }
    return { name: 'fronts', rows, notes };
  } finally {
    for (const { front } of started) if (!(front instanceof MissingPeer)) await front.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
