/*
 * What several test files use and is slow to make: made by the first that needs it, for all workers of the run.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { leaveNothingBehind } from '../e2e/support/last-will.js';
import { until } from '../e2e/support/until.js';

const limitMs = 120_000;

/** Names the run; a process that belongs to no run is one of its own. */
const run = process.env['PMDF_TEST_RUN'] ?? String(process.pid);

function isExisting(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EEXIST';
}

/**
 * Returns the folder of this name, in which `make` has put something once in this run; rejects, in every process, if
 * it could not. It is deleted at the end of the process that made it.
 */
export async function oncePerRun(name: string, make: (folder: string) => Promise<void>): Promise<string> {
  const root = join(tmpdir(), `pmdf-${name}-${run}`);
  const folder = join(root, 'made');
  const outcome = join(root, 'outcome');
  try {
    mkdirSync(root, { mode: 0o700 });
  } catch (error) {
    if (!isExisting(error)) throw error;
    await until(
      () => existsSync(outcome),
      limitMs,
      () => `${name} made by another worker`,
    );
    const fault = readFileSync(outcome, 'utf8');
    if (fault !== '') throw new Error(`another worker could not make ${name}: ${fault}`);
    return folder;
  }
  leaveNothingBehind(root);
  const tell = (fault: string): void => {
    // Complete when another worker sees it.
    writeFileSync(`${outcome}.new`, fault);
    renameSync(`${outcome}.new`, outcome);
  };
  try {
    mkdirSync(folder);
    await make(folder);
    tell('');
    return folder;
  } catch (error) {
    tell(String(error));
    throw error;
  }
}
