/*
 * What the page shows: the snapshots of all processes as one.
 */
import { type CountedDecisions, sumOfCounts } from './decision-counts.js';
import type { Snapshot } from './process-watch.js';
import type { QueueState } from './queue-state.js';
import type { RecentDecision } from './recent-decisions.js';
import type { TextCount } from './top-counts.js';

/** Recipients by verdict, from one channel to another. */
export interface MatrixCell {
  readonly source: string;
  /** The empty string where no channel was reached. */
  readonly destination: string;
  readonly accepted: number;
  readonly refused: number;
  readonly deferred: number;
}

/** An entry, and how often it refused or deferred. */
export interface RefusingEntry {
  readonly table: string;
  readonly entry: string;
  readonly count: number;
}

export interface WatchState {
  /** Milliseconds since the epoch, as are all times here. */
  readonly at: number;
  readonly processes: number;
  /** More than one while processes differ, as during a reload. */
  readonly policyHashes: readonly string[];
  readonly inForceSince: number | null;
  readonly lastLoad: {
    readonly at: number;
    readonly isInForce: boolean;
    readonly findings: readonly string[];
  } | null;
  readonly channels: readonly string[];
  readonly matrix: readonly MatrixCell[];
  readonly refusingEntries: readonly RefusingEntry[];
  readonly refusedClients: readonly TextCount[];
  readonly recent: readonly RecentDecision[];
  readonly shadowed: readonly RecentDecision[];
  readonly queue: QueueState;
}

const entriesShown = 10;
const clientsShown = 10;
const recentShown = 200;
const shadowedShown = 50;
const findingsShown = 50;

function matrixOf(counts: readonly CountedDecisions[]): readonly MatrixCell[] {
  const cells = new Map<string, MatrixCell>();
  for (const { stage, source, destination, verdict, count } of counts) {
    if (stage !== 'recipient') continue;
    const key = `${source}\n${destination}`;
    const cell = cells.get(key) ?? { source, destination, accepted: 0, refused: 0, deferred: 0 };
    cells.set(key, { ...cell, [verdict]: cell[verdict] + count });
  }
  return [...cells.values()];
}

function refusingEntries(counts: readonly CountedDecisions[]): readonly RefusingEntry[] {
  const entries = new Map<string, RefusingEntry>();
  for (const { table, entry, verdict, count } of counts) {
    if (verdict === 'accepted' || entry === '') continue;
    const key = `${table}\n${entry}`;
    entries.set(key, { table, entry, count: count + (entries.get(key)?.count ?? 0) });
  }
  return [...entries.values()].sort((one, other) => other.count - one.count).slice(0, entriesShown);
}

function refusedClients(snapshots: readonly Snapshot[]): readonly TextCount[] {
  const counts = new Map<string, number>();
  for (const [client, count] of snapshots.flatMap((one) => one.refusedClients))
    counts.set(client, count + (counts.get(client) ?? 0));
  return [...counts].sort(([, one], [, other]) => other - one).slice(0, clientsShown);
}

function newest(all: readonly (readonly RecentDecision[])[], most: number): readonly RecentDecision[] {
  return all
    .flat()
    .sort((one, other) => other.at - one.at)
    .slice(0, most);
}

/** Puts the snapshots together. */
export function watchState(
  snapshots: readonly Snapshot[],
  queue: QueueState,
  { at, channels }: { readonly at: number; readonly channels: readonly string[] },
): WatchState {
  const decisions = sumOfCounts(snapshots.map((one) => one.decisions));
  const lastLoads = snapshots.map(({ loads }) => loads.last).sort((one, other) => other.at - one.at);
  const [last = null] = lastLoads;
  const since = snapshots.map(({ loads }) => loads.inForceSince);
  return {
    at,
    processes: snapshots.length,
    policyHashes: [...new Set(snapshots.map(({ policyHash }) => policyHash))],
    inForceSince: since.reduce<number | null>((latest, one) => Math.max(latest ?? 0, one), null),
    lastLoad: last === null ? null : { ...last, findings: last.findings.slice(0, findingsShown) },
    channels,
    matrix: matrixOf(decisions),
    refusingEntries: refusingEntries(decisions),
    refusedClients: refusedClients(snapshots),
    recent: newest(
      snapshots.map((one) => one.recent),
      recentShown,
    ),
    shadowed: newest(
      snapshots.map((one) => one.shadowed),
      shadowedShown,
    ),
    queue,
  };
}
