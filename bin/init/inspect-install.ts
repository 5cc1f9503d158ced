/*
 * Examines the folder of an install: empty, a Haraka install, or something else, which is left alone.
 */

import { existsSync, readdirSync, readFileSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import { describeError } from '../../runtime/files/index.js';
import { pluginOn, readIniFile } from '../../runtime/haraka-install/index.js';
import { quoted, UsageError } from '../support/index.js';
import { packedName } from './bundle.js';
import type { MailHost } from './site.js';

/** A folder that can be, or become, an install. */
export interface ExistingInstall {
  /** Whether it is not a Haraka install yet. */
  readonly isNew: boolean;
  /** The text of config/plugins; null if there is none. */
  readonly plugins: string | null;
  /** The mail server in smtp_forward.ini; null if there is no such file. */
  readonly forwardsTo: MailHost | null;
  /** Whether smtp.json or smtp.yaml replaces smtp.ini. */
  readonly hasOtherSmtpFile: boolean;
}

const marks = ['smtp.ini', 'smtp.json', 'smtp.yaml', 'plugins'];

/** What a new install may contain: what npm, git and an interrupted run put there. */
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

/** Haraka's defaults for queue/smtp_forward. */
const forwardDefaults = { host: 'localhost', port: 2555 };

function forwardHost(configFolder: string): MailHost | null {
  const ini = readIniFile(configFolder, 'smtp_forward.ini');
  if (ini.source === null) return null;
  const written = (key: string): string | undefined => ini.last('main', key)?.value;
  return {
    host: written('host') ?? forwardDefaults.host,
    port: Number(written('port') ?? forwardDefaults.port),
  };
}

function refuseForeign(folder: string, entries: readonly string[]): void {
  if (marks.filter((name) => entries.includes(name)).length > 1 && !entries.includes('config'))
    throw new UsageError(
      `${quoted(folder)} is a config folder`,
      'name its parent, the folder of the install',
    );
  const other = entries.find((name) => !harmless.has(name) && name !== packedName() && !name.startsWith('.'));
  if (other === undefined) return;
  throw new UsageError(
    `${quoted(folder)} is not a Haraka install, and not empty: it contains ${quoted(other)}`,
    'name a new folder, or that of an install made by `haraka -i`',
  );
}

function statsOf(folder: string): Stats | undefined {
  try {
    return statSync(folder, { throwIfNoEntry: false });
  } catch (error) {
    throw new UsageError(`${quoted(folder)} cannot be examined: ${describeError(error)}`);
  }
}

/** Examines a folder. Throws UsageError if it cannot be an install. */
export function inspectInstall(folder: string): ExistingInstall {
  const found = statsOf(folder);
  for (const place of [folder, join(folder, 'config'), join(folder, 'config', 'pmdf')]) {
    if (statsOf(place)?.isDirectory() === false)
      throw new UsageError(`${quoted(place)} is not a folder`, 'name a new folder, or that of an install');
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

/** Queue plugins that can deliver `through`, by precedence. */
const throughPlugins = ['smtp_forward', 'lmtp', 'qmail-queue', 'smtp_bridge'];

/** The queue plugin of an install that can deliver `through`; `smtp_forward` if it has none. */
export function throughPluginOf({ plugins }: ExistingInstall): string {
  const names = new Set((plugins ?? '').split('\n').map((line) => pluginOn(line)?.name));
  return throughPlugins.find((name) => names.has(`queue/${name}`)) ?? 'smtp_forward';
}
