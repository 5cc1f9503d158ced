/*
 * What a line of config/plugins was meant to be that Haraka does not take for what it looks like: the name of the whole
 * bundle, a plugin of ours misspelt, a name with a comment after it.
 */
import { nearest } from '../../lib/text/index.js';
import { isPlugin, type PluginFolders } from './find-plugin.js';
import { lineOf, pluginNames } from './our-plugins.js';
import { harakaName, type PluginLine } from './plugin-list.js';

/** What is wrong with a line. */
export type LineFault =
  /** The bundle is not a plugin. */
  | { readonly kind: 'whole-bundle' }
  /** No such plugin, and one of ours is meant; null where it cannot be told which. */
  | { readonly kind: 'misspelt'; readonly meant: string | null }
  /** The name goes on to the end of the line. */
  | { readonly kind: 'commented'; readonly meant: string; readonly isOurs: boolean }
  /** No such plugin, and none of ours is meant. */
  | { readonly kind: 'unknown' };

const ourLines = pluginNames.map(lineOf);

/** Names of ours that no plugin of Haraka has, written without `pmdf/`. */
const bareNames = new Set(['switchchannel', 'maytls', 'deliver', 'forward']);

function isBundle(name: string): boolean {
  return /^pmdf\/*$/.test(harakaName(name));
}

/** Tells whether a name is meant to be ours, whether or not it says which. */
function looksLikeOurs(name: string): boolean {
  const folded = name.toLowerCase();
  if (folded.includes('pmdf') || bareNames.has(folded)) return true;
  const near = nearest(folded, ourLines);
  // `auth/access` is three letters away from `pmdf/access` and may be anything.
  return near !== undefined && nearest(folded.split('/')[0] ?? '', ['pmdf']) !== undefined;
}

function meantBy(name: string): string | null {
  const folded = name.toLowerCase().replaceAll(/[\\.:_\s-]+/g, '/');
  const last = folded.split('/').findLast((part) => part !== '') ?? '';
  const plugin = nearest(last, pluginNames);
  return nearest(folded, ourLines) ?? (plugin === undefined ? null : `pmdf/${plugin}`);
}

/** The name in front of a comment; null where the line has none. */
function beforeComment({ written }: PluginLine): string | null {
  const [, name] = /^([^\s#;]+)\s*[#;]/.exec(written) ?? [];
  return name === undefined ? null : harakaName(name);
}

/** Finds out what is wrong with a line; null when nothing is, or it cannot be told. */
export function faultOf(line: PluginLine, folders: PluginFolders): LineFault | null {
  // Where the bundle is in node_modules, `./` in front is a part of a name that Haraka does not find.
  if (line.ours !== null) {
    const isFound = !line.name.startsWith('./') || isPlugin(folders, line.name) !== false;
    return isFound ? null : { kind: 'misspelt', meant: lineOf(line.ours) };
  }
  if (isBundle(line.name)) return { kind: 'whole-bundle' };
  const isThere = isPlugin(folders, line.name);
  if (isThere === true) return null;
  const meant = beforeComment(line);
  if (meant !== null) return { kind: 'commented', meant, isOurs: isBundle(meant) || looksLikeOurs(meant) };
  if (looksLikeOurs(line.name)) return { kind: 'misspelt', meant: meantBy(line.name) };
  return isThere === false ? { kind: 'unknown' } : null;
}
