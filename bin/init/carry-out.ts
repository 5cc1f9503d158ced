/*
 * Writes the planned files, and checks the result. For a dry run the policy is written to a temporary folder and
 * checked there.
 */

import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Diagnostic } from '../../lib/text/index.js';
import { describeError, makeFolder, writeNewFile } from '../../runtime/files/index.js';
import { checkFolder } from '../support/index.js';
import type { FileAction, PlannedFile } from './planned-file.js';

function writeOne(folder: string, { path, text, mode, isFolder, content }: PlannedFile): FileAction {
  try {
    if (isFolder === true) {
      makeFolder(join(folder, path));
      return 'write';
    }
    // A file that appeared since the plan was made stays.
    return writeNewFile(join(folder, path), content?.() ?? text, mode) ? 'write' : 'differs';
  } catch (error) {
    throw new Error(
      `\`${join(folder, path)}\` cannot be written: ${describeError(error)}; correct this and run the command again`,
    );
  }
}

/** Writes the planned files; returns the result for each. Throws if one cannot be written. */
export function writeFiles(folder: string, planned: readonly PlannedFile[]): PlannedFile[] {
  return planned.map((file) =>
    file.action === 'write' ? { ...file, action: writeOne(folder, file) } : file,
  );
}

async function checkDry(planned: readonly PlannedFile[]): Promise<readonly Diagnostic[]> {
  const folder = mkdtempSync(join(tmpdir(), 'pmdf-init-'));
  try {
    writeFiles(
      folder,
      planned.filter(({ action, path }) => action === 'write' && path.startsWith('config/')),
    );
    return (await checkFolder(join(folder, 'config', 'pmdf'))).diagnostics;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Checks the policy of an install: the existing one, or the one that a dry run would write. */
export async function checkResult(
  folder: string,
  planned: readonly PlannedFile[],
  isDry: boolean,
): Promise<readonly Diagnostic[]> {
  const wouldWrite = planned.some(({ action, group }) => action === 'write' && group === 'policy');
  if (isDry && wouldWrite && !existsSync(join(folder, 'config', 'pmdf'))) return await checkDry(planned);
  return (await checkFolder(join(folder, 'config', 'pmdf'))).diagnostics;
}
