/*
 * Looks at the folder that an install is to be in: nothing yet, a Haraka install, or something else that is left alone.
 */

import { existsSync, readdirSync, readFileSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import { describeError } from '../../runtime/files/index.js';
import { pluginOn, readIniFile } from '../../runtime/haraka-install/index.js';
import { quoted, UsageError } from '../support/index.js';
import { packedName } from './bundle.js';
import type { MailHost } from './site.js';

/** A folder as it is. */
export interface ExistingInstall {
  /** Whether there is no Haraka install in it yet. */
  readonly isNew: boolean;
  /** The text of config/plugins; null when there is none. */
  readonly plugins: string | null;
  /** Where smtp_forward.ini sends mail; null when the file is not there. */
  readonly forwardsTo: MailHost | null;
  /** smtp.json or smtp.yaml says what smtp.ini would. */
  readonly hasOtherSmtpFile: boolean;
}

const marks = ['smtp.ini', 'smtp.json', 'smtp.yaml', 'plugins'];

/** What may lie in a folder that becomes an install: what npm, git and an unfinished run put there. */
const harmless = new Set([
  'config',
  'docs',
  'node_modules',
  'package.json',
  'package-lock.json',
  'plugins',
  'queue',
]);

function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

/** Where Haraka's queue/smtp_forward sends mail when nothing is said. */
const usual = { host: 'localhost', port: 2555 };

function forwardHost(configFolder: string): MailHost | null {
  const ini = readIniFile(configFolder, 'smtp_forward.ini');
  if (ini.source === null) return null;
  const written = (key: string): string | undefined => ini.last('main', key)?.value;
  return { host: written('host') ?? usual.host, port: Number(written('port') ?? usual.port) };
}

function refuseForeign(folder: string, entries: readonly string[]): void {
  if (marks.filter((name) => entries.includes(name)).length > 1 && !entries.includes('config'))
    throw new UsageError(
      `${quoted(folder)} is a config folder`,
      'name the folder above it, that of the install',
    );
  const other = entries.find((name) => !harmless.has(name) && name !== packedName() && !name.startsWith('.'));
  if (other === undefined) return;
  throw new UsageError(
    `${quoted(folder)} is no Haraka install, and not empty: it holds ${quoted(other)}`,
    'name a new folder, or that of an install made by `haraka -i`',
  );
}

function statsOf(folder: string): Stats | undefined {
  try {
    return statSync(folder, { throwIfNoEntry: false });
  } catch (error) {
    throw new UsageError(`${quoted(folder)} cannot be looked at: ${describeError(error)}`);
  }
}

/** Looks at a folder. Throws UsageError for one that an install cannot be put into. */
export function lookAtInstall(folder: string): ExistingInstall {
  const found = statsOf(folder);
  for (const place of [folder, join(folder, 'config'), join(folder, 'config', 'pmdf')]) {
    if (statsOf(place)?.isDirectory() === false)
      throw new UsageError(`${quoted(place)} is no folder`, 'name a new folder, or that of an install');
  }
  const config = join(folder, 'config');
  const isNew = !marks.some((name) => existsSync(join(config, name)));
  if (isNew && found !== undefined) refuseForeign(folder, readdirSync(folder));
  return {
    isNew,
    plugins: textOf(join(config, 'plugins')),
    forwardsTo: forwardHost(config),
    hasOtherSmtpFile: ['smtp.json', 'smtp.yaml'].some((name) => existsSync(join(config, name))),
  };
}

/** Queue plugins that can hand mail on for `through`, in the order in which they are looked for. */
const throughPlugins = ['smtp_forward', 'lmtp', 'qmail-queue', 'smtp_bridge'];

/** The queue plugin that an install has for handing mail on; `smtp_forward` where it has none. */
export function throughPluginOf({ plugins }: ExistingInstall): string {
  const names = new Set((plugins ?? '').split('\n').map((line) => pluginOn(line)?.name));
  return throughPlugins.find((name) => names.has(`queue/${name}`)) ?? 'smtp_forward';
}
