/*
 * Parses a mapping file from its logical lines.
 *   file  = *( comment / blank / table )
 *   table = name line, blank line, *( comment / entry ), blank line
 *   entry = 1*WSP pattern 1*WSP [ template ]
 * A blank in a pattern or template is quoted, `$ `. After an error parsing continues at the next line.
 * Ref: PMDF 5.2
 */
import {
  type Diagnostic,
  DiagnosticList,
  eachInSlices,
  errorAt,
  type LogicalLine,
  type Parsed,
  type Slices,
  spanIn,
  spanOfLine,
  warningAt,
} from '../text/index.js';
import { findDuplicateTables } from './check-tables.js';
import { parseEntry } from './parse-entry.js';
import { type Comment, type Entry, type MappingFile, type MappingTable, tablesOf } from './syntax.js';

interface OpenTable<T> {
  readonly name: string;
  readonly line: LogicalLine;
  readonly entries: T[];
  blankSeen: boolean;
}

function isBlank(character: string): boolean {
  return character === ' ' || character === '\t';
}

function skipBlanks(text: string, start: number): number {
  let position = start;
  while (isBlank(text.charAt(position))) position += 1;
  return position;
}

/** Tells whether the first word of an indented line is `!`, or several of them. */
function isIndentedComment(text: string): boolean {
  return isBlank(text.charAt(0)) && /^[ \t]+!+(?:[ \t]|$)/.test(text);
}

/** Goes on to the next blank that no dollar quotes, or to the end. */
function nextBlank(text: string, start: number): number {
  let position = start;
  while (position < text.length && !isBlank(text.charAt(position))) {
    position += text.charAt(position) === '$' ? 2 : 1;
  }
  return Math.min(position, text.length);
}

/** A table of the file with what was made of its entries. */
export interface TableOf<T> extends Omit<MappingTable, 'entries'> {
  readonly entries: readonly T[];
}

/** Reads a file line by line; `make` makes of each entry what is kept of it. */
export class FileParser<T> {
  readonly items: (Comment | TableOf<T>)[] = [];
  /** One list for each table, so that the findings of one do not crowd those of another out. */
  readonly #lists: DiagnosticList[] = [];
  #diagnostics = this.#newList();
  #table: OpenTable<T> | undefined;
  #comments: Comment[] = [];
  #lastName: string | undefined;
  #isStray = false;
  readonly #make: (entry: Entry) => T;

  constructor(make: (entry: Entry) => T) {
    this.#make = make;
  }

  read(line: LogicalLine): void {
    switch (line.kind) {
      case 'comment':
        this.#comments.push({ kind: 'comment', text: line.text, span: spanOfLine(line) });
        return;
      case 'blank':
        this.#blank();
        return;
      case 'text':
        if (isIndentedComment(line.text)) this.#indentedComment(line);
        else if (isBlank(line.text.charAt(0))) this.#entry(line);
        else this.#name(line);
    }
  }

  #newList(): DiagnosticList {
    const list = new DiagnosticList();
    this.#lists.push(list);
    return list;
  }

  get diagnostics(): readonly Diagnostic[] {
    return this.#lists.flatMap((list) => list.all);
  }

  finish(): void {
    this.#endTable();
  }

  /** An entry with the pattern `!` would match no probe, so it must be meant as a comment. */
  #indentedComment(line: LogicalLine): void {
    const start = skipBlanks(line.text, 0);
    this.#comments.push({ kind: 'comment', text: line.text.slice(start), span: spanOfLine(line) });
    const message = 'this line is treated as a comment';
    const hint = 'PMDF treats it as an entry with the pattern `!`: put the `!` in column 1';
    this.#diagnostics.push(warningAt(spanIn(line, start, 1), 'mapping/indented-comment', message, { hint }));
  }

  #blank(): void {
    this.#isStray = false;
    if (this.#table === undefined) {
      for (const comment of this.#comments.splice(0)) this.items.push(comment);
    } else if (this.#table.entries.length > 0) this.#endTable();
    // Until its first entry a table stays open: blank lines and comments may precede the entries.
    else this.#table.blankSeen = true;
  }

  #endTable(): void {
    const table = this.#table;
    const comments = this.#comments.splice(0);
    this.#table = undefined;
    if (table !== undefined) {
      const { name, line, entries } = table;
      const isEmpty = entries.length === 0;
      const span = spanIn(line, 0, name.length);
      this.items.push({ kind: 'table', name, span, entries, comments: isEmpty ? [] : comments });
      if (!isEmpty) return;
    }
    for (const comment of comments) this.items.push(comment);
  }

  #name(line: LogicalLine): void {
    const end = nextBlank(line.text, 0);
    const name = line.text.slice(0, end);
    const isAlone = skipBlanks(line.text, end) === line.text.length;
    if (!/^[A-Za-z][^;|]*$/.test(name) || !isAlone) {
      this.#diagnostics.push(
        errorAt(spanIn(line, 0, line.text.length), 'mapping/table-name', 'this is not a table name', {
          hint: /^(?:[#;]|\/\/)/.test(name)
            ? 'a comment has a `!` in column 1'
            : isAlone
              ? 'a table name starts with a letter and has neither `;` nor `|` in it'
              : 'if it is an entry, put a blank before it',
        }),
      );
      return;
    }
    if (this.#table !== undefined && (this.#table.entries.length > 0 || !this.#table.blankSeen)) {
      this.#missingBlank(line, `a blank line is missing before \`${name}\``);
    }
    this.#endTable();
    this.#isStray = false;
    this.#lastName = name;
    this.#table = { name, line, entries: [], blankSeen: false };
    this.#diagnostics = this.#newList();
  }

  #missingBlank(line: LogicalLine, message: string): void {
    this.#diagnostics.push(errorAt(spanOfLine(line), 'mapping/missing-blank-line', message));
  }

  #entry(line: LogicalLine): void {
    const table = this.#table;
    if (table === undefined) {
      this.#stray(line);
      this.#parseEntry(line, this.#comments.splice(0));
      return;
    }
    if (!table.blankSeen && table.entries.length === 0) {
      this.#missingBlank(line, `a blank line is missing after the table name \`${table.name}\``);
    }
    table.entries.push(this.#make(this.#parseEntry(line, this.#comments.splice(0))));
  }

  /** Reports the first of several entries outside any table. */
  #stray(line: LogicalLine): void {
    if (this.#isStray) return;
    this.#isStray = true;
    const where =
      this.#lastName === undefined
        ? 'before any table name'
        : `after the blank line that ended the table \`${this.#lastName}\``;
    const message = `this entry is ${where}`;
    const hint =
      this.#lastName === undefined
        ? 'a table name starts in column 1'
        : 'remove the blank line, or write a table name in column 1';
    this.#diagnostics.push(errorAt(spanOfLine(line), 'mapping/outside-table', message, { hint }));
  }

  #parseEntry(line: LogicalLine, comments: readonly Comment[]): Entry {
    const { text } = line;
    const start = skipBlanks(text, 0);
    const patternEnd = nextBlank(text, start);
    const templateStart = skipBlanks(text, patternEnd);
    const templateEnd = this.#templateEnd(line, templateStart);
    const side = (from: number, to: number) => ({
      text: text.slice(from, to),
      at: (offset: number, length: number) => spanIn(line, from + offset, length),
    });
    const written = {
      pattern: side(start, patternEnd),
      template: side(templateStart, templateEnd),
    };
    const end = templateEnd > templateStart ? templateEnd : patternEnd;
    const entry = parseEntry(written, spanIn(line, start, end - start), comments);
    this.#diagnostics.append(entry.diagnostics);
    return entry.value;
  }

  /** Leaves out blanks at the end of the line; the first blank inside is reported. */
  #templateEnd(line: LogicalLine, start: number): number {
    const { text } = line;
    let end = nextBlank(text, start);
    for (let isFirst = true; ; isFirst = false) {
      const next = skipBlanks(text, end);
      if (next === text.length) return end;
      if (isFirst) {
        this.#diagnostics.push(
          errorAt(
            spanIn(line, end, next - end),
            'mapping/unquoted-blank',
            'a blank in a template is not quoted',
            { hint: 'write `$ ` for a blank; comments go on lines of their own' },
          ),
        );
      }
      end = nextBlank(text, next);
    }
  }
}

/** Parses the lines of a mapping file, includes resolved; of an entry with errors the part that could be parsed is kept. */
export function* parseMappingsInSlices(lines: readonly LogicalLine[]): Slices<Parsed<MappingFile>> {
  const parser = new FileParser((entry) => entry);
  yield* eachInSlices(lines, (line) => parser.read(line));
  parser.finish();
  const file = { items: parser.items };
  return { value: file, diagnostics: [...parser.diagnostics, ...findDuplicateTables(tablesOf(file))] };
}
