/*
 * Compares prover and brute force on random sites: `node run-random.js FIRST LAST [SIGNS [MOST [KIND,...]]]`. The first MOST
 * disagreements of each kind are made small and printed as cases. Sites are compared in a thread, which is ended where that takes
 * too long.
 */
import { parentPort, Worker } from 'node:worker_threads';
import { type Comparison, compare, type Disagreement } from './compare.js';
import { minimise } from './minimise.js';
import type { Part } from './random-site/part.js';
import { randomParts } from './random-site/random-parts.js';
import { siteOfParts } from './random-site/site-of-parts.js';
import { writeCase } from './write-case.js';

/** What the thread says of one site. */
interface SiteReport {
  readonly broken: boolean;
  readonly open: boolean;
  readonly tried: number;
  readonly milliseconds: number;
  /** The answers of the channels. */
  readonly answers: readonly string[];
  /** Channels on which the prover alone found a way. */
  readonly onlyProver: number;
  readonly kinds: readonly Disagreement[];
  readonly texts: readonly string[];
}

interface SiteOrder {
  readonly number: number;
  readonly signs: number;
  /** Disagreements that are made small. */
  readonly wanted: readonly Disagreement[];
}

const nothing: SiteReport = {
  broken: true,
  open: false,
  tried: 0,
  milliseconds: 0,
  answers: [],
  onlyProver: 0,
  kinds: [],
  texts: [],
};

function compareParts(parts: readonly Part[], signs: number): Comparison | null {
  try {
    return compare(siteOfParts(parts), { tokens: 2, signs });
  } catch {
    return null;
  }
}

function reportOn({ number, signs, wanted }: SiteOrder): SiteReport {
  const parts = randomParts(number);
  const result = compareParts(parts, signs);
  if (result === null) return nothing;
  const channels = result.proof?.channels ?? [];
  const kinds = [...new Set(result.findings.map(({ kind }) => kind))];
  const texts: string[] = [];
  for (const kind of kinds.filter((one) => wanted.includes(one))) {
    const shows = (fewer: readonly Part[]): boolean =>
      compareParts(fewer, signs)?.findings.some((one) => one.kind === kind) ?? false;
    const small = minimise(parts, shows);
    const finding = compareParts(small, signs)?.findings.find((one) => one.kind === kind);
    texts.push(
      `\n##### ${kind}, site ${number}, channel ${finding?.channel}\n${finding?.text}\n\n${writeCase(`${kind}-${number}`, siteOfParts(small))}`,
    );
  }
  return {
    broken: false,
    open: result.found.relays.size > 0,
    tried: result.found.tried,
    milliseconds: result.milliseconds,
    answers: channels.map(({ answer }) => answer),
    onlyProver: channels.filter(
      ({ channel, answer }) => answer === 'relays' && !result.found.relays.has(channel),
    ).length,
    kinds,
    texts,
  };
}

/** Longer than any honest proof of so small a site takes. */
const patience = 60_000;

const everyKind: readonly Disagreement[] = ['missed', 'false-witness', 'threw', 'no-answer'];

interface Numbers {
  readonly first: number;
  readonly last: number;
  readonly signs: number;
  readonly most: number;
}

async function compareAll(
  { first, last, signs, most }: Numbers,
  kinds: readonly Disagreement[],
): Promise<void> {
  const totals = new Map<string, number>();
  const count = (what: string, by = 1): void => void totals.set(what, (totals.get(what) ?? 0) + by);
  let slowest = 0;
  let worker = new Worker(__filename);
  const ask = (order: SiteOrder): Promise<SiteReport | null> =>
    new Promise((resolve) => {
      const timer = setTimeout(() => {
        void worker.terminate().then(() => {
          worker = new Worker(__filename);
          resolve(null);
        });
      }, patience);
      worker.once('message', (report: SiteReport) => {
        clearTimeout(timer);
        resolve(report);
      });
      worker.postMessage(order);
    });
  for (let number = first; number <= last; number += 1) {
    const wanted = kinds.filter((kind) => (totals.get(kind) ?? 0) < most);
    const report = await ask({ number, signs: number % 10 === 0 ? 2 : signs, wanted });
    if (report === null) {
      count('hangs');
      console.log(
        `\n##### hangs, site ${number}\n\n${writeCase(`hangs-${number}`, siteOfParts(randomParts(number)))}`,
      );
      continue;
    }
    if (report.broken) {
      count('broken');
      continue;
    }
    count('sites');
    count('tried', report.tried);
    count('open', report.open ? 1 : 0);
    count('only the prover', report.onlyProver);
    count('milliseconds', report.milliseconds);
    slowest = Math.max(slowest, report.milliseconds);
    for (const answer of report.answers) count(`answer ${answer}`);
    for (const kind of report.kinds) count(kind);
    for (const text of report.texts) console.log(text);
  }
  console.log({ ...Object.fromEntries(totals), slowest });
  await worker.terminate();
}

if (parentPort !== null) {
  const port = parentPort;
  port.on('message', (order: SiteOrder) => port.postMessage(reportOn(order)));
} else {
  const [first = '1', last = '100', signs = '1', most = '3', kinds = ''] = process.argv.slice(2);
  const numbers = { first: Number(first), last: Number(last), signs: Number(signs), most: Number(most) };
  const named = everyKind.filter((kind) => kinds === '' || kinds.split(',').includes(kind));
  void compareAll(numbers, named);
}
