/*
 * The rows of one store: our pool beside its client alone and Postfix, each with the same keys and with nothing kept.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OpenStores } from '../../../runtime/stores/index.js';
import { systemClock } from '../../../runtime/time/index.js';
import { atLeastTimes, atMostTimes } from '../goal.js';
import { figureOf, type Given, inTurns, MissingPeer, percentile } from '../measure.js';
import { postmap } from '../programs.js';
import type { Row } from '../row.js';
import { valueFor } from './addresses.js';
import { type FilledStore, settingsOf } from './filled-store.js';
import { type Ask, keysOf, type LookUps, lookUp, type Round } from './look-ups.js';

/** The look-ups of a round. */
export interface RoundSizes {
  readonly oneByOne: number;
  readonly together: number;
}

const usualSizes: RoundSizes = { oneByOne: 5_000, together: 10_000 };

/** The most that a look-up may take, beside the client alone. */
const limit = 1.3;

/** Our pool for a store. */
function askThroughPool(filled: FilledStore, stores: OpenStores): Ask {
  const { setting, query } = settingsOf(filled);
  const pool = stores.open('addresses', setting);
  return (key) => {
    const answer = pool.values(query, 'bench', key);
    const valueIn = (given: Awaited<typeof answer>): string | null => {
      if (given.kind === 'failed') throw new Error(given.cause);
      return given.kind === 'values' ? (given.values[0] ?? null) : null;
    };
    return answer instanceof Promise ? answer.then(valueIn) : valueIn(answer);
  };
}

/** Look-ups a second of a postmap that is already running; one after the other. */
function askPostmap({ table }: FilledStore, folder: string, lookUps: LookUps): number {
  if (table === null) throw new MissingPeer('tables in Redis, which Postfix does not have');
  const keys = keysOf(lookUps);
  const file = join(folder, 'table.cf');
  writeFileSync(join(folder, 'main.cf'), 'compatibility_level = 3.6\n');
  writeFileSync(file, `${(table.lines ?? []).join('\n')}\n`);
  const run = (input: string): string =>
    postmap(['-c', folder, '-q', '-', `${table.type}:${table.name ?? file}`], input);
  const secondsFor = (input: string, expected: string): number => {
    const start = performance.now();
    if (run(input) !== expected) throw new Error('the answers of postmap differ');
    return (performance.now() - start) / 1000;
  };
  const start = secondsFor('nobody\n', '');
  const expected = keys.map((key) => `${key}\t${valueFor(key)}\n`).join('');
  return keys.length / (secondsFor(`${keys.join('\n')}\n`, expected) - start);
}

function rowsOf(
  what: string,
  [mine, alone, postfix]: readonly (Given<Round> | undefined)[],
  bareName: string,
): readonly Row[] {
  const row = (name: string, unit: string, pick: (round: Round) => number, goals: Row['goals']): Row => ({
    what: `${what}, ${name}`,
    ours: figureOf(mine, unit, pick),
    peers: [{ name: bareName, figure: figureOf(alone, unit, pick) }],
    goals,
  });
  const rate = row('look-ups a second', 'look-ups/s', ({ perSecond }) => perSecond, [
    atLeastTimes(Number((1 / limit).toFixed(2)), bareName),
  ]);
  const perSecond = postfix && figureOf(postfix, 'look-ups/s', (round) => round.perSecond);
  return [
    perSecond === undefined
      ? rate
      : { ...rate, peers: [...rate.peers, { name: 'postmap -q -', figure: perSecond }] },
    row('half of them take at most', 'us', ({ times }) => percentile(times, 0.5), [
      atMostTimes(limit, bareName),
    ]),
    row('99 of 100 take at most', 'us', ({ times }) => percentile(times, 0.99), []),
  ];
}

async function measureAtOnce(
  filled: FilledStore,
  ours: Ask,
  lookUps: LookUps,
  folder: string,
): Promise<readonly Row[]> {
  const bare = await filled.bare(lookUps.atOnce);
  try {
    const contestants = [ours, (key: string, place: number) => bare.ask(key, place)].map(
      (ask) => () => lookUp(ask, lookUps),
    );
    // The first look-ups connect, and find code that is not compiled yet.
    for (const run of contestants) await run();
    const postfix = () => ({ perSecond: askPostmap(filled, folder, lookUps), times: [] });
    const given = await inTurns<Round>(lookUps.atOnce === 1 ? [...contestants, postfix] : contestants);
    return rowsOf(`${filled.name}, ${lookUps.atOnce} at a time`, given, filled.bareName);
  } finally {
    bare.close();
  }
}

/** The rows of a store that holds `count` addresses. */
export async function measureStore(
  filled: FilledStore,
  count: number,
  { oneByOne, together }: RoundSizes = usualSizes,
): Promise<readonly Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'pmdf-bench-'));
  Object.assign(process.env, filled.env);
  const stores = new OpenStores(folder, { clock: systemClock, report: () => undefined });
  try {
    const ours = askThroughPool(filled, stores);
    const rows: Row[] = [];
    for (const atOnce of filled.atOnce) {
      const questions = atOnce === 1 ? oneByOne : together;
      rows.push(...(await measureAtOnce(filled, ours, { count, questions, atOnce }, folder)));
    }
    return rows;
  } finally {
    stores.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
