/*
 * Inserts the comments of pmdf.yaml into the lines that were made from it, as comments of PMDF's files. A comment belongs:
 *   after or inside a value   to the line of that value
 *   on a line of its own      to the next line, or to the previous one when it is indented more than the next
 * Ref: PMDF 2.4.1
 */
import type { SettingsFile } from '../../../lib/config/index.js';
import { type LogicalLine, lineColumnAt, lineText, type SourceFile } from '../../../lib/text/index.js';
import type { YamlComment } from './yaml-comments.js';
import type { YamlSection } from './yaml-sections.js';

/** A line that comments can belong to. */
interface Anchor {
  readonly line: LogicalLine;
  readonly offset: number;
  /** The offset of its last part, which may be on another physical line, as with keywords. */
  readonly lastOffset: number;
  /** The column of its item on its physical line, after the dashes. */
  readonly column: number;
  readonly before: LogicalLine[];
  readonly after: LogicalLine[];
}

function anchorOf(source: SourceFile, line: LogicalLine): Anchor {
  const offset = line.pieces[0]?.offset ?? 0;
  const physical = lineText(source, lineColumnAt(source, offset).line);
  const column = /^ *(?:- +)*/.exec(physical)?.[0].length ?? 0;
  const lastOffset = line.pieces.reduce((last, piece) => Math.max(last, piece.offset), offset);
  return { line, offset, lastOffset, column, before: [], after: [] };
}

function commentLine(source: SourceFile, { text, offset }: YamlComment): LogicalLine {
  return { kind: 'comment', text: `!${text.slice(1)}`, pieces: [{ start: 0, source, offset }] };
}

/** Inserts comments into lists of lines; `left` are those that belong to no line. */
function weave(
  source: SourceFile,
  lists: readonly (readonly LogicalLine[])[],
  comments: readonly YamlComment[],
): { readonly lists: LogicalLine[][]; readonly left: LogicalLine[] } {
  const anchors = lists
    .flat()
    .filter((line) => line.kind === 'text')
    .map((line) => anchorOf(source, line))
    .sort((one, other) => one.offset - other.offset);
  const lastItem = lists.at(-1)?.find((line) => line.kind === 'text');
  const lastColumn = lastItem === undefined ? 0 : anchorOf(source, lastItem).column;
  const left: LogicalLine[] = [];
  let at = 0;
  for (const comment of comments) {
    const line = commentLine(source, comment);
    while ((anchors[at]?.offset ?? Infinity) < comment.offset) at += 1;
    const next = anchors[at];
    const previous = anchors[at - 1];
    const isInside = previous !== undefined && comment.offset < previous.lastOffset;
    if (previous !== undefined && (comment.isAfterValue || isInside)) previous.before.push(line);
    else if (previous !== undefined && comment.column > (next?.column ?? lastColumn))
      previous.after.push(line);
    else if (next !== undefined) next.before.push(line);
    else left.push(line);
  }
  const byLine = new Map(anchors.map((anchor) => [anchor.line, anchor]));
  const woven = lists.map((list) =>
    list.flatMap((line) => {
      const anchor = byLine.get(line);
      return anchor === undefined ? [line] : [...anchor.before, line, ...anchor.after];
    }),
  );
  return { lists: woven, left };
}

/** The lines of the tables, one list for each table. */
function byTable(lines: readonly LogicalLine[]): LogicalLine[][] {
  const tables: LogicalLine[][] = [];
  let isName = true;
  let blanks = 0;
  for (const line of lines) {
    if (isName) tables.push([]);
    tables.at(-1)?.push(line);
    blanks = line.kind === 'blank' ? blanks + 1 : isName ? 0 : blanks;
    // A name is followed by one blank line, the entries by another.
    isName = blanks === 2;
    if (isName) blanks = 0;
  }
  return tables;
}

/** Inserts the comments of a file into its rules, blocks, tables and aliases. */
export function weaveComments(
  settings: SettingsFile,
  source: SourceFile,
  sections: readonly YamlSection[],
  comments: readonly YamlComment[],
): SettingsFile {
  const commentsIn = (key: string): readonly YamlComment[] => {
    const section = sections.find((one) => one.key === key);
    if (section === undefined) return [];
    return comments.filter(({ offset }) => offset >= section.start && offset < section.end);
  };
  const rules = weave(source, [settings.rules], commentsIn('rules'));
  const blocks = weave(source, settings.channelBlocks, commentsIn('channels'));
  const tables = weave(source, byTable(settings.mappingLines), commentsIn('mappings'));
  const aliases = weave(source, [settings.aliasLines], commentsIn('aliases'));
  return {
    ...settings,
    rules: [...rules.lists.flat(), ...rules.left],
    channelBlocks: blocks.left.length === 0 ? blocks.lists : [...blocks.lists, blocks.left],
    mappingLines: [...tables.lists.flat(), ...tables.left],
    aliasLines: [...aliases.lists.flat(), ...aliases.left],
  };
}
