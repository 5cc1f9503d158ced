/*
 * Where the lines of the bundle go among those of an existing config/plugins, and which of those to comment out.
 * What is there stays in its order. Ours: pmdf/switchchannel before everything, pmdf/access after it, pmdf/maytls after
 * `tls`, pmdf/deliver after everything.
 */
import {
  enabledName,
  otherDeciders,
  type PluginName,
  pluginNames,
  pluginOn,
} from '../../runtime/haraka-install/index.js';
import { editedLines, type LineEdit, unifiedDiff } from './diff.js';

/** One change, for people. */
export interface PluginChange {
  readonly action: 'add' | 'comment out';
  readonly line: string;
  /** Where: a line number of the file as it is. */
  readonly place: string;
  readonly why: string;
}

/** What is to become of the file. */
export interface PluginPlan {
  readonly changes: readonly PluginChange[];
  /** The proposed text. */
  readonly text: string;
  readonly diff: readonly string[];
}

/** What the answers ask of the plugins. */
export interface PluginWishes {
  /** The queue plugin of `through`, such as `smtp_forward`. */
  readonly throughPlugin: string;
  readonly isTls: boolean;
  readonly blockLists: boolean;
}

const everyPlugin: ReadonlySet<PluginName> = new Set(pluginNames);

/** The name of the plugin that a line enables, ours as `pmdf/NAME`; null where it enables none. */
function nameOn(line: string): string | null {
  const plugin = pluginOn(line);
  return plugin === null ? null : enabledName(plugin);
}

class PluginFile {
  readonly lines: readonly string[];
  readonly changes: PluginChange[] = [];
  readonly #edits = new Map<number, LineEdit>();
  readonly #names: readonly (string | null)[];

  constructor(text: string) {
    this.lines = text.replace(/\n$/, '').split('\n');
    this.#names = this.lines.map(nameOn);
  }

  get edits(): ReadonlyMap<number, LineEdit> {
    return this.#edits;
  }

  /** The line of a plugin, from 0; -1 when it is not enabled. */
  at(name: string): number {
    return this.#names.indexOf(name);
  }

  /** The first enabled line, or the last one of the file. */
  first(): number {
    const found = this.#names.findIndex((name) => name !== null);
    return found === -1 ? this.lines.length - 1 : found;
  }

  last(): number {
    const found = this.#names.findLastIndex((name) => name !== null);
    return found === -1 ? this.lines.length - 1 : found;
  }

  rest(): void {
    for (const [index, name] of this.#names.entries()) {
      const why = name === null ? undefined : otherDeciders(name, everyPlugin)?.whyOut;
      if (name === null || why === undefined) continue;
      const line = this.lines[index] ?? '';
      this.#edits.set(index, { ...this.#edit(index), replacement: `# ${line}` });
      this.changes.push({ action: 'comment out', line: line.trim(), place: `line ${index + 1}`, why });
    }
  }

  before(index: number, line: string, why: string): void {
    const edit = this.#edit(index);
    this.#edits.set(index, { ...edit, before: [...edit.before, line] });
    this.changes.push({ action: 'add', line, place: `before line ${index + 1}`, why });
  }

  after(index: number, line: string, why: string): void {
    const edit = this.#edit(index);
    this.#edits.set(index, { ...edit, after: [...edit.after, line] });
    this.changes.push({ action: 'add', line, place: `after line ${index + 1}`, why });
  }

  #edit(index: number): LineEdit {
    return this.#edits.get(index) ?? { before: [], after: [] };
  }
}

/** Puts lines in front: after pmdf/switchchannel if it is there, else before everything. */
function addInFront(file: PluginFile, wishes: PluginWishes): void {
  const channel = file.at('pmdf/switchchannel');
  const add = (name: string, why: string): void => {
    if (file.at(name) !== -1) return;
    if (channel === -1) file.before(file.first(), name, why);
    else file.after(channel, name, why);
  };
  add('pmdf/switchchannel', 'it says where each client comes in, so it is asked first');
  if (wishes.isTls && file.at('tls') === -1) {
    add('tls', 'dispatcher.cnf has a port for TLS');
    add('pmdf/maytls', 'TLS by channel');
  }
  add('pmdf/access', 'it asks the access tables before other plugins vouch for a recipient');
  if (wishes.blockLists) add('dns-list', 'dispatcher.cnf names block lists');
}

/** Plans the changes to the text of config/plugins. */
export function planPlugins(text: string, wishes: PluginWishes): PluginPlan {
  const file = new PluginFile(text);
  file.rest();
  addInFront(file, wishes);
  const tls = file.at('tls');
  if (tls !== -1 && file.at('pmdf/maytls') === -1)
    file.after(tls, 'pmdf/maytls', 'TLS by channel, beside the plugin that offers it');
  const queue = `queue/${wishes.throughPlugin}`;
  if (file.at(queue) === -1)
    file.after(file.last(), queue, 'it hands mail on to the mail server behind the gateway');
  if (file.at('pmdf/deliver') === -1)
    file.after(file.last(), 'pmdf/deliver', 'it delivers by channel, and is the last');
  const { lines, edits, changes } = file;
  return {
    changes,
    text: `${editedLines(lines, edits).join('\n')}\n`,
    diff: unifiedDiff('config/plugins', 'config/plugins.pmdf-proposed', lines, edits),
  };
}
