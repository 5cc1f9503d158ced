/*
 * The right side of a rule, and what the general database answers, which is the same language.
 *   `%` `@`                     separators
 *   $U $0U $1U $D $nD $H $nH $L $W $&n $!n $*n $#n       parts of the address
 *   $$ $% $@                    those characters themselves
 *   $\ $^ $_                    lower, upper, original case from here on
 *   $(key)  ${table,argument}  $]url[   look-ups; a URL has substitutions of its own, see lib/ldap
 *   $[IMTA_LIBUTIL,hostName,address]    the confirmed name of an address
 *   $E $B $F $R $S $A $P $X     conditions
 *   $Vname $Zname               the domain is, is not, a local one; the name may hold parts and ends as below
 *   $Mname $Nname $Qname $Cname $Ttag $?text $nnnnnnn?text   end at @ % $N $M $Q $C $T $? or the end
 * Letters may be in either case. Blanks end a template except in the text of `$?`; the text of a `$?` at
 * the very beginning includes `@` and `%`. Inside a look-up there are no separators and no controls.
 * Ref: PMDF 2.2.5, 2.2.6
 */
import { parseAddressUrl } from '../ldap/index.js';
import { imageOf } from '../mapping/index.js';
import {
  type DiagnosticCode,
  type LogicalLine,
  type Parsed,
  Scanner,
  type Span,
  spanIn,
} from '../text/index.js';
import { type ControlItem, isControl, type OutputItem, type TemplateItem } from './rule.js';

/** How a template is read; all false or empty for a rule of a file. */
export interface TemplateReading {
  /** Blanks are text, as in what a database answers. */
  readonly blanksAreText: boolean;
  /** Inside a look-up: separators are text, controls are errors. */
  readonly inside: boolean;
  /** Whether it may contain another `$(`. */
  readonly generalAllowed: boolean;
  /** Those of `$`, `%` and `@` that are literal. */
  readonly plain: ReadonlySet<string>;
}

/** The reading of a rule in a file. */
export const ruleReading: TemplateReading = {
  blanksAreText: false,
  inside: false,
  generalAllowed: true,
  plain: new Set(),
};

const caseForms: ReadonlyMap<string, 'lower' | 'upper' | 'original'> = new Map([
  ['\\', 'lower'],
  ['^', 'upper'],
  ['_', 'original'],
] as const);

const labelKinds: ReadonlyMap<string, Pick<Extract<OutputItem, { kind: 'label' }>, 'of' | 'from'>> = new Map([
  ['&', { of: 'host', from: 'left' }],
  ['!', { of: 'host', from: 'right' }],
  ['*', { of: 'domain', from: 'left' }],
  ['#', { of: 'domain', from: 'right' }],
] as const);

/** The look-ups that are open around a place; neither may contain itself. */
type Nest = readonly ('general' | 'mapping')[];

class TemplateParser {
  readonly scanner: Scanner;
  readonly #text: string;
  readonly #reading: TemplateReading;
  #outputSeen = false;

  constructor(line: LogicalLine, start: number, reading: TemplateReading) {
    this.#text = line.text.trimEnd();
    this.scanner = new Scanner(this.#text, (from, length) => spanIn(line, from, Math.max(1, length)), start);
    this.#reading = reading;
  }

  parse(): TemplateItem[] {
    const items: TemplateItem[] = [];
    while (!this.scanner.isAtEnd) {
      const start = this.scanner.position;
      if (!this.#reading.blanksAreText && /\s/.test(this.#text.charAt(start))) {
        const message = 'text follows the template after a blank';
        const hint = this.#text.slice(start).trimStart().startsWith('!')
          ? 'a comment has a line of its own, with `!` in column 1'
          : 'only the text of `$?` may contain blanks';
        this.#error(this.#span(start, this.#text.length), 'rewrite/stray-text', message, hint);
        break;
      }
      const item = this.#item();
      if (item === undefined) continue;
      this.#outputSeen ||= !isControl(item) && item.kind !== 'case' && item.kind !== 'domain-check';
      items.push(item);
    }
    return items;
  }

  #span(start: number, end = this.scanner.position): Span {
    return this.scanner.spanFrom(start, end);
  }

  #error(place: Span, code: DiagnosticCode, message: string, hint?: string): undefined {
    return this.scanner.errorIn(place, code, message, hint);
  }

  #item(): TemplateItem | undefined {
    const { inside, plain } = this.#reading;
    const character = this.scanner.peek();
    if ((character === '%' || character === '@') && !inside && !plain.has(character)) {
      this.scanner.position += 1;
      return { kind: 'separator', mark: character, span: this.#span(this.scanner.position - 1) };
    }
    if (character === '$' && !plain.has('$') && !this.#quoted(this.scanner.peek(1))) {
      const control = inside ? undefined : (this.#control() ?? this.#domainCheck());
      return control ?? this.#substitution([]);
    }
    return this.#plainText('');
  }

  #quoted(next: string): boolean {
    return next === '$' || next === '%' || next === '@';
  }

  /** Text up to the next thing with a meaning; `ends` are the characters that close a look-up. */
  #plainText(ends: string): OutputItem {
    const { inside, plain, blanksAreText } = this.#reading;
    const separates = ends === '' && !inside;
    const start = this.scanner.position;
    let text = '';
    // What is not in `text` yet begins here.
    let rest = start;
    while (!this.scanner.isAtEnd) {
      const character = this.scanner.peek();
      if (ends !== '' && ends.includes(character)) break;
      if (character === '$' && !plain.has('$')) {
        if (!this.#quoted(this.scanner.peek(1))) break;
        text += this.#text.slice(rest, this.scanner.position);
        rest = this.scanner.position + 1;
        this.scanner.position += 2;
        continue;
      }
      if (separates && (character === '%' || character === '@') && !plain.has(character)) break;
      if (ends === '' && !blanksAreText && /\s/.test(character)) break;
      this.scanner.position += 1;
    }
    text += this.#text.slice(rest, this.scanner.position);
    return { kind: 'text', text, span: this.#span(start) };
  }

  /** `$E`, `$Mname`, `$?text` and the like; undefined, with nothing read, when the dollar begins something else. */
  #control(): ControlItem | undefined {
    const start = this.scanner.position;
    const found = /^\$([0-9]*)([a-z?])/i.exec(this.#text.slice(start, start + 16));
    if (found === null) return undefined;
    const [whole, digits = '', given = ''] = found;
    const letter = given.toUpperCase();
    const past = start + whole.length;
    if (letter === '?') return this.#errorText(start, past, digits);
    if (digits === '') {
      switch (letter) {
        case 'E':
        case 'B':
        case 'F':
        case 'R':
        case 'S':
        case 'A':
        case 'P':
        case 'X':
          this.scanner.position = past;
          return { kind: 'plain-control', letter, span: this.#span(start) };
        case 'M':
        case 'N':
        case 'Q':
        case 'C':
          return this.#channelControl(start, past, letter);
        case 'T':
          this.scanner.position = past;
          return { kind: 'set-tag', tag: this.#name(), span: this.#span(start) };
        default:
          return undefined;
      }
    }
    if (digits === '1' && (letter === 'M' || letter === 'N')) {
      this.scanner.position = past;
      return { kind: 'reprocessing-control', letter, span: this.#span(start) };
    }
    return undefined;
  }

  #channelControl(start: number, past: number, letter: 'M' | 'N' | 'Q' | 'C'): ControlItem {
    this.scanner.position = past;
    const channel = this.#name();
    if (channel === '') {
      this.#error(this.#span(start, past), 'rewrite/no-name', `\`$${letter}\` names no channel`);
    }
    return { kind: 'channel-control', letter, channel, span: this.#span(start) };
  }

  /** `$Vname`, `$Zname`; undefined, with nothing read, when the dollar begins something else. */
  #domainCheck(): OutputItem | undefined {
    const start = this.scanner.position;
    const letter = this.#text.charAt(start + 1).toUpperCase();
    if (letter !== 'V' && letter !== 'Z') return undefined;
    this.scanner.position += 2;
    const name: OutputItem[] = [];
    while (!this.scanner.isAtEnd && !this.#endsName(this.scanner.position)) {
      const character = this.scanner.peek();
      if (character === '@' || character === '%') break;
      if (!this.#reading.blanksAreText && /\s/.test(character)) break;
      const isText = character !== '$' || this.#quoted(this.scanner.peek(1));
      const item = isText ? this.#plainText('') : this.#substitution([]);
      if (item !== undefined) name.push(item);
    }
    if (name.length > 0) {
      return { kind: 'domain-check', isLocal: letter === 'V', name, span: this.#span(start) };
    }
    const message = `\`$${letter}\` names no domain`;
    const hint = `write \`$${letter}$H\` for the host of the address`;
    return this.#error(this.#span(start, start + 2), 'rewrite/no-name', message, hint);
  }

  /** Whether a control that ends names and texts begins here. */
  #endsName(at: number): boolean {
    if (this.#text[at] !== '$') return false;
    return /^\$(?:[NMQCT?]|[0-9]+\?|1[MN])/i.test(this.#text.slice(at, at + 16));
  }

  #name(): string {
    const start = this.scanner.position;
    while (!this.scanner.isAtEnd) {
      const character = this.scanner.peek();
      if (character === '@' || character === '%' || this.#endsName(this.scanner.position)) break;
      if (!this.#reading.blanksAreText && /\s/.test(character)) break;
      this.scanner.position += 1;
    }
    return this.#text.slice(start, this.scanner.position);
  }

  #errorText(start: number, past: number, digits: string): ControlItem {
    this.scanner.position = past;
    let text = '';
    while (!this.scanner.isAtEnd && !this.#endsName(this.scanner.position)) {
      const character = this.scanner.peek();
      const next = this.scanner.peek(1);
      const quoted = character === '$' && this.#quoted(next);
      if (!quoted && this.#outputSeen && (character === '@' || character === '%')) break;
      text += quoted ? next : character;
      this.scanner.position += quoted ? 2 : 1;
    }
    if (text.trim() === '') this.#error(this.#span(start, past), 'rewrite/no-name', '`$?` has no text');
    const parts = /^([45])([0-9]{3})([0-9]{3})$/.exec(digits);
    if (digits !== '' && parts === null) {
      const hint =
        'seven digits: class 4 or 5, then subject and detail of three digits each, as in `$5001001?`';
      this.#error(this.#span(start, past), 'rewrite/status', `\`${digits}\` is not a status`, hint);
    }
    const status = parts === null ? null : `${parts[1]}.${Number(parts[2])}.${Number(parts[3])}`;
    return { kind: 'error-text', status, text, span: this.#span(start) };
  }

  /** Everything after a dollar that makes text. */
  #substitution(nest: Nest): OutputItem | undefined {
    const start = this.scanner.position;
    const sign = this.#text.charAt(start + 1);
    const form = caseForms.get(sign);
    if (form !== undefined) {
      this.scanner.position += 2;
      return { kind: 'case', form, span: this.#span(start) };
    }
    const label = labelKinds.get(sign);
    const digit = this.#text.charAt(start + 2);
    if (label !== undefined && /^[0-9]$/.test(digit)) {
      this.scanner.position += 3;
      return { kind: 'label', ...label, index: Number(digit), span: this.#span(start) };
    }
    if (sign === '(') return this.#general(start, nest);
    if (sign === '{') return this.#mapping(start, nest);
    if (sign === '[') return this.#routine(start, nest);
    if (sign === ']') return this.#ldap(start);
    return this.#part(start);
  }

  #part(start: number): OutputItem | undefined {
    const found = /^\$([0-9]{0,3})([a-z])/i.exec(this.#text.slice(start, start + 6));
    const digits = found?.[1] ?? '';
    const letter = found?.[2]?.toUpperCase() ?? '';
    this.scanner.position = start + (found?.[0].length ?? 2);
    const span = this.#span(start);
    if (letter === 'U' && digits === '') return { kind: 'user', part: 'whole', span };
    if (letter === 'U' && digits === '0') return { kind: 'user', part: 'base', span };
    if (letter === 'U' && digits === '1') return { kind: 'user', part: 'subaddress', span };
    if (letter === 'H') return { kind: 'host', drop: Number(digits), span };
    if (letter === 'D') return { kind: 'domain', drop: Number(digits), span };
    if (letter === 'L' && digits === '') return { kind: 'literal', span };
    if (letter === 'W' && digits === '') return { kind: 'unique', span };
    const text = this.#text.slice(start, this.scanner.position);
    const controls = digits === '' && (/^[EBFRSAPXMNQCTVZ]$/.test(letter) || text === '$?');
    return controls
      ? this.#error(
          this.#span(start),
          'rewrite/unknown',
          `\`${text}\` is not allowed in a look-up`,
          'write it before or after the look-up',
        )
      : this.#error(
          this.#span(start),
          'rewrite/unknown',
          `\`${text}\` has no meaning in a rewrite template`,
          'a literal dollar sign is written `$$`',
        );
  }

  #routine(start: number, nest: Nest): OutputItem | undefined {
    const [whole = '', image = '', routine = ''] =
      /^\$\[([^,\]]*),([^,\]]*),/.exec(this.#text.slice(start)) ?? [];
    if (imageOf(image.trim()) === 'imta_libutil' && routine.trim().toLowerCase() === 'hostname') {
      this.scanner.position += whole.length;
      const address = this.#until(start, ']', nest);
      return address === undefined
        ? undefined
        : { kind: 'host-name', image: image.trim(), address, span: this.#span(start) };
    }
    if (this.#enclosed(start, ']') === null) return undefined;
    const message = 'the only routine of rewrite rules is `$[IMTA_LIBUTIL,hostName,$L]`';
    const hint = 'use the general database with `$(...)` or a mapping table with `${table,argument}`';
    return this.#error(this.#span(start), 'rewrite/not-provided', message, hint);
  }

  #ldap(start: number): OutputItem | undefined {
    const inside = this.#enclosed(start, '[');
    if (inside === null) return undefined;
    const url = inside.startsWith('<') ? inside.slice(1) : inside;
    const parsed = parseAddressUrl(url.trim());
    const span = this.#span(start);
    if ('value' in parsed) return { kind: 'ldap', url: url.trim(), search: parsed.value, span };
    return this.#error(span, 'ldap/url', parsed.error.message, parsed.error.hint);
  }

  /** The text after two characters up to `close`, which is read too; null, with all read, when it is missing. */
  #enclosed(start: number, close: string): string | null {
    const end = this.#text.indexOf(close, start + 2);
    this.scanner.position = end === -1 ? this.#text.length : end + 1;
    if (end !== -1) return this.#text.slice(start + 2, end);
    const message = `\`${this.#text.slice(start, start + 2)}\` is not closed`;
    const hint = `write \`${close}\` at its end`;
    this.#error(this.#span(start, start + 2), 'rewrite/unterminated', message, hint);
    return null;
  }

  #general(start: number, nest: Nest): OutputItem | undefined {
    this.scanner.position += 2;
    if (nest.includes('general') || !this.#reading.generalAllowed) {
      return this.#error(this.#span(start), 'rewrite/nested', 'a `$(...)` look-up cannot contain another');
    }
    const key = this.#until(start, ')', [...nest, 'general']);
    return key === undefined ? undefined : { kind: 'general', key, span: this.#span(start) };
  }

  #mapping(start: number, nest: Nest): OutputItem | undefined {
    this.scanner.position += 2;
    const named = /^[^,}]*/.exec(this.#text.slice(this.scanner.position))?.[0] ?? '';
    const table = named.trim();
    this.scanner.position += named.length;
    if (nest.includes('mapping')) {
      const message = 'a mapping call cannot contain another';
      return this.#error(this.#span(start, start + 2), 'rewrite/nested', message);
    }
    if (table === '' || this.scanner.peek() !== ',') {
      const open = this.scanner.isAtEnd;
      this.scanner.position = open ? this.scanner.position : this.scanner.position + 1;
      return open
        ? this.#error(this.#span(start, start + 2), 'rewrite/unterminated', '`${` is not closed')
        : this.#error(this.#span(start), 'rewrite/no-name', 'a mapping call is written `${table,argument}`');
    }
    this.scanner.position += 1;
    const argument = this.#until(start, '}', [...nest, 'mapping']);
    return argument === undefined ? undefined : { kind: 'mapping', table, argument, span: this.#span(start) };
  }

  /** The items of a look-up's text, to the character that closes it. */
  #until(start: number, close: string, nest: Nest): OutputItem[] | undefined {
    const items: OutputItem[] = [];
    while (!this.scanner.isAtEnd) {
      const character = this.scanner.peek();
      if (character === close) {
        this.scanner.position += 1;
        return items;
      }
      const isText = character !== '$' || this.#reading.plain.has('$') || this.#quoted(this.scanner.peek(1));
      const item = isText ? this.#plainText(close) : this.#substitution(nest);
      if (item !== undefined) items.push(item);
    }
    const message = `\`${this.#text.slice(start, start + 2)}\` is not closed`;
    const hint = `write \`${close}\` at its end`;
    return this.#error(this.#span(start, start + 2), 'rewrite/unterminated', message, hint);
  }
}

/** Parses a template from `start` of a line to its end; what is wrong is left out and reported. */
export function parseTemplate(
  line: LogicalLine,
  start: number,
  reading: TemplateReading = ruleReading,
): Parsed<TemplateItem[]> {
  const parser = new TemplateParser(line, start, reading);
  const value = parser.parse();
  return { value, diagnostics: parser.scanner.diagnostics.all };
}
