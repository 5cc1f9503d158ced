/*
 * The mutation test: brute force and prover on every mutation of the samples: `node run-mutations.js [NAME]`. With `brute` as second
 * argument brute force alone. Prints each mutation that brute force finds open and the prover does not, and the counts.
 */
import { parentPort, Worker } from 'node:worker_threads';
import { bruteForce } from './brute-force.js';
import { compare } from './compare.js';
import { type Mutation, mutationsOf } from './mutations.js';
import { readCases } from './read-cases.js';
import { compileSite } from './site.js';

const [pattern = '', mode = 'both'] = process.argv.slice(2);

function allMutations(): readonly Mutation[] {
  return readCases()
    .filter(({ file, name }) => file === 'samples.txt' && name.includes(pattern))
    .flatMap(({ name, site }) => [...mutationsOf(name, site)]);
}

interface Report {
  readonly broken: boolean;
  readonly open: readonly string[];
  readonly answers: readonly string[];
  readonly findings: readonly string[];
}

function reportOn({ site }: Mutation): Report {
  const depth = { tokens: 1, signs: 1 };
  try {
    if (mode === 'brute') {
      const found = bruteForce(compileSite(site), depth);
      const open = [...found.relays].map(([channel, [one]]) => `${channel} ${JSON.stringify(one?.session)}`);
      return { broken: false, open, answers: [], findings: [] };
    }
    const { found, proof, findings } = compare(site, depth);
    return {
      broken: false,
      open: [...found.relays].map(([channel, [one]]) => `${channel} ${JSON.stringify(one?.session)}`),
      answers: (proof?.channels ?? []).map(({ channel, answer }) => `${channel} ${answer}`),
      findings: findings.map(({ kind, channel, text }) => `${kind} ${channel}: ${text.slice(0, 600)}`),
    };
  } catch (error) {
    return { broken: true, open: [], answers: [String(error).slice(0, 200)], findings: [] };
  }
}

const patience = 60_000;

async function runAll(): Promise<void> {
  const mutations = allMutations();
  const counts = new Map<string, number>();
  const count = (what: string): void => void counts.set(what, (counts.get(what) ?? 0) + 1);
  let worker = new Worker(__filename, { argv: [pattern, mode] });
  for (const [at, { name }] of mutations.entries()) {
    const report = await new Promise<Report | null>((resolve) => {
      const timer = setTimeout(() => {
        void worker.terminate().then(() => {
          worker = new Worker(__filename, { argv: [pattern, mode] });
          resolve(null);
        });
      }, patience);
      worker.once('message', (made: Report) => {
        clearTimeout(timer);
        resolve(made);
      });
      worker.postMessage(at);
    });
    count('mutations');
    if (report === null) {
      count('hangs');
      console.log(`HANGS ${name}`);
      continue;
    }
    if (report.broken) {
      count('do not compile');
      continue;
    }
    count(report.open.length > 0 ? 'open by brute force' : 'closed by brute force');
    for (const answer of report.answers) count(answer.slice(answer.indexOf(' ') + 1));
    for (const finding of report.findings) count(finding.slice(0, finding.indexOf(' ')));
    if (mode === 'brute' ? report.open.length > 0 : report.findings.length > 0)
      console.log([name, ...report.answers, ...report.open, ...report.findings].join('\n    '));
  }
  console.log(Object.fromEntries(counts));
  await worker.terminate();
}

if (parentPort !== null) {
  const port = parentPort;
  const mutations = allMutations();
  port.on('message', (at: number) => {
    const mutation = mutations[at];
    if (mutation !== undefined) port.postMessage(reportOn(mutation));
  });
} else void runAll();
