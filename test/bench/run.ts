/*
 * `npm run bench [-- NAME...] [-- --json]`: figures against peers measured in the same run, as ratios. Ends with 1 if a table
 * could not be measured for another reason than a program that is not installed.
 */
import { databaseTable } from './database.js';
import { decisionTable } from './decision.js';
import { mappingTable } from './mapping.js';
import { outcomeText, placeText, runJson } from './report.js';
import { type MeasureTable, placeOfRun, runTables } from './run-tables.js';
import { sitesTable } from './sites.js';
import { throughputTable } from './throughput.js';
import { walkTable } from './walk.js';

/** Every table, in the order in which they are measured. */
const tables = new Map<string, MeasureTable>([
  ['decision', decisionTable],
  ['mapping', mappingTable],
  ['database', databaseTable],
  ['throughput', throughputTable],
  ['sites', sitesTable],
  ['walk', walkTable],
]);

async function main(): Promise<number> {
  const args = process.argv.slice(2);
  const json = args.includes('--json');
  const wanted = args.filter((one) => one !== '--json');
  const unknown = wanted.find((name) => !tables.has(name));
  if (unknown !== undefined) {
    process.stderr.write(`there is no table ${unknown}; there are: ${[...tables.keys()].join(', ')}\n`);
    return 64;
  }
  const place = placeOfRun();
  if (!json) process.stdout.write(`${placeText(place)}\n`);
  const chosen = new Map([...tables].filter(([name]) => wanted.length === 0 || wanted.includes(name)));
  const outcomes = await runTables(chosen, (outcome) => {
    if (!json) process.stdout.write(`\n${outcomeText(outcome)}`);
  });
  if (json) process.stdout.write(runJson(place, outcomes));
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
