/*
 * Parses the right side of an entry. Everything is literal except after a dollar:
 *   $0-$9                    a wildcard's text
 *   $\ $^ $_  $=             lower, upper, original case; LDAP filter quoting
 *   $?x?  $:f  $;f           chance; input flag set, clear
 *   ${key}                   general database
 *   $|table;argument|        another table
 *   $]url[                   the first value of an LDAP search
 *   $[image,routine,argument]   a routine, see routines; what is not provided is reported
 *   $}domain,attribute{      not supported, reported
 *   $#file|radix|width|m#    sequence file
 *   $C $L $R $E  $+1E        processing control
 *   $<letter>  $< $> $, $!   a flag
 *   $<other>                 itself
 * What cannot be understood is reported and left out.
 * Ref: PMDF 5.3.2
 */
import { inLetters, type Letters, parseUrl, type TextPart } from '../ldap/index.js';
import { type DiagnosticCode, type Parsed, Scanner, type Span, type SpanAt } from '../text/index.js';
import { LiteralRun } from './literal-run.js';
import { cases, parseArgument } from './parse-argument.js';
import { parseSequence } from './parse-sequence-file.js';
import { readRoutine } from './routines/index.js';
import type { ArgumentItem, Control, MappingTemplate, TemplateItem, WildcardValue } from './syntax.js';
import { unplacedArgument } from './unplaced.js';

const controls: ReadonlyMap<string, Control> = new Map(
  (['E', 'C', 'L', 'R'] as const).map((letter) => [letter, letter]),
);

const punctuationFlags = '<>,!';

/** The parts of a URL; `$\\` and `$^` change the case of its text and of what is put in. */
function urlParts(items: readonly ArgumentItem[]): readonly TextPart<WildcardValue>[] {
  const parts: TextPart<WildcardValue>[] = [];
  let letters: Letters = 'original';
  for (const item of items) {
    switch (item.kind) {
      case 'literal':
        parts.push(inLetters(item.text, letters));
        break;
      case 'capture':
        parts.push({ value: { capture: item.capture, letters } });
        break;
      case 'case':
        letters = item.to;
    }
  }
  return parts;
}

class TemplateParser {
  readonly items: TemplateItem[] = [];
  readonly scanner: Scanner;
  readonly #literal: LiteralRun;

  constructor(text: string, at: SpanAt) {
    this.scanner = new Scanner(text, at);
    this.#literal = new LiteralRun(this.scanner, 'a template');
  }

  parse(): void {
    while (!this.scanner.isAtEnd) {
      const start = this.scanner.position;
      const character = this.scanner.take();
      if (character === '$') this.#dollar(start);
      else this.#literal.add(start, character);
    }
    this.#literal.endBefore(this.scanner.position, this.items);
  }

  #dollar(start: number): void {
    const next = this.scanner.take();
    if (next === '') {
      const message = 'the template ends after a dollar sign';
      this.#error(start, 'mapping/trailing-dollar', message, 'a literal dollar sign is written `$$`');
      return;
    }
    const to = cases.get(next);
    if (to !== undefined) this.#add(start, { kind: 'case', to, span: this.#spanFrom(start) });
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
        } else this.#literal.add(start, next);
    }
  }

  #stop(start: number): void {
    if (this.scanner.text.slice(this.scanner.position, this.scanner.position + 2).toUpperCase() !== '1E') {
      this.#literal.add(start, '+');
      return;
    }
    this.scanner.position += 2;
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
    const flag = this.scanner.peek();
    // Flags are printing ASCII; anything else is a flag that was forgotten.
    if (!/^[!-#%-~]$/.test(flag)) {
      const hint = set
        ? 'write `$:A` to test whether flag A is set'
        : 'write `$;A` to test whether flag A is clear';
      this.#error(start, 'mapping/input-flag', 'no flag follows', hint);
      return;
    }
    this.scanner.position += 1;
    this.#add(start, { kind: 'input-flag', flag: flag.toUpperCase(), set, span: this.#spanFrom(start) });
  }

  #database(start: number): void {
    const key = this.#argument(start, '}');
    if (key !== null) this.#add(start, { kind: 'database', key, span: this.#spanFrom(start) });
  }

  #subTable(start: number): void {
    const semicolon = this.scanner.text.indexOf(';', this.scanner.position);
    const bar = this.scanner.text.indexOf('|', this.scanner.position);
    if (bar === -1) {
      this.#unterminated(start, '|');
      return;
    }
    const table = this.scanner.text.slice(this.scanner.position, semicolon);
    if (semicolon === -1 || bar < semicolon || !/^[A-Za-z][^\s|]*$/.test(table)) {
      this.scanner.position = bar + 1;
      const message = 'a sub-table needs a table name, a semicolon and an argument';
      this.#error(start, 'mapping/sub-table', message, 'write `$|TABLE;$0|`');
      return;
    }
    this.scanner.position = semicolon + 1;
    const argument = this.#argument(start, '|');
    if (argument === null) return;
    this.#add(start, { kind: 'sub-table', table, argument, span: this.#spanFrom(start) });
  }

  #routine(start: number): void {
    const call = this.#argument(start, ']');
    if (call === null) return;
    const read = readRoutine(call.map(unplacedArgument));
    const run = 'call' in read ? read.call : read.site;
    this.#add(start, { kind: 'routine', call, run, span: this.#spanFrom(start) });
    if ('call' in read) return;
    this.#error(start, read.isUnknown ? 'mapping/not-provided' : 'mapping/routine', read.error, read.hint);
  }

  #ldap(start: number): void {
    const url = parseArgument(this.scanner, '[', '=');
    if (url === null) {
      this.#unterminated(start, '[');
      return;
    }
    const parsed = parseUrl(urlParts(url));
    if ('value' in parsed)
      this.#add(start, { kind: 'ldap', url, search: parsed.value, span: this.#spanFrom(start) });
    else this.#error(start, 'ldap/url', parsed.error.message, parsed.error.hint);
  }

  #domainAttribute(start: number): void {
    const text = this.#upTo(start, '{');
    if (text === null) return;
    this.#add(start, { kind: 'domain-attribute', text, span: this.#spanFrom(start) });
    const message = 'domain attributes, `$}...{`, are not supported';
    this.#error(start, 'mapping/not-provided', message, 'use the general database, `${key}`, instead');
  }

  #sequence(start: number): void {
    const inside = this.#upTo(start, '#');
    if (inside === null) return;
    const sequence = parseSequence(inside);
    if (typeof sequence === 'string') {
      this.#error(start, 'mapping/sequence', sequence, 'write `$#file|radix|width|modulus#`');
      return;
    }
    this.#add(start, { kind: 'sequence', ...sequence, span: this.#spanFrom(start) });
  }

  /** Reads everything up to a closing character; reports when it is missing. */
  #upTo(start: number, close: string): string | null {
    const inside = this.scanner.takeUpTo(close);
    if (inside === null) this.#unterminated(start, close);
    return inside;
  }

  #argument(start: number, close: string): readonly ArgumentItem[] | null {
    const argument = parseArgument(this.scanner, close);
    if (argument === null) this.#unterminated(start, close);
    return argument;
  }

  #unterminated(start: number, close: string): void {
    const opening = this.scanner.text.slice(start, start + 2);
    this.scanner.position = this.scanner.text.length;
    this.#error(start, 'mapping/unterminated', `\`${opening}\` is not closed by \`${close}\``);
  }

  #add(start: number, item: TemplateItem): void {
    this.#literal.endBefore(start, this.items);
    this.items.push(item);
  }

  #spanFrom(start: number): Span {
    return this.scanner.spanFrom(start);
  }

  #error(start: number, code: DiagnosticCode, message: string, hint?: string): void {
    this.scanner.error(start, code, message, hint);
  }
}

/** Parses a template, with its quoting; `at` finds the place of a stretch of `text`. Never throws. */
export function parseTemplate(text: string, at: SpanAt): Parsed<MappingTemplate> {
  const parser = new TemplateParser(text, at);
  parser.parse();
  // A copy has no spare room; trees of large files stay in memory.
  return { value: parser.items.slice(), diagnostics: parser.scanner.diagnostics.all };
}
