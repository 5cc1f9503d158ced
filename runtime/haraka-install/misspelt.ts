/*
 * What a faulty line of config/plugins was meant to be: the whole bundle, a misspelt plugin of ours, a name with
 * a comment after it.
 */

import { pluginNames } from '../../lib/decide/index.js';
import { nearest } from '../../lib/text/index.js';
import { isPlugin, type PluginFolders } from './find-plugin.js';
import { lineOf } from './our-plugins.js';
import { harakaName, type PluginLine } from './plugin-list.js';

export type LineFault =
  /** It names the bundle, which is not a plugin. */
  | { readonly kind: 'whole-bundle' }
  /** No such plugin, and one of ours is meant; null if it is not clear which. */
  | { readonly kind: 'misspelt'; readonly meant: string | null }
  /** A comment follows the name, which extends to the end of the line. */
  | { readonly kind: 'commented'; readonly meant: string; readonly isOurs: boolean }
  /** No such plugin, and none of ours is meant. */
  | { readonly kind: 'unknown' };

const ourLines = pluginNames.map(lineOf);

/** Our names without `pmdf/` that no plugin of Haraka has. */
const bareNames = new Set(['switchchannel', 'maytls', 'deliver', 'forward']);

function isBundle(name: string): boolean {
  return /^pmdf\/*$/.test(harakaName(name));
}

/** Whether a name is meant to be one of ours, even if it is not clear which. */
function looksLikeOurs(name: string): boolean {
  const folded = name.toLowerCase();
  if (folded.includes('pmdf') || bareNames.has(folded)) return true;
  const near = nearest(folded, ourLines);
  // `auth/access` is only three letters away from `pmdf/access`, and may be anything.
  return near !== undefined && nearest(folded.split('/')[0] ?? '', ['pmdf']) !== undefined;
}

function meantBy(name: string): string | null {
  const folded = name.toLowerCase().replaceAll(/[\\.:_\s-]+/g, '/');
  const last = folded.split('/').findLast((part) => part !== '') ?? '';
  const plugin = nearest(last, pluginNames);
  return nearest(folded, ourLines) ?? (plugin === undefined ? null : `pmdf/${plugin}`);
}

/** The name before a comment; null if there is no comment. */
function beforeComment({ written }: PluginLine): string | null {
  const [, name] = /^([^\s#;]+)\s*[#;]/.exec(written) ?? [];
  return name === undefined ? null : harakaName(name);
}

/** Finds the fault of a line; null if it has none, or that is not known. */
export function faultOf(line: PluginLine, folders: PluginFolders): LineFault | null {
  // With the bundle in node_modules, Haraka does not find a name with `./` in front.
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
