/*
 * The table files of PMDF or Messaging Server, copied unchanged: rules, tables, aliases, text databases and what they
 * include, option files of directory channels with their databases in text, and option.dat if it is about LDAP.
 */

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { isDirectoryChannelName } from '../../lib/channel/index.js';
import { optionFileOf } from '../../lib/directory/index.js';
import { resolveFileName } from '../../runtime/files/index.js';
import { withConfiguration } from '../../runtime/index.js';
import { quoted, UsageError } from '../support/index.js';
import { hasReadOptions, type OptionLines, readOptionFile } from './option-file.js';
import type { WantedFile } from './planned-file.js';

/** The names of the file of rules and channels in PMDF and in Messaging Server. */
const mainFiles = ['pmdf.cnf', 'imta.cnf'] as const;
const beside = ['mappings', 'aliases', 'general.txt', 'forward.txt', 'reverse.txt'];
const optionFile = 'option.dat';
const unifiedFile = 'config.xml';
/** The folder of the databases of directory channels. */
const databaseFolder = 'directories';

/** Whether a file is the option file of a directory channel. */
function isDirectoryOptions(name: string): boolean {
  const end = optionFileOf('');
  return name.endsWith(end) && isDirectoryChannelName(name.slice(0, -end.length));
}

/** The text databases of directory channels, relative to the folder. */
function directoryTexts(folder: string): string[] {
  const path = join(folder, databaseFolder);
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
  return readdirSync(path)
    .filter((name) => name.endsWith('.txt') && isFile(join(path, name)))
    .map((name) => `${databaseFolder}/${name}`);
}

/** Whether the gateway reads a file by itself. */
function isRead(folder: string, known: ReadonlySet<string>, name: string): boolean {
  if (!isFile(join(folder, name))) return false;
  if (known.has(name) || isDirectoryOptions(name)) return true;
  return name === optionFile && hasReadOptions(readFileSync(join(folder, name), 'utf8'));
}

/** The included files in the same folder; others stay where they are, and their names stay valid. */
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

/** The name of the file of rules and channels in a folder. Throws UsageError if there is none. */
function mainFileOf(folder: string): string {
  const main = mainFiles.find((name) => isFile(join(folder, name)));
  if (main !== undefined) return main;
  if (isFile(join(folder, unifiedFile)))
    throw new UsageError(
      `${unifiedFile} in ${quoted(folder)} is a Unified Configuration, which is not supported`,
      'write the rules, channels and tables that `msconfig` shows to imta.cnf and mappings, and name their folder',
    );
  throw new UsageError(
    `there is neither ${mainFiles.join(' nor ')} in ${quoted(folder)}`,
    'name the folder of the table files',
  );
}

/** Reads the files to copy. Throws UsageError if the folder has no configuration. */
export function pmdfTableFiles(folder: string): WantedFile[] {
  const known = new Set([mainFileOf(folder), ...beside]);
  const names = readdirSync(folder).filter((name) => isRead(folder, known, name));
  const texts = new Map<string, string>();
  for (let name = names.shift(); name !== undefined; name = names.shift()) {
    if (texts.has(name)) continue;
    const text = readFileSync(join(folder, name), 'utf8');
    texts.set(name, text);
    for (const one of includedBy(folder, text)) names.push(one);
  }
  for (const name of directoryTexts(folder)) texts.set(name, readFileSync(join(folder, name), 'utf8'));
  const purpose = known.has('imta.cnf') ? 'copied from Messaging Server' : 'copied from PMDF';
  return [...texts]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, text]) => ({ path: `config/pmdf/${name}`, text, purpose, group: 'policy' }));
}

/** Converts option.dat of a folder, if there is one. */
export function optionsOf(folder: string): OptionLines {
  const path = join(folder, optionFile);
  if (!isFile(path)) return { settings: [], ignored: [] };
  return readOptionFile(readFileSync(path, 'utf8'), (name) => isFile(join(folder, name)));
}

/** The path of dispatcher.cnf in a folder; undefined if there is none. */
export function dispatcherBeside(folder: string): string | undefined {
  const path = join(folder, 'dispatcher.cnf');
  return isFile(path) ? path : undefined;
}

/** The official host name of the local channel; null if the files do not compile. */
export async function localHostOf(folder: string): Promise<string | null> {
  return await withConfiguration(
    folder,
    ({ value }) => value?.policy.channels.channels.get('l')?.officialHostName ?? null,
  );
}
