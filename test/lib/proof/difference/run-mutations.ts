/*
 * Every mutation of the samples as an edit, compared with brute force: `node run-mutations.js [FIRST] [STEP]` takes each STEP-th one
 * from FIRST on. Prints each disagreement, and the counts after every ten.
 */
import { mutationsOf } from '../judge/mutations.js';
import { readCases } from '../judge/read-cases.js';
import { type Comparison, compareSites } from './compare-sites.js';

function main(first: number, step: number): void {
  const totals = new Map<string, number>();
  const count = (what: string): void => void totals.set(what, (totals.get(what) ?? 0) + 1);
  const samples = readCases().filter(({ file }) => file === 'samples.txt');
  let at = 0;
  for (const { name, site } of samples) {
    for (const mutation of mutationsOf(name, site)) {
      at += 1;
      if (at < first || (at - first) % step !== 0) continue;
      let result: Comparison;
      try {
        result = compareSites(site, mutation.site);
      } catch {
        count('does not compile');
        continue;
      }
      const { difference, found, findings } = result;
      count('mutations');
      count(`answer ${difference.answer}`);
      count(`relaying ${difference.relaying.answer}`);
      if (found.has('newly-relayed')) count('newly relayed by brute force');
      for (const { kind, text } of findings) {
        count(kind);
        console.log('%s', [mutation.name, kind, text, JSON.stringify(difference.relaying)].join('\n    '));
      }
      if ((totals.get('mutations') ?? 0) % 10 === 0)
        console.log('%s', JSON.stringify(Object.fromEntries(totals)));
    }
  }
  console.log(Object.fromEntries(totals));
}

const [first = '1', step = '1'] = process.argv.slice(2);
main(Number(first), Number(step));
