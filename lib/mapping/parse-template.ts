/*
 * Parses the right side of an entry. Everything stands for itself except after a dollar:
 *   $0-$9                    a wildcard's text
 *   $\ $^ $_  $=             lower, upper, original case; LDAP filter quoting
 *   $?x?  $:f  $;f           chance; input flag set, clear
 *   ${key}                   general database
 *   $|table;argument|        another table
 *   $[routine]  $]url[       not provided, reported
 *   $#file|radix|width|m#    sequence file
 *   $C $L $R $E  $+1E        processing control
 *   $<letter>  $< $> $, $!   a flag
 *   $<other>                 itself
 * What cannot be understood is reported and left out.
 * Ref: PMDF 5.3.2
 */
import { type DiagnosticCode, DiagnosticList, errorAt, type Parsed } from '../text/index.js';

import { LiteralRun } from './literal-run.js';
import { parseArgument } from './parse-argument.js';
import { parseSequence } from './parse-sequence.js';
import type { ArgumentItem, Control, MappingTemplate, SpanAt, TemplateItem } from './syntax.js';

const controls: ReadonlyMap<string, Control> = new Map(
  (['E', 'C', 'L', 'R'] as const).map((letter) => [letter, letter]),
);

const cases: ReadonlyMap<string, 'lower' | 'upper' | 'original'> = new Map([
  ['\\', 'lower'],
  ['^', 'upper'],
  ['_', 'original'],
]);

const punctuationFlags = '<>,!';

class TemplateParser {
  readonly items: TemplateItem[] = [];
  readonly diagnostics = new DiagnosticList();
  readonly #text: string;
  readonly #at: SpanAt;
  #position = 0;
  readonly #literal: LiteralRun;

  constructor(text: string, at: SpanAt) {
    this.#text = text;
    this.#at = at;
    this.#literal = new LiteralRun(at);
  }

  parse(): void {
    while (this.#position < this.#text.length) {
      const start = this.#position;
      const character = this.#text.charAt(start);
      this.#position += 1;
      if (character === '$') this.#dollar(start);
      else this.#addLiteral(start, character);
    }
    this.#literal.endBefore(this.#text.length, this.items);
  }

  #dollar(start: number): void {
    const next = this.#text.charAt(this.#position);
    if (next === '') {
      this.#error(start, 'mapping/trailing-dollar', 'the template ends after a dollar sign', {
        hint: 'a literal dollar sign is written `$$`',
      });
      return;
    }
    this.#position += 1;
    const caseTo = cases.get(next);
    if (caseTo !== undefined) this.#add(start, { kind: 'case', to: caseTo, span: this.#spanFrom(start) });
    else if (next >= '0' && next <= '9') {
      this.#add(start, { kind: 'capture', capture: Number(next), span: this.#spanFrom(start) });
    } else if (/[A-Za-z]/.test(next)) this.#letter(start, next.toUpperCase());
    else this.#punctuation(start, next);
  }

  #letter(start: number, letter: string): void {
    const control = controls.get(letter);
    const span = this.#spanFrom(start);
    this.#add(
      start,
      control === undefined ? { kind: 'flag', flag: letter, span } : { kind: 'control', control, span },
    );
  }

  #punctuation(start: number, next: string): void {
    switch (next) {
      case '=':
        this.#add(start, { kind: 'filter-quoting', span: this.#spanFrom(start) });
        return;
      case '?':
        this.#chance(start);
        return;
      case ':':
      case ';':
        this.#inputFlag(start, next === ':');
        return;
      case '{':
        this.#database(start);
        return;
      case '|':
        this.#subTable(start);
        return;
      case '[':
        this.#routine(start);
        return;
      case ']':
        this.#ldap(start);
        return;
      case '}':
        this.#domainAttribute(start);
        return;
      case '#':
        this.#sequence(start);
        return;
      case '+':
        this.#stop(start);
        return;
      default:
        if (punctuationFlags.includes(next)) {
          this.#add(start, { kind: 'flag', flag: next, span: this.#spanFrom(start) });
        } else this.#addLiteral(start, next);
    }
  }

  #stop(start: number): void {
    if (this.#text.slice(this.#position, this.#position + 2).toUpperCase() !== '1E') {
      this.#addLiteral(start, '+');
      return;
    }
    this.#position += 2;
    this.#add(start, { kind: 'stop', span: this.#spanFrom(start) });
  }

  #chance(start: number): void {
    const inside = this.#upTo(start, '?');
    if (inside === null) return;
    const percent = /^[0-9.eE+-]+$/.test(inside) ? Number(inside) : Number.NaN;
    if (!(percent >= 0 && percent <= 100)) {
      this.#error(start, 'mapping/chance', `\`${inside}\` is not a number from 0 to 100`);
      return;
    }
    this.#add(start, { kind: 'chance', percent, span: this.#spanFrom(start) });
  }

  #inputFlag(start: number, set: boolean): void {
    const flag = this.#text.charAt(this.#position);
    // Flags are printing ASCII; anything else is a flag that was forgotten.
    if (!/^[!-#%-~]$/.test(flag)) {
      this.#error(start, 'mapping/input-flag', 'no flag follows', {
        hint: set
          ? 'write `$:A` to test whether flag A is set'
          : 'write `$;A` to test whether flag A is clear',
      });
      return;
    }
    this.#position += 1;
    this.#add(start, { kind: 'input-flag', flag: flag.toUpperCase(), set, span: this.#spanFrom(start) });
  }

  #database(start: number): void {
    const key = this.#argument(start, '}');
    if (key !== null) this.#add(start, { kind: 'database', key, span: this.#spanFrom(start) });
  }

  #subTable(start: number): void {
    const semicolon = this.#text.indexOf(';', this.#position);
    const bar = this.#text.indexOf('|', this.#position);
    if (bar === -1) {
      this.#unterminated(start, '|');
      return;
    }
    const table = this.#text.slice(this.#position, semicolon);
    if (semicolon === -1 || bar < semicolon || !/^[A-Za-z][^\s|]*$/.test(table)) {
      this.#position = bar + 1;
      this.#error(start, 'mapping/sub-table', 'a sub-table needs a table name, a semicolon and an argument', {
        hint: 'write `$|TABLE;$0|`',
      });
      return;
    }
    this.#position = semicolon + 1;
    const argument = this.#argument(start, '|');
    if (argument === null) return;
    this.#add(start, { kind: 'sub-table', table, argument, span: this.#spanFrom(start) });
  }

  #routine(start: number): void {
    const call = this.#argument(start, ']');
    if (call === null) return;
    this.#add(start, { kind: 'routine', call, span: this.#spanFrom(start) });
    this.#error(start, 'mapping/not-provided', 'site routines are not provided', {
      hint: 'use `$|table;argument|` or the general database instead',
    });
  }

  #ldap(start: number): void {
    const url = this.#argument(start, '[');
    if (url === null) return;
    this.#add(start, { kind: 'ldap', url, span: this.#spanFrom(start) });
    this.#error(start, 'mapping/not-provided', 'LDAP look-ups in templates are not provided', {
      hint: 'use the general database, `${key}`, instead',
    });
  }

  #domainAttribute(start: number): void {
    const text = this.#upTo(start, '{');
    if (text === null) return;
    this.#add(start, { kind: 'domain-attribute', text, span: this.#spanFrom(start) });
    this.#error(start, 'mapping/not-provided', 'domain attributes, `$}...{`, are not provided', {
      hint: 'use the general database, `${key}`, instead',
    });
  }

  #sequence(start: number): void {
    const inside = this.#upTo(start, '#');
    if (inside === null) return;
    const sequence = parseSequence(inside);
    if (typeof sequence === 'string') {
      this.#error(start, 'mapping/sequence', sequence, { hint: 'write `$#file|radix|width|modulus#`' });
      return;
    }
    this.#add(start, { kind: 'sequence', ...sequence, span: this.#spanFrom(start) });
  }

  /** Takes everything up to a closing character; reports when there is none. */
  #upTo(start: number, close: string): string | null {
    const end = this.#text.indexOf(close, this.#position);
    if (end === -1) {
      this.#unterminated(start, close);
      return null;
    }
    const inside = this.#text.slice(this.#position, end);
    this.#position = end + 1;
    return inside;
  }

  #argument(start: number, close: string): readonly ArgumentItem[] | null {
    const argument = parseArgument(this.#text, this.#position, close, this.#at);
    this.diagnostics.append(argument.diagnostics);
    this.#position = argument.value.end;
    if (argument.value.closed) return argument.value.items;
    this.#unterminated(start, close);
    return null;
  }

  #unterminated(start: number, close: string): void {
    const opening = this.#text.slice(start, start + 2);
    this.#position = this.#text.length;
    this.#error(start, 'mapping/unterminated', `\`${opening}\` is not closed by \`${close}\``);
  }

  #add(start: number, item: TemplateItem): void {
    this.#literal.endBefore(start, this.items);
    this.items.push(item);
  }

  #addLiteral(start: number, character: string): void {
    if (character === '\n' || character === '\r') {
      this.#error(start, 'mapping/line-end', 'a template cannot hold a line end');
      return;
    }
    this.#literal.add(start, character);
  }

  #spanFrom(start: number) {
    return this.#at(start, this.#position - start);
  }

  #error(start: number, code: DiagnosticCode, message: string, extra: { hint?: string } = {}): void {
    this.diagnostics.push(errorAt(this.#spanFrom(start), code, message, extra));
  }
}

/** Parses a template, with its quoting; `at` finds the place of a stretch of `text`. Never throws. */
export function parseTemplate(text: string, at: SpanAt): Parsed<MappingTemplate> {
  const parser = new TemplateParser(text, at);
  parser.parse();
  // A copy has no spare room; trees of large files stay in memory.
  return { value: parser.items.slice(), diagnostics: parser.diagnostics.all };
}
