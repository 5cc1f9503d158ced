/*
 * PMDF's own table files, taken over as they are: rules, tables, aliases, text databases and whatever they include.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { hasErrors } from '../../lib/index.js';
import { systemClock } from '../../runtime/clock.js';
import { resolveFileName } from '../../runtime/file-names.js';
import { loadConfiguration } from '../../runtime/load-configuration.js';
import { OpenDatabases } from '../../runtime/open-databases.js';
import { UsageError } from '../support/usage-error.js';
import { quoted } from '../support/visible.js';
import type { WantedFile } from './planned-file.js';

const mainFile = 'pmdf.cnf';
const known = new Set([mainFile, 'mappings', 'aliases', 'general.txt']);

/** The files beside it that a file includes; what lies elsewhere stays there, under the name that the file gives it. */
function includedBy(folder: string, text: string): string[] {
  return text.split(/\r?\n/).flatMap((line) => {
    if (!line.startsWith('<') || line.trim() === '<') return [];
    const path = resolveFileName(resolve(folder), line.slice(1).trim());
    return dirname(path) === resolve(folder) && isFile(path) ? [basename(path)] : [];
  });
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

/** Reads the files to take over. Throws UsageError when the folder holds no configuration of PMDF. */
export function pmdfTableFiles(folder: string): WantedFile[] {
  if (!isFile(join(folder, mainFile)))
    throw new UsageError(
      `there is no ${mainFile} in ${quoted(folder)}`,
      "name the folder of PMDF's table files",
    );
  const names = readdirSync(folder).filter((name) => known.has(name) && isFile(join(folder, name)));
  const texts = new Map<string, string>();
  for (let name = names.shift(); name !== undefined; name = names.shift()) {
    if (texts.has(name)) continue;
    const text = readFileSync(join(folder, name), 'utf8');
    texts.set(name, text);
    for (const one of includedBy(folder, text)) names.push(one);
  }
  return [...texts]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, text]) => ({
      path: `config/pmdf/${name}`,
      text,
      purpose: 'as it came from PMDF',
      group: 'policy',
    }));
}

/** Finds the official host name of the local channel; null when the files do not compile. */
export function localHostOf(folder: string): string | null {
  const open = new OpenDatabases(folder, { clock: systemClock, report: () => undefined });
  try {
    const { value, diagnostics } = loadConfiguration(folder, open);
    if (value === null || hasErrors(diagnostics)) return null;
    return value.policy.channels.channels.get('l')?.officialHostName ?? null;
  } finally {
    open.close();
  }
}
