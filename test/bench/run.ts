/*
 * `npm run bench [-- NAME] [-- --json]`: figures against peers measured in the same run, as ratios.
 */
import { loadavg } from 'node:os';
import { databaseTable } from './database.js';
import { decisionTable } from './decision.js';
import { mappingTable } from './mapping.js';
import { rounds, type Table } from './measure.js';
import { sitesTable } from './sites.js';
import { throughputTable } from './throughput.js';
import { walkTable } from './walk.js';

const tables = new Map<string, () => Table | Promise<Table>>([
  ['decision', decisionTable],
  ['mapping', mappingTable],
  ['database', databaseTable],
  ['throughput', throughputTable],
  ['sites', sitesTable],
  ['walk', walkTable],
]);

function printTable({ name, rows }: Table): void {
  const cells = rows.map((row) => [
    row.what,
    row.ours,
    row.peer,
    row.ratio === null ? '-' : `${row.ratio.toFixed(2)}x`,
    row.goal,
    row.reached ? 'reached' : 'missed',
  ]);
  const all = [['what', 'ours', 'peer', 'peer/ours', 'goal', ''], ...cells];
  const widths = [0, 1, 2, 3, 4, 5].map((column) =>
    Math.max(...all.map((line) => (line[column] ?? '').length)),
  );
  process.stdout.write(`\n${name}\n`);
  for (const line of all) {
    process.stdout.write(
      `  ${line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd()}\n`,
    );
  }
}

async function main(): Promise<void> {
  const args = process.argv.slice(2);
  const json = args.includes('--json');
  const wanted = args.filter((one) => one !== '--json');
  const unknown = wanted.find((name) => !tables.has(name));
  if (unknown !== undefined) {
    process.stderr.write(`there is no table ${unknown}; there are: ${[...tables.keys()].join(', ')}\n`);
    process.exitCode = 64;
    return;
  }
  const results: Table[] = [];
  for (const [name, measure] of tables) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    const table = await measure();
    results.push(table);
    if (!json) printTable(table);
  }
  const load = loadavg().map((value) => Number(value.toFixed(2)));
  if (json) process.stdout.write(`${JSON.stringify({ rounds, load, tables: results }, null, 2)}\n`);
  else process.stdout.write(`\nmedians of ${rounds} rounds; load average ${load.join(' ')}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
