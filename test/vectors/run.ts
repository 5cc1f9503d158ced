/*
 * The command behind `npm run vectors -- FILE...`: runs vector files, prints every failure with expected and actual
 * values, and ends with `N passed, N failed, N skipped`. Exit 1 on a failure. Without a FILE the committed
 * `pmdf-vectors.json` runs. A file that cannot be read is a failure.
 */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { projectRoot } from '../support/project-root.js';
import { type Outcome, runVector } from './run-vector.js';
import { type BrokenVector, readVectors, type Vector } from './vector.js';

/** The vectors that run when no file is named. */
const committedVectors = join(projectRoot, 'test/vectors/pmdf-vectors.json');

/** Reads one file; a file that cannot be read is one broken vector. */
function readVectorFile(file: string): readonly (Vector | BrokenVector)[] {
  try {
    return readVectors(readFileSync(resolve(file), 'utf8'), file);
  } catch (error) {
    return [{ kind: 'broken', id: file, reason: error instanceof Error ? error.message : String(error) }];
  }
}

function printOutcome({ kind, id, area, lines }: Outcome): void {
  if (kind === 'passed') return;
  const heading = [kind, id, ...(area === null ? [] : [`(${area})`])].join(' ');
  process.stdout.write(`${[heading, ...lines].join('\n')}\n`);
}

/** Runs files and prints the results; returns the exit code. */
function runFiles(files: readonly string[]): 0 | 1 {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const vector of files.flatMap(readVectorFile)) {
    const outcome = runVector(vector);
    counts[outcome.kind] += 1;
    printOutcome(outcome);
  }
  const { passed, failed, skipped } = counts;
  process.stdout.write(`${passed} passed, ${failed} failed, ${skipped} skipped\n`);
  return failed === 0 ? 0 : 1;
}

if (require.main === module) {
  const files = process.argv.slice(2);
  process.exitCode = runFiles(files.length === 0 ? [committedVectors] : files);
}
