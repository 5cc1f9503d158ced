/*
 * What a run prints: tables as text, or everything as JSON.
 */
import { goalText, resultOf } from './goal.js';
import { isMissing, type Row, ratioTo } from './row.js';
import type { Outcome, Place } from './run-tables.js';
import { tableText } from './table-text.js';

/** An outcome as text. */
export function outcomeText(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'measured':
      return `${tableText(outcome.table)}  load average ${outcome.load.join(' ')}\n`;
    case 'missing':
      return `${outcome.name}\n  not measured, missing: ${outcome.missing}\n`;
    case 'failed':
      return `${outcome.name}\n  failed: ${outcome.error}\n`;
  }
}

/** The place of a run as text. */
export function placeText({ date, cores, node, rounds }: Place): string {
  return `${date}, ${cores} cores, Node ${node}; medians of ${rounds} rounds, in brackets the smallest and the largest`;
}

function rowJson(row: Row) {
  const unit = isMissing(row.ours) ? '' : row.ours.unit;
  return {
    what: row.what,
    ours: row.ours,
    peers: row.peers.map((peer) => ({ ...peer, ratio: ratioTo(row, peer) })),
    goals: row.goals.map((goal) => ({ ...goal, text: goalText(goal, unit), result: resultOf(row, goal) })),
  };
}

function outcomeJson(outcome: Outcome) {
  switch (outcome.kind) {
    case 'measured': {
      const { rows, notes = [] } = outcome.table;
      return { name: outcome.name, load: outcome.load, rows: rows.map(rowJson), notes };
    }
    case 'missing':
      return { name: outcome.name, missing: outcome.missing };
    case 'failed':
      return { name: outcome.name, error: outcome.error };
  }
}

/** A run as JSON. */
export function runJson(place: Place, outcomes: readonly Outcome[]): string {
  return `${JSON.stringify({ ...place, tables: outcomes.map(outcomeJson) }, null, 2)}\n`;
}
