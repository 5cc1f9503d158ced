/*
 * Puts a plan into effect, or only into words; then has the result checked. For a plan that is not carried out, the files
 * that it would write are put into a folder of their own for the check.
 */

import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Diagnostic } from '../../lib/text/index.js';
import { describeError, makeFolder, writeNewFile } from '../../runtime/files/index.js';
import { findAll } from '../check/index.js';
import type { Fate, PlannedFile } from './planned-file.js';

function writeOne(folder: string, { path, text, mode, isFolder, content }: PlannedFile): Fate {
  try {
    if (isFolder === true) {
      makeFolder(join(folder, path));
      return 'write';
    }
    // Somebody may have put a file there since the plan was made; it stays.
    return writeNewFile(join(folder, path), content?.() ?? text, mode) ? 'write' : 'differs';
  } catch (error) {
    throw new Error(
      `\`${join(folder, path)}\` cannot be written: ${describeError(error)}; run the same again when that is mended`,
    );
  }
}

/** Writes the files that are to be written; gives what became of each. Throws when one cannot be written. */
export function writeFiles(folder: string, planned: readonly PlannedFile[]): PlannedFile[] {
  return planned.map((file) => (file.fate === 'write' ? { ...file, fate: writeOne(folder, file) } : file));
}

async function checkAside(planned: readonly PlannedFile[]): Promise<readonly Diagnostic[]> {
  const aside = mkdtempSync(join(tmpdir(), 'pmdf-init-'));
  try {
    writeFiles(
      aside,
      planned.filter(({ fate, path }) => fate === 'write' && path.startsWith('config/')),
    );
    return await findAll(join(aside, 'config', 'pmdf'));
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

/** Checks the policy of an install: the one that is there, or the one that a dry run would write. */
export async function checkResult(
  folder: string,
  planned: readonly PlannedFile[],
  isDry: boolean,
): Promise<readonly Diagnostic[]> {
  const wouldWrite = planned.some(({ fate, group }) => fate === 'write' && group === 'policy');
  if (isDry && wouldWrite && !existsSync(join(folder, 'config', 'pmdf'))) return await checkAside(planned);
  return await findAll(join(folder, 'config', 'pmdf'));
}
