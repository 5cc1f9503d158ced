/*
 * Parses an alias file from its logical lines:
 *   file         = *( comment / blank / alias )
 *   alias        = name ":" [ value *( "," value ) ] *continuation
 *   continuation = 1*WSP value *( "," value )          the line before it ends with a comma
 *   name         = text without blanks / quoted string, perhaps with "@" domain
 *   value        = address / "<" list file / "[" parameter "]" text
 * After an error it continues with the next value or line; nothing is thrown.
 * Ref: PMDF 3.1.1
 */
import { dequote, printAddress, splitAddress } from '../address/index.js';
import {
  DiagnosticList,
  eachInSlices,
  errorAt,
  type LogicalLine,
  type Parsed,
  type ReadInclude,
  type Slices,
  spanIn,
  spanOfLine,
  warningAt,
} from '../text/index.js';
import { foldAlias } from './alias-table.js';
import { parseValue } from './parse-value.js';
import { readList } from './read-list.js';
import { afterQuoted, splitValues } from './split-values.js';
import type { Alias, AliasFile, AliasValue, Comment } from './syntax.js';

/** An alias whose values may continue in the next line. */
interface OpenAlias {
  readonly name: string;
  readonly span: Alias['span'];
  readonly values: AliasValue[];
  /** Whether anything was written as a value, good or bad. */
  hasValues: boolean;
  endsWithComma: boolean;
}

function isBlank(character: string): boolean {
  return character === ' ' || character === '\t';
}

/** The offset of the colon that ends a name, or -1; quotes and address literals are passed over. */
function colonAfterName(text: string): number {
  for (let at = 0; at < text.length; ) {
    const character = text.charAt(at);
    if (character === ':') return at;
    if (character === '"') at = afterQuoted(text, at);
    else if (character === '[' && text.indexOf(']', at) !== -1) at = text.indexOf(']', at);
    else at += 1;
  }
  return -1;
}

/** What an alias is called: the local part without its quotes, with the domain if it has one. */
function nameOf(written: string): string {
  const { route, localPart, domain } = splitAddress(written);
  return printAddress({ route, localPart: dequote(localPart), domain });
}

class FileParser {
  readonly items: (Comment | Alias)[] = [];
  readonly diagnostics = new DiagnosticList();
  readonly #readInclude: ReadInclude;
  readonly #first = new Map<string, Alias>();
  #comments: Comment[] = [];
  #open: OpenAlias | undefined;
  /** Whether continuation lines belong to something that was reported. */
  #isLost = false;

  constructor(readInclude: ReadInclude) {
    this.#readInclude = readInclude;
  }

  read(line: LogicalLine): void {
    switch (line.kind) {
      case 'comment':
        this.#comment(line);
        return;
      case 'blank':
        this.finish();
        return;
      case 'text':
        if (isBlank(line.text.charAt(0))) this.#continuation(line);
        else this.#alias(line);
    }
  }

  /** Ends the alias that is open. */
  finish(): void {
    this.#isLost = false;
    const open = this.#open;
    this.#open = undefined;
    if (open === undefined) return;
    const { name, span, values } = open;
    if (!open.hasValues) {
      this.diagnostics.push(errorAt(span, 'alias/no-value', `the alias \`${name}\` has no address`));
    } else if (open.endsWithComma) {
      const message = `the alias \`${name}\` ends with a comma, and no value follows`;
      const hint = 'a continuation line begins with a blank, or the line before it ends with a backslash';
      this.diagnostics.push(warningAt(span, 'alias/empty-value', message, { hint }));
    }
    const alias: Alias = { kind: 'alias', name, values, span };
    this.items.push(alias);
    for (const comment of this.#comments.splice(0)) this.items.push(comment);
    this.#remember(alias);
  }

  #comment(line: LogicalLine): void {
    const comment: Comment = { kind: 'comment', text: line.text, span: spanOfLine(line) };
    if (this.#open === undefined) this.items.push(comment);
    else this.#comments.push(comment);
  }

  #remember(alias: Alias): void {
    const key = foldAlias(alias.name);
    const earlier = this.#first.get(key);
    if (earlier === undefined) {
      this.#first.set(key, alias);
      return;
    }
    this.diagnostics.push(
      errorAt(alias.span, 'alias/duplicate', `there is an alias \`${earlier.name}\` already`, {
        hint: 'put all addresses into one of them',
        related: [{ message: 'first defined here', span: earlier.span }],
      }),
    );
  }

  #alias(line: LogicalLine): void {
    this.finish();
    const { text } = line;
    const colon = colonAfterName(text);
    if (colon === -1) {
      const message = 'a colon is missing after the alias';
      this.#lose(line, 'alias/no-colon', message, 'write `alias: address, address`');
      return;
    }
    const written = text.slice(0, colon);
    const name = nameOf(written);
    const unquoted = written.replace(/"(?:[^"\\]|\\.)*"/g, '');
    if (name === '' || /[\s",<>|]/.test(unquoted)) {
      const hint = 'remove blanks before the colon, and quote a name with special characters';
      this.#lose(line, 'alias/name', `\`${written}\` is not the name of an alias`, hint);
      return;
    }
    const span = spanIn(line, 0, written.length);
    this.#open = { name, span, values: [], hasValues: false, endsWithComma: false };
    this.#values(this.#open, line, colon + 1);
  }

  #lose(line: LogicalLine, code: 'alias/no-colon' | 'alias/name', message: string, hint: string): void {
    this.#isLost = true;
    this.diagnostics.push(errorAt(spanOfLine(line), code, message, { hint }));
  }

  #continuation(line: LogicalLine): void {
    const open = this.#open;
    if (open === undefined) {
      if (this.#isLost) return;
      this.#isLost = true;
      const message = 'a continuation line has no alias before it';
      const hint = 'an alias begins in column 1, and a blank line ends it';
      this.diagnostics.push(errorAt(spanOfLine(line), 'alias/stray-line', message, { hint }));
      return;
    }
    const start = line.text.length - line.text.trimStart().length;
    if (open.hasValues && !open.endsWithComma) {
      const message = 'the line before this one has no comma at its end';
      this.diagnostics.push(errorAt(spanIn(line, start, 1), 'alias/missing-comma', message));
    }
    this.#values(open, line, start);
  }

  #values(open: OpenAlias, line: LogicalLine, start: number): void {
    const written = splitValues(line.text, start);
    const last = written.at(-1);
    if (written.length === 1 && last?.text === '') return;
    open.endsWithComma = last?.text === '';
    if (open.endsWithComma) written.pop();
    open.hasValues = true;
    for (const value of written) {
      const at = (from: number, length: number) => spanIn(line, from, length);
      const isAfterList = open.values[0]?.kind === 'list';
      if (isAfterList && !/^[[<]/.test(value.text)) {
        this.#positional(value.text, at(value.start, Math.max(1, value.text.length)));
        continue;
      }
      if (value.text === '') {
        const place = at(value.start, 1);
        this.diagnostics.push(errorAt(place, 'alias/empty-value', 'there is nothing between two commas'));
        continue;
      }
      const parsed = parseValue(value, at);
      this.diagnostics.append(parsed.diagnostics);
      if (parsed.value === null) continue;
      open.values.push(parsed.value.kind === 'list' ? this.#list(parsed.value) : parsed.value);
    }
  }

  #list({ file, span }: { readonly file: string; readonly span: Alias['span'] }): AliasValue {
    const list = readList(file, span, this.#readInclude);
    this.diagnostics.append(list.diagnostics);
    return { kind: 'list', file, addresses: list.value, span };
  }

  /** What follows a list is not a recipient: to PMDF it is an error return address, a comment and so on. */
  #positional(text: string, span: Alias['span']): void {
    if (text === '' || text === '*') return;
    const message = `parameters of a list, such as \`${text}\`, are not provided here`;
    const hint = 'write further recipients into the list file, or before the list';
    this.diagnostics.push(errorAt(span, 'alias/not-provided', message, { hint }));
  }
}

/** Parses the lines of an alias file, and the list files that it names. */
export function* parseAliasesInSlices(
  lines: readonly LogicalLine[],
  readInclude: ReadInclude,
): Slices<Parsed<AliasFile>> {
  const parser = new FileParser(readInclude);
  yield* eachInSlices(lines, (line) => parser.read(line));
  parser.finish();
  return { value: { items: parser.items }, diagnostics: parser.diagnostics.all };
}
