/*
 * Separates the policy in pmdf.yaml from the settings, whose text is kept exactly. The comments directly above a top-level
 * key belong to it; comments with a blank line after them belong to what is above. A file in flow style, or one with
 * document markers, is rewritten in block style.
 */
import type { YamlEntry, YamlMapping, YamlNode } from '../../../lib/config/index.js';
import type { SourceFile } from '../../../lib/text/index.js';
import { printNode } from './print-node.js';
import type { YamlComment } from './yaml-comments.js';

/** The text of one top-level key, from the comments above it to the next one. */
export interface YamlSection {
  readonly key: string;
  readonly start: number;
  readonly end: number;
}

/** The parts of a file. */
export interface YamlParts {
  /** The text without the keys that were taken out; empty when nothing is left. */
  readonly settings: string;
  /** The keys that were taken out. */
  readonly sections: readonly YamlSection[];
}

function lineStartOf(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

/** The start of the comment lines directly above a key, or of the key. */
function leadStart(text: string, key: YamlEntry, least: number): number {
  let start = lineStartOf(text, key.keySpan.offset);
  while (start > least) {
    const above = lineStartOf(text, start - 1);
    if (above < least || !text.startsWith('#', above)) break;
    start = above;
  }
  return start;
}

function sectionsOf(text: string, root: YamlMapping): readonly YamlSection[] {
  const starts: number[] = [];
  for (const entry of root.entries) starts.push(leadStart(text, entry, starts.at(-1) ?? 0));
  return root.entries.map((entry, index) => ({
    key: entry.key,
    start: starts[index] ?? 0,
    end: starts[index + 1] ?? text.length,
  }));
}

function isVerbatim(text: string, root: YamlMapping): boolean {
  const first = root.entries[0];
  // Every key begins a line, and there are only keys and comments at the top level.
  const keysStartLines = root.entries.every(
    ({ keySpan }) => lineStartOf(text, keySpan.offset) === keySpan.offset,
  );
  return first !== undefined && keysStartLines && !/^(?:---|\.\.\.|%)/m.test(text);
}

function printed(root: YamlMapping, comments: readonly YamlComment[], taken: ReadonlySet<string>): string {
  const kept = root.entries.filter((entry) => !taken.has(entry.key));
  const lines = kept.flatMap((entry) => printNode({ ...root, entries: [entry] }));
  return [...comments.map((comment) => comment.text), ...lines].map((line) => `${line}\n`).join('');
}

/** Takes top-level keys out of a file; for those in `commentsOnly`, their comments remain. */
export function partYaml(
  { text }: SourceFile,
  root: YamlNode | null,
  comments: readonly YamlComment[],
  keys: { readonly taken: readonly string[]; readonly commentsOnly: readonly string[] },
): YamlParts {
  const gone = new Set([...keys.taken, ...keys.commentsOnly]);
  if (root === null || root.kind !== 'mapping') return { settings: text, sections: [] };
  const all = sectionsOf(text, root);
  const first = all[0];
  if (first === undefined || !isVerbatim(text, root)) {
    // Keys do not begin at lines, so all comments stay together with the settings.
    return { settings: printed(root, comments, gone), sections: [] };
  }
  const inside = ({ start, end }: YamlSection): string =>
    comments
      .filter(({ offset }) => offset >= start && offset < end)
      .map((comment) => `${comment.text}\n`)
      .join('');
  const settings = all.map((section) => {
    if (keys.taken.includes(section.key)) return '';
    if (keys.commentsOnly.includes(section.key)) return inside(section);
    return text.slice(section.start, section.end);
  });
  const left = `${text.slice(0, first.start)}${settings.join('')}`;
  return {
    settings: left.trim() === '' ? '' : `${left.trimEnd()}\n`,
    sections: all.filter((section) => keys.taken.includes(section.key)),
  };
}
