/*
 * What is measured of one store: our pool beside its client alone and Postfix, each with the same keys and with nothing kept.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OpenStores } from '../../../runtime/stores/index.js';
import { systemClock } from '../../../runtime/time/index.js';
import { figureOf, inTurns, percentile } from '../measure.js';
import { type FilledStore, settingsOf } from './filled-store.js';
import { type Ask, keysOf, type LookUps, lookUpInTurns, type Round } from './look-ups.js';
import { askPostmap } from './postmap.js';
import type { Both, StoreFigures } from './store-figures.js';

/** The look-ups of a round. */
export interface RoundSizes {
  readonly oneByOne: number;
  readonly together: number;
}

const usualSizes: RoundSizes = { oneByOne: 2_000, together: 4_000 };

/** The look-ups of a round of postmap: several pipes full of answers. */
const postfixQuestions = 2_500;

const perSecond = 'look-ups/s';

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

async function measureAtOnce(
  filled: FilledStore,
  ours: Ask,
  lookUps: LookUps,
  folder: string,
): Promise<StoreFigures> {
  const bare = await filled.bare(lookUps.atOnce);
  try {
    const asks: readonly Ask[] = [ours, (key, place) => bare.ask(key, place)];
    // The first look-ups connect, and find code that is not compiled yet.
    await lookUpInTurns(asks, lookUps);
    const both = () => lookUpInTurns(asks, lookUps);
    const postfix = async (): Promise<readonly Round[]> => {
      if (lookUps.atOnce > 1) return [];
      const keys = keysOf({ ...lookUps, questions: postfixQuestions });
      return [{ perSecond: await askPostmap(filled, folder, keys), times: [] }];
    };
    const [given, givenPostfix] = await inTurns<readonly Round[]>([both, postfix]);
    const figures = (unit: string, pick: (round: Round) => number): Both => {
      const [mine, alone] = [0, 1].map((at) => figureOf(given, unit, (rounds) => picked(rounds, at, pick)));
      if (mine === undefined || alone === undefined) throw new Error('two were to be measured');
      return { ours: mine, alone };
    };
    const rate = (round: Round): number => round.perSecond;
    return {
      what: `${filled.name}, ${lookUps.atOnce} at a time`,
      aloneName: filled.bareName,
      rate: figures(perSecond, rate),
      postfix:
        lookUps.atOnce > 1 ? null : figureOf(givenPostfix, perSecond, (rounds) => picked(rounds, 0, rate)),
      half: figures('us', ({ times }) => percentile(times, 0.5)),
      nearlyAll: figures('us', ({ times }) => percentile(times, 0.99)),
    };
  } finally {
    bare.close();
  }
}

/** A number of one of the rounds that were measured in turns. */
function picked(rounds: readonly Round[], at: number, pick: (round: Round) => number): number {
  const round = rounds[at];
  if (round === undefined) throw new Error('there is no such round');
  return pick(round);
}

/** The figures of a store that holds `count` addresses, for one number of questions at a time after the other. */
export async function* measureStore(
  filled: FilledStore,
  count: number,
  { oneByOne, together }: RoundSizes = usualSizes,
): AsyncGenerator<StoreFigures> {
  const folder = mkdtempSync(join(tmpdir(), 'pmdf-bench-'));
  Object.assign(process.env, filled.env);
  const stores = new OpenStores(folder, { clock: systemClock, report: () => undefined });
  try {
    const ours = askThroughPool(filled, stores);
    for (const atOnce of filled.atOnce) {
      const questions = atOnce === 1 ? oneByOne : together;
      yield await measureAtOnce(filled, ours, { count, questions, atOnce }, folder);
    }
  } finally {
    stores.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
