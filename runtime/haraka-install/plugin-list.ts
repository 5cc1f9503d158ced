/*
 * config/plugins as Haraka 3.3 reads it: a name on each line, without surrounding blanks; a line that begins
 * with `#` or `;` is a comment. A comment after a name is part of the name. A prefix `haraka-plugin-` is
 * removed, and names of plugins that Haraka replaced mean their successors.
 */

import type { PluginName } from '../../lib/decide/index.js';
import type { SourceFile, Span } from '../../lib/text/index.js';
import { isIgnored, listEntries, readConfigFile } from './config-file.js';
import { lineOf, ourPlugin } from './our-plugins.js';

export interface PluginLine {
  /** The name that Haraka looks for. */
  readonly name: string;
  readonly written: string;
  /** The plugin of ours that it enables; null for all others. */
  readonly ours: PluginName | null;
  readonly span: Span;
}

/** The whole file. */
export interface PluginList {
  readonly source: SourceFile;
  readonly lines: readonly PluginLine[];
}

const prefix = 'haraka-plugin-';

/** Successors of plugins that decide who may send what to whom. */
const successors = new Map([
  ['auth/auth_ldap', 'auth-ldap'],
  ['connect.rdns_access', 'access'],
  ['mail_from.access', 'access'],
  ['mail_from.blocklist', 'access'],
  ['rcpt_to.access', 'access'],
  ['rcpt_to.blocklist', 'access'],
  ['rdns.regexp', 'access'],
  ['rcpt_to.ldap', 'rcpt-ldap'],
  ['rcpt_to.qmail_deliverable', 'qmail-deliverable'],
  ['relay_acl', 'relay'],
  ['relay_all', 'relay'],
  ['relay_force_routing', 'relay'],
]);

/** The name of a plugin for Haraka. */
export function harakaName(written: string): string {
  const bare = written.startsWith(prefix) ? written.slice(prefix.length) : written;
  return successors.get(bare) ?? bare;
}

/** A path without empty parts, `.` and a slash at its end, which Haraka ignores. */
function plainPath(name: string): string {
  return name
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');
}

/** Parses one line of config/plugins; null if Haraka ignores it. */
export function pluginOn(text: string): Omit<PluginLine, 'span'> | null {
  if (isIgnored(text)) return null;
  const written = text.trim();
  const name = harakaName(written);
  return { name, written, ours: ourPlugin(plainPath(name)) };
}

/** Parses a text in the form of config/plugins. */
export function parsePluginList(source: SourceFile): PluginList {
  const lines = listEntries(source).flatMap(({ text, span }) => {
    const line = pluginOn(text);
    return line === null ? [] : [{ ...line, span }];
  });
  return { source, lines };
}

/** Reads config/plugins; null if there is no such file, or smtp.json or smtp.yaml replaces it. */
export function readPluginList(configFolder: string): PluginList | null {
  if (replacingFile(configFolder) !== null) return null;
  const source = readConfigFile(configFolder, 'plugins');
  return source === null ? null : parsePluginList(source);
}

/**
 * The file whose key `!plugins` replaces config/plugins; null if there is none. smtp.json takes precedence over
 * smtp.yaml.
 */
export function replacingFile(configFolder: string): SourceFile | null {
  const source = readConfigFile(configFolder, 'smtp.json') ?? readConfigFile(configFolder, 'smtp.yaml');
  return source?.text.includes('!plugins') === true ? source : null;
}

/** The plugin that a line enables; ours always as `pmdf/NAME`. */
export function enabledName({ ours, name }: Pick<PluginLine, 'name' | 'ours'>): string {
  return ours === null ? name : lineOf(ours);
}

/** The plugins that an install enables, ours as `pmdf/NAME`; null if the list is not known. */
export function enabledIn(configFolder: string): ReadonlySet<string> | null {
  const list = readPluginList(configFolder);
  if (list === null) return null;
  return new Set(list.lines.map(enabledName));
}

/** Whether an install enables one of our plugins, as far as its files say. */
export function isEnabledIn(configFolder: string, plugin: PluginName): boolean {
  const enabled = enabledIn(configFolder);
  if (enabled !== null) return enabled.has(lineOf(plugin));
  return replacingFile(configFolder)?.text.includes(lineOf(plugin)) ?? false;
}

/** Whether another's plugin authenticates users. */
export function isAuthPlugin(name: string): boolean {
  return name.startsWith('auth/') || name.startsWith('auth-');
}
