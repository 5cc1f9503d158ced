/*
 * Compares prover and brute force on random sites: `node run-random.js FIRST LAST [SIGNS]`. Each disagreement is made small and
 * printed as a case.
 */
import { type Comparison, compare, type Disagreement } from './compare.js';
import { minimise } from './minimise.js';
import { type Part, randomParts, siteOfParts } from './random-site.js';
import { writeCase } from './write-case.js';

const [first = '1', last = '100', signsText = '1'] = process.argv.slice(2);
const counts = { sites: 0, broken: 0, open: 0, proved: 0, relays: 0, cannotTell: 0, notDecided: 0, onlyProver: 0, tried: 0, slowest: 0, milliseconds: 0 };
const kinds = new Map<Disagreement, number>();

function compareParts(parts: readonly Part[], signs: number): Comparison | null {
  try {
    return compare(siteOfParts(parts), { tokens: 2, signs });
  } catch {
    return null;
  }
}

for (let number = Number(first); number <= Number(last); number += 1) {
  const parts = randomParts(number);
  const signs = number % 10 === 0 ? 2 : Number(signsText);
  const result = compareParts(parts, signs);
  if (result === null) {
    counts.broken += 1;
    continue;
  }
  counts.sites += 1;
  counts.tried += result.found.tried;
  counts.slowest = Math.max(counts.slowest, result.milliseconds);
  counts.milliseconds += result.milliseconds;
  if (result.found.relays.size > 0) counts.open += 1;
  for (const { channel, answer } of result.proof?.channels ?? []) {
    if (answer === 'proved') counts.proved += 1;
    if (answer === 'relays') counts.relays += 1;
    if (answer === 'cannot-tell') counts.cannotTell += 1;
    if (answer === 'not-decided') counts.notDecided += 1;
    if (answer === 'relays' && !result.found.relays.has(channel)) counts.onlyProver += 1;
  }
  for (const kind of new Set(result.findings.map((one) => one.kind))) {
    const before = kinds.get(kind) ?? 0;
    kinds.set(kind, before + 1);
    if (before >= Number(process.env['MOST'] ?? 5)) continue;
    const shows = (fewer: readonly Part[]): boolean =>
      compareParts(fewer, signs)?.findings.some((one) => one.kind === kind) ?? false;
    const small = minimise(parts, shows);
    const finding = compareParts(small, signs)?.findings.find((one) => one.kind === kind);
    console.log(`\n##### ${kind}, site ${number}, channel ${finding?.channel}\n${finding?.text}\n`);
    console.log(writeCase(`${kind}-${number}`, siteOfParts(small)));
  }
}
console.log(counts, Object.fromEntries(kinds));
