/*
 * `npm run bench [-- NAME...] [--json] [--plot] [--readme] [--docs] [--addresses=N]`: figures against peers measured in the same
 * run, as ratios. `--plot` writes the charts in docs, `--readme` the table in README.md, `--docs` the figures of tables that have
 * a page of their own; `--addresses` is the number of forwarded addresses of the table `stores`. Ends with 1 if a table could not
 * be measured for another reason than a program that is not installed.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadModulesAtStart } from '../e2e/support/haraka-process.js';
import { projectRoot } from '../support/project-root.js';
import { type BenchArguments, readArguments, WrongArgument } from './arguments.js';
import { chartSvg } from './chart.js';
import { databaseTable } from './database.js';
import { decisionTable } from './decision.js';
import { enemiesTable } from './enemies.js';
import { forwardingTable } from './forwarding.js';
import { frontsTable } from './fronts.js';
import { growthTable } from './growth.js';
import { mappingTable } from './mapping.js';
import { memoryTable } from './memory.js';
import { figureLines, pageLines, withLines } from './page-block.js';
import { proveTable } from './prove.js';
import { reloadTable } from './reload.js';
import { outcomeText, placeText, runJson } from './report.js';
import {
  type MeasureTable,
  type Outcome,
  type Place,
  placeOfRun,
  runTables,
  type TellRow,
} from './run-tables.js';
import { sitesTable } from './sites.js';
import { storesTable } from './stores.js';
import { rowText } from './table-text.js';
import { throughputTable } from './throughput.js';
import { walkTable } from './walk.js';
import { watchTable } from './watch.js';

/** Every table, in the order in which they are measured. */
const tables = new Map<string, (given: BenchArguments, tellRow: TellRow) => ReturnType<MeasureTable>>([
  ['decision', decisionTable],
  ['mapping', mappingTable],
  ['database', databaseTable],
  ['stores', ({ addresses }, tellRow) => storesTable(addresses, tellRow)],
  ['reload', reloadTable],
  ['memory', memoryTable],
  ['throughput', throughputTable],
  ['watch', watchTable],
  ['enemies', (_given, tellRow) => enemiesTable(tellRow)],
  ['fronts', frontsTable],
  ['sites', sitesTable],
  ['forwarding', forwardingTable],
  ['growth', growthTable],
  ['walk', walkTable],
  ['prove', proveTable],
]);

/** Writes the charts of the tables into `docs`. */
function writeCharts(outcomes: readonly Outcome[]): void {
  const charts = outcomes.flatMap((one) => (one.kind === 'measured' ? (one.table.charts ?? []) : []));
  for (const chart of charts) writeFileSync(join(projectRoot, 'docs', `${chart.name}.svg`), chartSvg(chart));
}

function writeReadme(place: Place, outcomes: readonly Outcome[]): void {
  const file = join(projectRoot, 'README.md');
  writeFileSync(file, withLines(readFileSync(file, 'utf8'), '--readme', figureLines(place, outcomes)));
}

function writePages(place: Place, outcomes: readonly Outcome[]): void {
  for (const { file: name, lines } of pageLines(place, outcomes)) {
    const file = join(projectRoot, name);
    writeFileSync(file, withLines(readFileSync(file, 'utf8'), '--docs', lines));
  }
}

async function main(): Promise<number> {
  // The modules of Haraka print while they are loaded; the output of a run is its figures alone.
  console.log = console.error;
  loadModulesAtStart();
  let given: BenchArguments;
  try {
    given = readArguments(process.argv.slice(2), [...tables.keys()]);
  } catch (error) {
    if (!(error instanceof WrongArgument)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 64;
  }
  const { names, json } = given;
  const place = placeOfRun();
  if (!json) process.stdout.write(`${placeText(place)}\n`);
  const chosen = new Map<string, MeasureTable>();
  for (const [name, measure] of tables) {
    if (names.length === 0 || names.includes(name)) chosen.set(name, (tellRow) => measure(given, tellRow));
  }
  const outcomes = await runTables(
    chosen,
    (outcome) => {
      if (!json) process.stdout.write(`\n${outcomeText(outcome)}`);
    },
    (row) => process.stderr.write(`${rowText(row)}\n`),
  );
  if (json) process.stdout.write(runJson(place, outcomes));
  if (given.plot) writeCharts(outcomes);
  if (given.readme) writeReadme(place, outcomes);
  if (given.docs) writePages(place, outcomes);
  return outcomes.some(({ kind }) => kind === 'failed') ? 1 : 0;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exitCode = 1;
  },
);
