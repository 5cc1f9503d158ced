/*
 * How time grows: a connection among 10 to 10 000 internal networks, a recipient among 10 to 100 000 access entries, by the
 * engine alone; a recipient of a transaction with 1 to 1 000 of them, by the engine and by a real Haraka, beside a bare one.
 */
import { startHaraka } from '../e2e/support/haraka-install.js';
import type { Chart, Line } from './chart.js';
import { discard } from './discard.js';
import { atMostTimes } from './goal.js';
import { connectionTime, recipientTime } from './growth/decisions.js';
import { timeOfRecipient } from './growth/transactions.js';
import { figureOf, inTurns, type Run } from './measure.js';
import { cnf, makePolicy, mappings } from './policy-fixture.js';
import type { Figure, Row, Table } from './row.js';

const networkSizes = [10, 100, 1_000, 10_000];
const entrySizes = [10, 1_000, 100_000];
const recipientSizes = [1, 10, 100, 1_000];
/** The policy that recipients meet. */
const usual = { networks: 10, entries: 10 };
/** The most that a time at the largest size may be, in times at the size that it is compared with. */
const flat = 2;

interface Measured {
  readonly size: number;
  readonly figure: Figure;
}

/** A time at each of the sizes, which take turns. */
async function atSizes(sizes: readonly number[], runAt: (size: number) => Run): Promise<readonly Measured[]> {
  const runs = sizes.map(runAt);
  // The first calls find code that is not compiled yet.
  for (const run of runs) await run();
  const given = await inTurns(runs);
  return sizes.map((size, index) => ({ size, figure: figureOf(given[index], 'us', (value) => value) }));
}

/** Names a size: `10 networks`. */
type NameOf = (size: number) => string;

/** A row for each size, compared with the time at the size `base`; the goal is for the largest. */
function rowsOf(measured: readonly Measured[], base: number, nameOf: NameOf): readonly Row[] {
  const compared = measured.find(({ size }) => size === base);
  const largest = measured.at(-1)?.size;
  return measured.map(({ size, figure }) => ({
    what: nameOf(size),
    ours: figure,
    peers:
      compared === undefined || size <= base
        ? []
        : [{ name: `the same with ${base}`, figure: compared.figure }],
    goals: size === largest ? [atMostTimes(flat, `the same with ${base}`)] : [],
  }));
}

function lineOf(name: string, measured: readonly Measured[]): Line {
  return { name, points: measured.map(({ size, figure }) => ({ x: size, figure })) };
}

interface Grown {
  readonly rows: readonly Row[];
  readonly chart: Chart;
}

async function networksGrow(): Promise<Grown> {
  const measured = await atSizes(networkSizes, (networks) => {
    const policy = makePolicy({ ...usual, networks });
    return () => connectionTime(policy, networks);
  });
  return {
    rows: rowsOf(measured, 10, (size) => `connection, ${size} networks`),
    chart: {
      name: 'growth-networks',
      title: 'Choosing the channel of a connection',
      x: 'internal networks in the policy',
      y: 'time for a connection',
      lines: [lineOf('engine', measured)],
    },
  };
}

async function entriesGrow(): Promise<Grown> {
  const measured = await atSizes(entrySizes, (entries) => {
    const policy = makePolicy({ ...usual, entries });
    return () => recipientTime(policy, { recipients: 1, entries });
  });
  return {
    rows: rowsOf(measured, 10, (size) => `sender and recipient, ${size} access entries`),
    chart: {
      name: 'growth-entries',
      title: 'Deciding about a sender and a recipient',
      x: 'entries of the access table',
      y: 'time for both',
      lines: [lineOf('engine', measured)],
    },
  };
}

async function recipientsGrow(): Promise<Grown> {
  const policy = makePolicy(usual);
  const engine = await atSizes(
    recipientSizes,
    (recipients) => () => recipientTime(policy, { recipients, entries: usual.entries }),
  );
  const common = { 'log.ini': '[main]\nlevel=notice\nformat=default\n', host_list: 'domain.com\n' };
  const rdns = new Map<string, string>();
  const plain = await startHaraka({
    rdns,
    plugins: ['rcpt_to.in_host_list', 'test_queue_discard'],
    ...discard(common),
  });
  const ours = await startHaraka({
    rdns,
    plugins: ['pmdf/switchchannel', 'pmdf/access', 'test_queue_discard', 'pmdf/deliver'],
    ...discard({
      ...common,
      'pmdf/pmdf.cnf': cnf(usual),
      'pmdf/mappings': mappings(usual),
      'pmdf/pmdf.yaml': 'switch_lookup: literal\ndelivery: { through_plugin: test_queue_discard }\n',
    }),
  });
  try {
    const withPlugins = await atSizes(recipientSizes, (size) => () => timeOfRecipient(ours, size));
    const bare = await atSizes(recipientSizes, (size) => () => timeOfRecipient(plain, size));
    const name = (who: string): NameOf => {
      return (size) => `${who}, each recipient of ${size}`;
    };
    // With one recipient the time is that of a whole transaction.
    return {
      rows: [
        ...rowsOf(engine, 10, name('engine')),
        ...rowsOf(withPlugins, 10, name('Haraka with our plugins')),
        ...rowsOf(bare, 10, name('bare Haraka')).map((row) => ({ ...row, goals: [] })),
      ],
      chart: {
        name: 'growth-recipients',
        title: 'The recipients of a transaction',
        x: 'recipients in the transaction',
        y: 'time for each of them',
        lines: [
          lineOf('with our plugins', withPlugins),
          lineOf('bare Haraka', bare),
          lineOf('engine alone', engine),
        ],
      },
    };
  } finally {
    await Promise.all([plain.stop(), ours.stop()]);
  }
}

/** The table `growth`. */
export async function growthTable(): Promise<Table> {
  const grown = [await networksGrow(), await entriesGrow(), await recipientsGrow()];
  return {
    name: 'growth',
    rows: grown.flatMap(({ rows }) => rows),
    charts: grown.map(({ chart }) => chart),
    notes: ['A time that does not grow with the size is flat; for recipients, the whole is then linear.'],
  };
}
