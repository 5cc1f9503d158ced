/*
 * Reads case files, `-` for standard input. The findings of all files are reported in one ConfigError.
 */

import { basename } from 'node:path';
import { DiagnosticList, hasErrors } from '../../lib/text/index.js';
import { type ReadSource, readText } from '../../runtime/files/index.js';
import { ConfigError } from '../../runtime/index.js';
import { withSpooledInput } from '../support/index.js';
import type { Case } from './case.js';
import { parseCases } from './parse-cases.js';

export interface CaseFile {
  /** Its name on the command line. */
  readonly name: string;
  readonly cases: readonly Case[];
}

/** The largest case file, in octets. */
export const largestFile = 16 * 1024 * 1024;

const standardInput = 'standard input';

async function readOne(path: string): Promise<ReadSource> {
  if (path !== '-') return readText(path, { name: path, shortName: basename(path) }, largestFile);
  const names = { name: standardInput, shortName: standardInput };
  return await withSpooledInput(async (spooled) => readText(spooled, names, largestFile));
}

/** Reads files. Throws ConfigError with every finding of all of them. */
export async function readCaseFiles(paths: readonly string[]): Promise<readonly CaseFile[]> {
  const diagnostics = new DiagnosticList();
  const files: CaseFile[] = [];
  for (const path of paths) {
    const read = await readOne(path);
    if (read.kind !== 'read') {
      diagnostics.push(read.diagnostic);
      continue;
    }
    const parsed = parseCases(read.source);
    diagnostics.append(parsed.diagnostics);
    files.push({ name: read.source.name, cases: parsed.value });
  }
  if (hasErrors(diagnostics.all)) throw new ConfigError(diagnostics.all);
  return files;
}
