/*
 * Compares random edits of random sites with brute force: `node run-random.js FIRST LAST`. Each disagreement is made small and printed,
 * and the counts after every tenth number.
 */
import { minimise } from '../judge/minimise.js';
import { siteOfParts } from '../judge/random-site/site-of-parts.js';
import { writeCase } from '../judge/write-case.js';
import { type Comparison, compareSites, type Disagreement } from './compare-sites.js';
import { type EditedSite, randomEdit } from './random-edits.js';

function compared({ before, now }: EditedSite): Comparison | null {
  try {
    return compareSites(siteOfParts(before), siteOfParts(now));
  } catch {
    return null;
  }
}

/** Leaves out of both sites what both have, as long as they disagree so. */
function smallest(pair: EditedSite, kind: Disagreement): EditedSite {
  const shared = pair.before.filter((part) => pair.now.includes(part));
  const without = (kept: readonly unknown[]): EditedSite => {
    const left = new Set(shared.filter((part) => !kept.includes(part)));
    const of = (parts: EditedSite['before']) => parts.filter((part) => !left.has(part));
    return { before: of(pair.before), now: of(pair.now) };
  };
  const shows = (kept: readonly unknown[]): boolean =>
    compared(without(kept))?.findings.some((one) => one.kind === kind) ?? false;
  return without(minimise(shared, shows));
}

function main(first: number, last: number, most: number): void {
  const totals = new Map<string, number>();
  const count = (what: string, by = 1): number => {
    totals.set(what, (totals.get(what) ?? 0) + by);
    return totals.get(what) ?? 0;
  };
  for (let seed = first; seed <= last; seed += 1) {
    const pair = randomEdit(seed);
    const start = performance.now();
    const result = compared(pair);
    if (result === null) {
      count('broken');
      continue;
    }
    count('milliseconds', Math.round(performance.now() - start));
    count('pairs');
    count(`answer ${result.difference.answer}`);
    count(`relaying ${result.difference.relaying.answer}`);
    if (result.found.has('newly-relayed')) count('newly relayed by brute force');
    for (const { effect } of result.difference.edits) count(`edit ${effect}`);
    if (result.found.size === 0) count('brute force found nothing');
    if (seed % 10 === 0) console.log('%s', `${seed} ${JSON.stringify(Object.fromEntries(totals))}`);
    for (const kind of new Set(result.findings.map((one) => one.kind))) {
      if (count(kind) > most) continue;
      const small = smallest(pair, kind);
      const again = compared(small);
      console.log(`\n##### ${kind}, pair ${seed}\n${again?.findings.find((one) => one.kind === kind)?.text}`);
      console.log(writeCase('before', siteOfParts(small.before)));
      console.log(writeCase('now', siteOfParts(small.now)));
      // Templates have percent signs, which the first argument must not.
      console.log('%s', JSON.stringify(again?.difference.edits));
      console.log(
        again?.difference.relaying,
        again?.difference.changes.map((one) => one.kind),
      );
    }
  }
  console.log(Object.fromEntries(totals));
}

const [first = '1', last = '50', most = '2'] = process.argv.slice(2);
main(Number(first), Number(last), Number(most));
