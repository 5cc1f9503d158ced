/*
 * The gateway with pmdf/watch and a page open, against the same gateway without: how long it takes to answer at 10 000 decisions a
 * minute, and
 * messages a second at full load. One process each, which discards what it accepts.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { startHaraka } from '../e2e/support/haraka-install.js';
import type { RunningHaraka } from '../e2e/support/haraka-process.js';
import { connect } from '../e2e/support/smtp-client.js';
import { discard } from './discard.js';
import { atLeastTimes } from './goal.js';
import { figureOf, inTurns, median } from './measure.js';
import { cpuSeconds } from './process-figures.js';
import type { Table } from './row.js';
import { generatorNote, sendLoad } from './smtp-load.js';
import { mappings, relaySite } from './throughput.js';

const without = 'without pmdf/watch';
const recipients = Array.from({ length: 9 }, (_, index) =>
  index % 3 === 0 ? `victim${index}@elsewhere.example` : `bob${index}@domain.com`,
);
/** One for the sender. */
const decisionsEach = recipients.length + 1;
const transactions = 50;
const decisionsPerMinute = 10_000;
const everyMs = (60_000 * decisionsEach) / decisionsPerMinute;
const fullLoad = { kept: true, messages: 4_000 } as const;

interface Paced {
  /** Decisions for each second that a client waited, in the median transaction. */
  readonly decisionsPerSecond: number;
  readonly cpuMicroseconds: number;
}

/** Has a session of transactions decided, one each `everyMs`. */
async function pacedRound({ port, pid }: RunningHaraka): Promise<Paced> {
  const client = await connect({ port, localAddress: '127.0.0.1' });
  try {
    await client.ehlo('client.example');
    const cpu = cpuSeconds(pid);
    const start = performance.now();
    const waitedMs: number[] = [];
    for (let count = 0; count < transactions; count += 1) {
      await pause(Math.max(0, start + count * everyMs - performance.now()));
      const begun = performance.now();
      await client.mail('<ann@client.example>');
      for (const to of recipients) await client.rcpt(`<${to}>`);
      waitedMs.push(performance.now() - begun);
      await client.send('RSET');
    }
    const decisions = transactions * decisionsEach;
    return {
      decisionsPerSecond: (decisionsEach * 1_000) / median(waitedMs),
      cpuMicroseconds: ((cpuSeconds(pid) - cpu) * 1e6) / decisions,
    };
  } finally {
    await client.close();
  }
}

/** Opens the page as a browser does, in a process that goes on while the load generator runs. */
function openEvents(page: string): ChildProcess {
  const read = `require('node:http').get(${JSON.stringify(`${page}events`)}, (response) => response.resume())`;
  return spawn(process.execPath, ['-e', read], { stdio: 'ignore' });
}

/** The table `watch`. */
export async function watchTable(): Promise<Table> {
  const start = (plugins: readonly string[], watch: string): Promise<RunningHaraka> =>
    startHaraka({
      plugins: ['pmdf/switchchannel', 'pmdf/access', ...plugins, 'test_queue_discard', 'pmdf/deliver'],
      ...discard({
        'log.ini': '[main]\nlevel=notice\nformat=default\n',
        'pmdf/pmdf.cnf': relaySite,
        'pmdf/mappings': mappings,
        'pmdf/pmdf.yaml': `delivery: { through_plugin: test_queue_discard }\nreverse_timeout: 0.5\n${watch}`,
      }),
    });
  const watched = await start(['pmdf/watch'], "watch: { listen: '127.0.0.1:0' }\n");
  const plain = await start([], '');
  const found = /the page is at (http:\S+\/pmdf\/),/;
  const page = found.exec(await watched.waitForLog(found))?.[1] ?? '';
  const events = openEvents(page);
  try {
    for (const haraka of [watched, plain]) await pacedRound(haraka);
    const [mine, theirs] = await inTurns([() => pacedRound(watched), () => pacedRound(plain)]);
    for (const { port } of [watched, plain]) sendLoad({ port, ...fullLoad });
    const [full, fullWithout] = await inTurns([
      () => sendLoad({ port: watched.port, ...fullLoad }),
      () => sendLoad({ port: plain.port, ...fullLoad }),
    ]);
    const answered = (round: Paced): number => round.decisionsPerSecond;
    const cpu = (round: Paced): number => round.cpuMicroseconds;
    const rate = (round: { readonly messagesPerSecond: number }): number => round.messagesPerSecond;
    const paced = '10 000 decisions a minute, page open';
    return {
      name: 'watch',
      rows: [
        {
          what: `${paced}: decisions for each second that the client waits`,
          ours: figureOf(mine, '/s', answered),
          peers: [{ name: without, figure: figureOf(theirs, '/s', answered) }],
          goals: [atLeastTimes(0.97, without)],
        },
        {
          what: `${paced}: CPU time of the server for a decision`,
          ours: figureOf(mine, 'us', cpu),
          peers: [{ name: without, figure: figureOf(theirs, 'us', cpu) }],
          goals: [],
        },
        {
          what: 'full load over kept connections, page open',
          ours: figureOf(full, 'msg/s', rate),
          peers: [{ name: without, figure: figureOf(fullWithout, 'msg/s', rate) }],
          goals: [],
        },
      ],
      notes: [
        `${without}: the same gateway. A third of the recipients is refused.`,
        generatorNote(
          'full load',
          figureOf(full, 'cores', (round) => round.generator),
        ),
      ],
    };
  } finally {
    events.kill();
    await Promise.all([watched.stop(), plain.stop()]);
  }
}
