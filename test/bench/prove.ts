/*
 * How long the proof of relaying takes, and how much memory: the example site, sites of growing size by `pmdf prove` in a process of
 * its own, each once safe and once with a hole that the search comes to last, and a million forwarded addresses also by `pmdf check`.
 */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { proveRelaying } from '../../lib/proof/index.js';
import { databaseContents } from '../../runtime/databases/index.js';
import { decideUnder, withConfiguration } from '../../runtime/index.js';
import { projectRoot } from '../support/project-root.js';
import { atMost } from './goal.js';
import { figureOf, inTurns, microsecondsPerCall } from './measure.js';
import { type LargeSite, writeSite } from './prove/large-site.js';
import { type CommandRun, runCommand } from './prove/run-command.js';
import type { Row, Table } from './row.js';

/** Proofs in a process before the one that counts: by then V8 has compiled what is called often. */
const proofsBefore = 30;
const sampleGoalUs = 100_000;
const mostMegabytes = 700;

interface MeasuredSite extends Omit<LargeSite, 'hole'> {
  readonly what: string;
  readonly goalUs: number;
}

const few = 10;
const sites: readonly MeasuredSite[] = [
  { what: '10 rules, 100 entries', rules: 10, entries: 100, addresses: few, goalUs: 1_000_000 },
  { what: '1 000 rules, 10 000 entries', rules: 1_000, entries: 10_000, addresses: few, goalUs: 5_000_000 },
  {
    what: '1 000 rules, 100 000 entries',
    rules: 1_000,
    entries: 100_000,
    addresses: few,
    goalUs: 60_000_000,
  },
];
const millionSite = { rules: 10, entries: 100, addresses: 1_000_000 };
const millionGoalUs = 60_000_000;

type Command = Parameters<typeof runCommand>[0];

/** Runs a command, whose answer has to be one of these. */
function expecting(command: Command, folder: string, answers: readonly string[]): () => CommandRun {
  return () => {
    const run = runCommand(command, folder);
    if (!answers.includes(run.answer)) throw new Error(`pmdf ${command} answered ${run.answer}`);
    return run;
  };
}

async function rowsOf(what: string, run: () => CommandRun, goalUs: number): Promise<readonly Row[]> {
  const [given] = await inTurns([run]);
  return [
    {
      what,
      ours: figureOf(given, 'us', (one) => one.wallMicroseconds),
      peers: [],
      goals: [atMost(goalUs)],
    },
    {
      what: `${what}: processor time`,
      ours: figureOf(given, 'us', (one) => one.cpuMicroseconds),
      peers: [],
      goals: [],
    },
    {
      what: `${what}: peak of memory`,
      ours: figureOf(given, 'MB', (one) => one.peakMegabytes),
      peers: [],
      goals: [atMost(mostMegabytes)],
    },
  ];
}

/** The example site: the command, and the proof alone once V8 has compiled it. */
async function sampleRows(folder: string): Promise<readonly Row[]> {
  const pmdf = join(folder, 'pmdf');
  cpSync(join(projectRoot, 'config'), pmdf, { recursive: true });
  const prove = () =>
    withConfiguration(pmdf, async ({ value }) => {
      if (value === null) throw new Error('the example site has errors');
      const contents = databaseContents(value.policy.settings, pmdf);
      const once = () =>
        decideUnder(value, (newEnvironment) =>
          proveRelaying(value.compiled, newEnvironment, undefined, { contents }),
        );
      for (let proof = 0; proof < proofsBefore; proof += 1) once();
      return microsecondsPerCall(1, once);
    });
  const [warm] = await inTurns([prove]);
  return [
    ...(await rowsOf('example site, pmdf prove', expecting('prove', folder, ['proved']), 1_000_000)),
    {
      what: 'example site, the proof in a warm process',
      ours: figureOf(warm, 'us', (one) => one),
      peers: [],
      goals: [atMost(sampleGoalUs)],
    },
  ];
}

/** The table `prove`. */
export async function proveTable(): Promise<Table> {
  const folder = mkdtempSync(join(tmpdir(), 'pmdf-bench-'));
  try {
    const rows: Row[] = [...(await sampleRows(join(folder, 'sample')))];
    for (const { what, goalUs, ...site } of sites) {
      const safe = join(folder, `${site.entries}-safe`);
      writeSite(safe, { ...site, hole: 'none' });
      rows.push(...(await rowsOf(what, expecting('prove', safe, ['proved']), goalUs)));
      const open = join(folder, `${site.entries}-open`);
      writeSite(open, { ...site, hole: 'entry' });
      rows.push(
        ...(await rowsOf(`${what}, a hole in the last`, expecting('prove', open, ['relays']), goalUs)),
      );
    }
    const what = '1 000 000 forwarded addresses in text';
    const safe = join(folder, 'million-safe');
    writeSite(safe, { ...millionSite, hole: 'none' });
    const open = join(folder, 'million-open');
    writeSite(open, { ...millionSite, hole: 'database' });
    rows.push(...(await rowsOf(what, expecting('prove', safe, ['proved']), millionGoalUs)));
    // What keeps text of the sender is found; which host it is for is not always known.
    const found = ['relays', 'cannot-tell'];
    const last = `${what}, a hole in the last`;
    rows.push(...(await rowsOf(last, expecting('prove', open, found), millionGoalUs)));
    rows.push(...(await rowsOf(`${what}, pmdf check`, expecting('check', safe, ['proved']), millionGoalUs)));
    return {
      name: 'prove',
      rows,
      notes: [
        'pmdf prove and pmdf check are whole processes: they start, read the configuration, prove, and print.',
      ],
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
