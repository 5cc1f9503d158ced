/*
 * Measures the tables that were asked for, one after the other. A table that cannot be measured is named, and the others
 * still are.
 */
import { availableParallelism, loadavg } from 'node:os';
import { MissingPeer, rounds } from './measure.js';
import type { Row, Table } from './row.js';

/** Receives a row of a table as soon as it is measured. */
export type TellRow = (row: Row) => void;

/** Makes a table of figures; one that takes minutes tells its rows meanwhile. */
export type MeasureTable = (tellRow: TellRow) => Table | Promise<Table>;

/** A table that was measured, or why it was not. */
export type Outcome =
  | {
      readonly kind: 'measured';
      readonly name: string;
      readonly table: Table;
      readonly load: readonly number[];
    }
  | { readonly kind: 'missing'; readonly name: string; readonly missing: string }
  | { readonly kind: 'failed'; readonly name: string; readonly error: string };

/** Where and when a run took place. */
export interface Place {
  /** The day, `2026-12-01`. */
  readonly date: string;
  /** The number of cores that the run may use. */
  readonly cores: number;
  readonly node: string;
  readonly rounds: number;
}

/** The place of this run. */
export function placeOfRun(): Place {
  const date = new Date().toISOString().slice(0, 10);
  return { date, cores: availableParallelism(), node: process.version, rounds };
}

/** Load averages over one, five and fifteen minutes. */
function loadNow(): readonly number[] {
  return loadavg().map((value) => Number(value.toFixed(2)));
}

async function measureOne(name: string, measure: MeasureTable, tellRow: TellRow): Promise<Outcome> {
  try {
    const table = await measure(tellRow);
    return { kind: 'measured', name, table, load: loadNow() };
  } catch (error) {
    if (error instanceof MissingPeer) return { kind: 'missing', name, missing: error.install };
    return { kind: 'failed', name, error: error instanceof Error ? error.message : String(error) };
  }
}

/** Measures tables; each outcome is passed on as soon as it is there. Never throws for a table. */
export async function runTables(
  tables: ReadonlyMap<string, MeasureTable>,
  tell: (outcome: Outcome) => void,
  tellRow: TellRow,
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const [name, measure] of tables) {
    const outcome = await measureOne(name, measure, tellRow);
    outcomes.push(outcome);
    tell(outcome);
  }
  return outcomes;
}
