/*
 * Mapping tables against a linear scan with compiled regular expressions and against Postfix's `pcre:` tables, and the
 * longest probe against a pattern with twenty wildcards.
 */

import { execFileSync } from 'node:child_process';
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
import { inTurns, micros, microsecondsPerCall, type Row, type Table } from './measure.js';

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
  execFileSync('postmap', ['-c', folder, '-q', '-', `pcre:${file}`], { input, maxBuffer: 1 << 28 });
  return Number(process.hrtime.bigint() - start) / 1000 / probes;
}

async function sizeRow(folder: string, size: number): Promise<Row[]> {
  const probes = size >= 100_000 ? 100 : 2_000;
  const mappings = tableOf(
    Array.from({ length: size }, (_, index) => `tcp_local|*@host${index}.example|*|*   $Nno`),
  );
  const patterns = Array.from(
    { length: size },
    (_, index) => new RegExp(`^tcp_local\\|.*@host${index}\\.example\\|.*\\|.*$`, 'is'),
  );
  const many = 20_000;
  const [ours = 0, linear = 0, postmap = 0] = await inTurns([
    () => microsecondsPerCall(many, (index) => ask(mappings, probeFor(index, size))),
    () => microsecondsPerCall(probes, (index) => scanLinearly(patterns, probeFor(index, size))),
    () => postmapTime(folder, size, probes),
  ]);
  const versus = (what: string, peer: number): Row => ({
    what: `${size} entries against ${what}`,
    ours: micros(ours),
    peer: micros(peer),
    ratio: peer / ours,
    goal: 'ahead',
    reached: ours < peer,
  });
  return [versus('regular expressions', linear), versus('postmap -q - pcre:', postmap)];
}

function longestProbe(): Row {
  const mappings = tableOf([`${'*a'.repeat(20)}b   $Y`]);
  const probe = 'a'.repeat(1000);
  const value = microsecondsPerCall(200, () => ask(mappings, probe));
  return {
    what: 'probe of 1000 octets, pattern with twenty *',
    ours: micros(value),
    peer: '-',
    ratio: null,
    goal: '<= 1 ms',
    reached: value <= 1000,
  };
}

/** The table `mapping`. */
export async function mappingTable(): Promise<Table> {
  const folder = mkdtempSync(join(tmpdir(), 'pmdf-bench-'));
  try {
    mkdirSync(join(folder, 'queue'));
    writeFileSync(join(folder, 'main.cf'), '');
    const rows: Row[] = [];
    for (const size of [10, 1_000, 100_000]) rows.push(...(await sizeRow(folder, size)));
    return { name: 'mapping', rows: [...rows, longestProbe()] };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
