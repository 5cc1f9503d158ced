/*
 * Where our lines go in an existing config/plugins, and which lines to comment out. Existing lines keep their
 * order. Ours: pmdf/switchchannel first, pmdf/access after it, pmdf/maytls after `tls`, pmdf/deliver last.
 */
import { everyPlugin } from '../../lib/decide/index.js';
import { enabledName, otherDeciders, pluginOn } from '../../runtime/haraka-install/index.js';
import { editedLines, type LineEdit, unifiedDiff } from './diff.js';

/** One change, for the report. */
export interface PluginChange {
  readonly action: 'add' | 'comment out';
  readonly line: string;
  /** Relative to a line number of the existing file. */
  readonly place: string;
  readonly why: string;
}

/** The proposed file. */
export interface PluginPlan {
  readonly changes: readonly PluginChange[];
  readonly text: string;
  readonly diff: readonly string[];
}

/** What the gateway needs from its plugins. */
export interface PluginWishes {
  /** The queue plugin of `through`, such as `smtp_forward`. */
  readonly throughPlugin: string;
  readonly isTls: boolean;
  readonly blockLists: boolean;
}

/** The plugin that a line enables, ours as `pmdf/NAME`; null if it enables none. */
function nameOn(line: string): string | null {
  const plugin = pluginOn(line);
  return plugin === null ? null : enabledName(plugin);
}

class PluginFile {
  readonly lines: readonly string[];
  readonly changes: PluginChange[] = [];
  readonly edits = new Map<number, LineEdit>();
  readonly #names: readonly (string | null)[];

  constructor(text: string) {
    this.lines = text.replace(/\n$/, '').split('\n');
    this.#names = this.lines.map(nameOn);
  }

  /** The index of the line of a plugin; -1 if it is not enabled. */
  at(name: string): number {
    return this.#names.indexOf(name);
  }

  /** The index of the first enabled line, else of the last line of the file. */
  first(): number {
    const found = this.#names.findIndex((name) => name !== null);
    return found === -1 ? this.lines.length - 1 : found;
  }

  last(): number {
    const found = this.#names.findLastIndex((name) => name !== null);
    return found === -1 ? this.lines.length - 1 : found;
  }

  /** Comments out plugins that decide the same as ours. */
  commentOut(): void {
    for (const [index, name] of this.#names.entries()) {
      const why = name === null ? undefined : otherDeciders(name, everyPlugin)?.whyOut;
      if (name === null || why === undefined) continue;
      const line = this.lines[index] ?? '';
      this.edits.set(index, { ...this.#edit(index), replacement: `# ${line}` });
      this.changes.push({ action: 'comment out', line: line.trim(), place: `line ${index + 1}`, why });
    }
  }

  add(side: 'before' | 'after', index: number, line: string, why: string): void {
    const edit = this.#edit(index);
    this.edits.set(index, { ...edit, [side]: [...edit[side], line] });
    this.changes.push({ action: 'add', line, place: `${side} line ${index + 1}`, why });
  }

  #edit(index: number): LineEdit {
    return this.edits.get(index) ?? { before: [], after: [] };
  }
}

/** Adds the lines that come first: after pmdf/switchchannel if it is listed, else before all others. */
function addInFront(file: PluginFile, wishes: PluginWishes): void {
  const channel = file.at('pmdf/switchchannel');
  const add = (name: string, why: string): void => {
    if (file.at(name) !== -1) return;
    if (channel === -1) file.add('before', file.first(), name, why);
    else file.add('after', channel, name, why);
  };
  add('pmdf/switchchannel', 'it chooses the channel of each client, so it comes first');
  if (wishes.isTls && file.at('tls') === -1) {
    add('tls', 'dispatcher.cnf has a port for TLS');
    add('pmdf/maytls', 'TLS per channel');
  }
  add('pmdf/access', 'it consults the access tables before other plugins accept a recipient');
  if (wishes.blockLists) add('dns-list', 'dispatcher.cnf names block lists');
}

/** Plans the changes to the text of config/plugins. */
export function planPlugins(text: string, wishes: PluginWishes): PluginPlan {
  const file = new PluginFile(text);
  file.commentOut();
  addInFront(file, wishes);
  const tls = file.at('tls');
  if (tls !== -1 && file.at('pmdf/maytls') === -1)
    file.add('after', tls, 'pmdf/maytls', 'TLS per channel, beside the plugin that offers it');
  const queue = `queue/${wishes.throughPlugin}`;
  if (file.at(queue) === -1) file.add('after', file.last(), queue, 'it passes mail on to your mail server');
  if (file.at('pmdf/deliver') === -1)
    file.add('after', file.last(), 'pmdf/deliver', 'it delivers by channel, and comes last');
  const { lines, edits, changes } = file;
  const proposed = `${editedLines(lines, edits).join('\n')}\n`;
  const names = ['config/plugins', 'config/plugins.pmdf-proposed'] as const;
  return { changes, text: proposed, diff: unifiedDiff(names, `${lines.join('\n')}\n`, proposed) };
}
