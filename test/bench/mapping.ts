/*
 * Mapping tables against a linear scan with compiled regular expressions and against Postfix's `pcre:` tables, with the same
 * patterns and the answers compared, and the longest probe against a pattern with twenty wildcards.
 */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Environment, StepBudget } from '../../lib/engine/environment.js';
import { driveNow } from '../../lib/engine/lookup.js';
import { applyTable } from '../../lib/mapping/apply-table.js';
import { createMappings, type Mappings } from '../../lib/mapping/compile-tables.js';
import type { MappingResult } from '../../lib/mapping/mapping.js';
import { tablesOf } from '../../lib/mapping/syntax.js';
import { readLogicalLines } from '../../lib/text/logical-lines.js';
import { keepStringsQuick } from '../../plugins/haraka/quick-strings.js';
import { parseMappings } from '../support/language.js';
import { aheadOf, atMost } from './goal.js';
import { compare, microsecondsPerCall, microsecondsPerWarmCall } from './measure.js';
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

function ask(mappings: Mappings, probe: string): MappingResult | null {
  const context = { inputFlags: new Set<string>(), environment: environment() };
  return driveNow(applyTable(mappings, 'T', probe, context), () => ({ kind: 'absent' }));
}

/** The patterns of a table as sites write them: senders by domain and by user, recipients by domain and by address. */
function patternFor(index: number): string {
  switch (index % 4) {
    case 0:
      return `tcp_local|*@host${index}.example|*|*`;
    case 1:
      return `tcp_local|user${index}@*|*|*`;
    case 2:
      return `*|*|tcp_local|*@host${index}.example`;
    default:
      return `tcp_*|*|tcp_local|user${index}@host${index}.example`;
  }
}

/** The same as a regular expression. */
function expressionFor(index: number): string {
  const text = patternFor(index).replace(/[.|]/g, '\\$&');
  return `^${text.replaceAll('*', '.*')}$`;
}

/** A probe that matches some entry about every third time. */
function probeFor(index: number, size: number): string {
  const one = (index * 7919) % (size * 2);
  return index % 2 === 0
    ? `tcp_local|user${one}@host${one}.example|l|bob@domain.com`
    : `tcp_internal|bob@domain.com|tcp_local|user${one}@host${one}.example`;
}

function scanLinearly(patterns: readonly RegExp[], probe: string): number {
  for (let index = 0; index < patterns.length; index += 1) {
    if (patterns[index]?.test(probe) === true) return index;
  }
  return -1;
}

/** The number of the entry that a probe matches, or -1. */
function entryFor(mappings: Mappings, probe: string): number {
  const [span] = ask(mappings, probe)?.entries ?? [];
  const entries = mappings.get('T')?.entries ?? [];
  return span === undefined ? -1 : entries.findIndex((entry) => entry.span === span);
}

/** A table for `postmap`; the answer of an entry is its number. */
class PcreTable {
  readonly #folder: string;
  readonly #file: string;
  readonly #size: number;

  constructor(folder: string, size: number) {
    this.#folder = folder;
    this.#size = size;
    this.#file = join(folder, `table-${size}`);
    const lines = Array.from({ length: size }, (_, index) => `/${expressionFor(index)}/i ${index}\n`);
    writeFileSync(this.#file, lines.join(''));
  }

  /** Looks up the first so many probes; gives the number of the entry for each that matches. */
  look(probes: number): Map<string, number> {
    const input = Array.from({ length: probes }, (_, index) => `${probeFor(index, this.#size)}\n`).join('');
    const output = postmap(['-c', this.#folder, '-q', '-', `pcre:${this.#file}`], input);
    const lines = output.split('\n').filter((line) => line !== '');
    return new Map(lines.map((line) => [line.slice(0, line.indexOf('\t')), Number(line.split('\t')[1])]));
  }

  /** Microseconds for each probe; the start of the program, which reads the table, is left out. */
  time(probes: number): number {
    const [whole, start] = [probes, 1].map((count) => microsecondsPerCall(1, () => this.look(count)));
    if (whole === undefined || start === undefined) throw new Error('there are two runs');
    return Math.max(0, whole - start) / (probes - 1);
  }
}

/** How many probes are compared before anything is measured. */
const checked = 20;

/** Compares our answers with those of a peer; throws if two differ. */
function checkAnswers(mappings: Mappings, peer: (probe: string) => number, size: number): void {
  for (let index = 0; index < checked; index += 1) {
    const probe = probeFor(index, size);
    const ours = entryFor(mappings, probe);
    const other = peer(probe);
    if (other !== ours) throw new Error(`${probe} is for entry ${ours} or ${other}`);
  }
}

async function sizeRow(folder: string, size: number): Promise<Row> {
  const mappings = tableOf(Array.from({ length: size }, (_, index) => `${patternFor(index)}   $Nno`));
  const patterns = Array.from({ length: size }, (_, index) => new RegExp(expressionFor(index), 'is'));
  const pcre = new PcreTable(folder, size);
  checkAnswers(mappings, (probe) => scanLinearly(patterns, probe), size);
  const many = 50_000;
  // A scan of a large table takes long.
  const fewer = Math.max(checked, Math.min(many, 500_000 / size));
  let isCompared = false;
  return await compare({
    what: `${size} entries`,
    unit: 'us',
    ours: () => microsecondsPerWarmCall(many, (index) => ask(mappings, probeFor(index, size))),
    peers: [
      {
        name: 'regular expressions',
        run: () => microsecondsPerWarmCall(fewer, (index) => scanLinearly(patterns, probeFor(index, size))),
      },
      {
        name: 'postmap -q - pcre:',
        run: () => {
          if (!isCompared) {
            const answers = pcre.look(checked);
            checkAnswers(mappings, (probe) => answers.get(probe) ?? -1, size);
            isCompared = true;
          }
          return pcre.time(fewer);
        },
      },
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
    // As the first plugin that joins the gateway does.
    keepStringsQuick();
    mkdirSync(join(folder, 'queue'));
    writeFileSync(join(folder, 'main.cf'), '');
    const rows: Row[] = [];
    for (const size of [10, 1_000, 100_000]) rows.push(await sizeRow(folder, size));
    return { name: 'mapping', rows: [...rows, await longestProbe()] };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
