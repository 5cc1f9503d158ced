/*
 * Mapping tables against a linear scan with compiled regular expressions and against Postfix's `pcre:` tables, and the
 * longest probe against a pattern with twenty wildcards.
 */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Environment, StepBudget } from '../../lib/engine/environment.js';
import { driveNow } from '../../lib/engine/lookup.js';
import { applyTable } from '../../lib/mapping/apply-table.js';
import { createMappings, type Mappings } from '../../lib/mapping/compile-tables.js';
import { tablesOf } from '../../lib/mapping/syntax.js';
import { readLogicalLines } from '../../lib/text/logical-lines.js';
import { parseMappings } from '../support/language.js';
import { aheadOf, atMost } from './goal.js';
import { compare, microsecondsPerCall } from './measure.js';
import { postmap } from './programs.js';
import type { Row, Table } from './row.js';

const environment = (): Environment => ({
  random: () => 0.5,
  uniqueString: () => 'unique',
  budget: new StepBudget(1_000_000_000),
});

function tableOf(entries: readonly string[]): Mappings {
  const text = ['T', '', ...entries.map((entry) => `  ${entry}`), ''].join('\n');
  const lines = readLogicalLines({ name: 'mappings', shortName: 'mappings', text }, () => undefined);
  return createMappings(tablesOf(parseMappings(lines.value).value));
}

function ask(mappings: Mappings, probe: string): void {
  const context = { inputFlags: new Set<string>(), environment: environment() };
  driveNow(applyTable(mappings, 'T', probe, context), () => ({ kind: 'absent' }));
}

function probeFor(index: number, size: number): string {
  return `tcp_local|somebody@host${(index * 7919) % (size * 2)}.example|l|bob@domain.com`;
}

function scanLinearly(patterns: readonly RegExp[], probe: string): void {
  for (const pattern of patterns) if (pattern.test(probe)) return;
}

/** Microseconds for each probe by `postmap -q -`, the start of the program included in a large number of probes. */
function postmapTime(folder: string, size: number, probes: number): number {
  const lines = Array.from(
    { length: size },
    (_, index) => `/^tcp_local\\|.*@host${index}\\.example\\|.*\\|.*$/i REJECT`,
  );
  const file = join(folder, `table-${size}`);
  writeFileSync(file, `${lines.join('\n')}\n`);
  const input = `${Array.from({ length: probes }, (_, index) => probeFor(index, size)).join('\n')}\n`;
  const start = process.hrtime.bigint();
  postmap(['-c', folder, '-q', '-', `pcre:${file}`], input);
  return Number(process.hrtime.bigint() - start) / 1000 / probes;
}

async function sizeRow(folder: string, size: number): Promise<Row> {
  const probes = size >= 100_000 ? 100 : 2_000;
  const mappings = tableOf(
    Array.from({ length: size }, (_, index) => `tcp_local|*@host${index}.example|*|*   $Nno`),
  );
  const patterns = Array.from(
    { length: size },
    (_, index) => new RegExp(`^tcp_local\\|.*@host${index}\\.example\\|.*\\|.*$`, 'is'),
  );
  const many = 20_000;
  return await compare({
    what: `${size} entries`,
    unit: 'us',
    ours: () => microsecondsPerCall(many, (index) => ask(mappings, probeFor(index, size))),
    peers: [
      {
        name: 'regular expressions',
        run: () => microsecondsPerCall(probes, (index) => scanLinearly(patterns, probeFor(index, size))),
      },
      { name: 'postmap -q - pcre:', run: () => postmapTime(folder, size, probes) },
    ],
    goals: [aheadOf('regular expressions'), aheadOf('postmap -q - pcre:')],
  });
}

async function longestProbe(): Promise<Row> {
  const mappings = tableOf([`${'*a'.repeat(20)}b   $Y`]);
  const probe = 'a'.repeat(1000);
  return await compare({
    what: 'probe of 1000 octets, pattern with twenty *',
    unit: 'us',
    ours: () => microsecondsPerCall(200, () => ask(mappings, probe)),
    goals: [atMost(1000)],
  });
}

/** The table `mapping`. */
export async function mappingTable(): Promise<Table> {
  const folder = mkdtempSync(join(tmpdir(), 'pmdf-bench-'));
  try {
    mkdirSync(join(folder, 'queue'));
    writeFileSync(join(folder, 'main.cf'), '');
    const rows: Row[] = [];
    for (const size of [10, 1_000, 100_000]) rows.push(await sizeRow(folder, size));
    return { name: 'mapping', rows: [...rows, await longestProbe()] };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
