/*
 * config/plugins as Haraka 3.3 reads it: a name on each line, without blanks around it; lines that begin with `#` or `;`
 * are comments. A comment after a name belongs to the name. `haraka-plugin-` in front of a name is cut off, and names
 * that Haraka replaced are those of their successors.
 */
import type { SourceFile, Span } from '../../lib/text/index.js';
import { isPassedOver, linesOf, readHarakaFile } from './haraka-file.js';
import { lineOf, ourPlugin, type PluginName } from './our-plugins.js';

/** A line that names a plugin. */
export interface PluginLine {
  /** The name by which Haraka looks for the plugin. */
  readonly name: string;
  readonly written: string;
  /** The plugin of the bundle that it enables; null for all others. */
  readonly ours: PluginName | null;
  readonly span: Span;
}

/** The whole file. */
export interface PluginList {
  readonly source: SourceFile;
  readonly lines: readonly PluginLine[];
}

const prefix = 'haraka-plugin-';

/** Names that Haraka takes for others, as far as they decide who may send what to whom. */
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

/** The name of a plugin as Haraka has it. */
export function harakaName(written: string): string {
  const bare = written.startsWith(prefix) ? written.slice(prefix.length) : written;
  return successors.get(bare) ?? bare;
}

/** Blanks in a path count; empty parts, `.` and a slash at the end do not. */
function plainPath(name: string): string {
  return name
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');
}

/** The line of config/plugins in a text; null when Haraka passes over it. */
export function pluginOn(text: string): Omit<PluginLine, 'span'> | null {
  if (isPassedOver(text)) return null;
  const written = text.trim();
  const name = harakaName(written);
  return { name, written, ours: ourPlugin(plainPath(name)) };
}

/** Reads the lines of a text in the form of config/plugins. */
export function parsePluginList(source: SourceFile): PluginList {
  const lines = linesOf(source).flatMap(({ text, offset }) => {
    const line = pluginOn(text);
    if (line === null) return [];
    const { written } = line;
    const at = offset + text.indexOf(written);
    return [{ ...line, span: { source, offset: at, length: written.length } }];
  });
  return { source, lines };
}

/** Reads config/plugins; null when there is no such file, or smtp.json or smtp.yaml replaces it. */
export function readPluginList(configFolder: string): PluginList | null {
  if (replacingFile(configFolder) !== null) return null;
  const source = readHarakaFile(configFolder, 'plugins');
  return source === null ? null : parsePluginList(source);
}

/** The file whose key `!plugins` replaces config/plugins; null when there is none. Haraka reads the yaml where no json is. */
export function replacingFile(configFolder: string): SourceFile | null {
  const source = readHarakaFile(configFolder, 'smtp.json') ?? readHarakaFile(configFolder, 'smtp.yaml');
  return source?.text.includes('!plugins') === true ? source : null;
}

/** What a line enables: ours as `pmdf/NAME`, however it is written. */
export function enabledName({ ours, name }: Pick<PluginLine, 'name' | 'ours'>): string {
  return ours === null ? name : lineOf(ours);
}

/** The names of the plugins that an install lists, ours as `pmdf/NAME`; null when the list is not known. */
export function enabledIn(configFolder: string): ReadonlySet<string> | null {
  const list = readPluginList(configFolder);
  if (list === null) return null;
  return new Set(list.lines.map(enabledName));
}

/** Tells whether a plugin of others knows users who authenticate. */
export function isAuthPlugin(name: string): boolean {
  return name.startsWith('auth/') || name.startsWith('auth-');
}
