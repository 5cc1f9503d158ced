/*
 * Parses the left side of an entry.
 *   pattern   = *( literal / wildcard )
 *   wildcard  = "%" / "*" / "$" *modifier ( class ( "%" / "*" ) / "%" / "*" / digit [ "*" ] / network )
 *   modifier  = "_" / "@" / "^"                 lazy, not saved, saved
 *   class     = "A" / "B" / "D" / "H" / "O" / "S" / "T" / "X" / "[" set "]"
 *   network   = "<" v4 [ "/" n ] ">" / "(" v4 [ "/" n ] ")" / "{" v6 [ "/" n ] "}"
 * Without a modifier `$%` and `$*` are literals, as is any other punctuation after a dollar.
 * A wildcard that cannot be understood is reported and left out.
 * Ref: PMDF 5.3.1
 */
import { parseIpv4, parseIpv6 } from '../address/index.js';
import { type DiagnosticCode, type Parsed, Scanner, type Span, type SpanAt } from '../text/index.js';
import { LiteralRun } from './literal-run.js';
import { parseSet } from './parse-set.js';
import type { AddressForm, CharacterClass, ClassLetter, MappingPattern, PatternElement } from './syntax.js';

const letters: ReadonlyMap<string, ClassLetter> = new Map(
  (['A', 'B', 'D', 'H', 'O', 'S', 'T', 'X'] as const).map((letter) => [letter, letter]),
);

const networks: ReadonlyMap<string, { close: string; form: AddressForm }> = new Map([
  ['<', { close: '>', form: 'ipv4-low' }],
  ['(', { close: ')', form: 'ipv4' }],
  ['{', { close: '}', form: 'ipv6' }],
]);

interface Modifiers {
  lazy: boolean;
  saved: boolean;
  any: boolean;
}

class PatternParser {
  readonly elements: PatternElement[] = [];
  readonly scanner: Scanner;
  #saved = 0;
  readonly #literal: LiteralRun;

  constructor(text: string, at: SpanAt) {
    this.scanner = new Scanner(text, at);
    this.#literal = new LiteralRun(this.scanner, 'a pattern');
  }

  parse(): void {
    while (!this.scanner.isAtEnd) {
      const start = this.scanner.position;
      const character = this.scanner.take();
      if (character === '$') this.#dollar(start);
      else if (character === '%' || character === '*') {
        this.#wildcard(start, character, { kind: 'any' }, { lazy: false, saved: true });
      } else this.#literal.add(start, character);
    }
    this.#literal.endBefore(this.scanner.position, this.elements);
  }

  #dollar(start: number): void {
    const modifiers = this.#modifiers();
    const next = this.scanner.take();
    if (next === '') {
      const code = modifiers.any ? 'mapping/modifier' : 'mapping/trailing-dollar';
      const message = 'the pattern ends after a dollar sign';
      this.#error(start, code, message, 'a literal dollar sign is written `$$`');
      return;
    }
    const letter = letters.get(next.toUpperCase());
    const network = networks.get(next);
    if (letter !== undefined) this.#glob(start, { kind: 'named', letter }, modifiers);
    else if (next === '[') this.#set(start, modifiers);
    else if (next >= '0' && next <= '9') this.#backMatch(start, Number(next), modifiers);
    else if (network !== undefined) this.#network(start, network, modifiers);
    else if (modifiers.any) this.#modified(start, next, modifiers);
    else if (/[A-Za-z]/.test(next)) {
      const hint = this.scanner.text.slice(0, start).includes('\u00a0')
        ? 'the blanks before it are no-break spaces, which are letters here: retype them'
        : 'a letter after `$` is one of A B D H O S T X; a literal dollar sign is written `$$`';
      this.#error(start, 'mapping/glob', `there is no wildcard \`$${next}\``, hint);
    } else this.#literal.add(start, next);
  }

  #modifiers(): Modifiers {
    const found: Modifiers = { lazy: false, saved: true, any: false };
    for (;;) {
      const character = this.scanner.peek();
      if (character === '_') found.lazy = true;
      else if (character === '@') found.saved = false;
      else if (character === '^') found.saved = true;
      else return found;
      found.any = true;
      this.scanner.position += 1;
    }
  }

  /** `$_*`, `$@%`: with a modifier before them the two are wildcards, not literals. */
  #modified(start: number, next: string, modifiers: Modifiers): void {
    if (next === '%' || next === '*') {
      this.#wildcard(start, next, { kind: 'any' }, modifiers);
      return;
    }
    const hint =
      next === '$'
        ? 'modifiers and wildcard share one dollar sign: `$_D*`, `$@0*`'
        : 'a literal `_`, `@` or `^` needs no dollar sign';
    this.#error(start, 'mapping/modifier', `a modifier is followed by \`${next}\`, not by a wildcard`, hint);
  }

  #glob(start: number, of: CharacterClass, modifiers: Modifiers): void {
    const next = this.scanner.peek();
    if (next !== '%' && next !== '*') {
      const written = this.scanner.text.slice(start, this.scanner.position);
      const hint = `write \`${written}%\` for one character, \`${written}*\` for any number of them`;
      this.#error(start, 'mapping/glob', `\`${written}\` is followed by neither \`%\` nor \`*\``, hint);
      return;
    }
    this.scanner.position += 1;
    this.#wildcard(start, next, of, modifiers);
  }

  #set(start: number, modifiers: Modifiers): void {
    const ranges = parseSet(this.scanner);
    if (ranges !== null) this.#glob(start, { kind: 'set', ranges }, modifiers);
  }

  #backMatch(start: number, capture: number, modifiers: Modifiers): void {
    if (this.scanner.peek() === '*') this.scanner.position += 1;
    if (capture >= this.#saved) {
      const message = `there is no wildcard ${capture} to the left of \`$${capture}\``;
      this.#error(start, 'mapping/back-match', message, 'saved wildcards are numbered from 0, left to right');
      return;
    }
    const { saved } = modifiers;
    this.#add({ kind: 'back-match', capture, saved, span: this.#spanFrom(start) }, start);
  }

  #network(start: number, network: { close: string; form: AddressForm }, { saved }: Modifiers): void {
    const inside = this.scanner.takeUpTo(network.close);
    if (inside === null) {
      this.scanner.position = this.scanner.text.length;
      const message = `the address glob is not closed by \`${network.close}\``;
      this.#error(start, 'mapping/ip-prefix', message, 'a literal bracket needs no dollar sign');
      return;
    }
    const slash = inside.indexOf('/');
    const address = slash === -1 ? inside : inside.slice(0, slash);
    const isIpv6 = network.form === 'ipv6';
    const parsed = isIpv6 ? parseIpv6(address) : parseIpv4(address);
    if (parsed === null) {
      const message = `\`${address}\` is not an ${isIpv6 ? 'IPv6' : 'IPv4'} address`;
      const hint = isIpv6
        ? 'write it as in `${2001:db8::/32}`'
        : 'write all four numbers, as in `$(192.168.0.0/16)`';
      this.#error(start, 'mapping/ip-prefix', message, hint);
      return;
    }
    const most = isIpv6 ? 128 : 32;
    const whole = network.form === 'ipv4-low' ? 0 : most;
    const written = slash === -1 ? String(whole) : inside.slice(slash + 1);
    const bits = /^\d{1,3}$/.test(written) ? Number(written) : Number.NaN;
    if (!(bits <= most)) {
      this.#error(start, 'mapping/ip-prefix', `\`${written}\` is not a number of bits from 0 to ${most}`);
      return;
    }
    this.#add(
      { kind: 'address', form: network.form, address, bits, saved, span: this.#spanFrom(start) },
      start,
    );
  }

  #wildcard(
    start: number,
    size: '%' | '*',
    of: CharacterClass,
    how: { lazy: boolean; saved: boolean },
  ): void {
    const { lazy, saved } = how;
    const span = this.#spanFrom(start);
    this.#add(
      size === '%' ? { kind: 'single', of, saved, span } : { kind: 'run', of, lazy, saved, span },
      start,
    );
  }

  #add(element: Exclude<PatternElement, { kind: 'literal' }>, start: number): void {
    this.#literal.endBefore(start, this.elements);
    this.elements.push(element);
    if (element.saved) this.#saved += 1;
  }

  #spanFrom(start: number): Span {
    return this.scanner.spanFrom(start);
  }

  #error(start: number, code: DiagnosticCode, message: string, hint?: string): void {
    this.scanner.error(start, code, message, hint);
  }
}

/** Parses a pattern, with its quoting; `at` finds the place of a stretch of `text`. Never throws. */
export function parsePattern(text: string, at: SpanAt): Parsed<MappingPattern> {
  const parser = new PatternParser(text, at);
  parser.parse();
  // A copy has no spare room; trees of large files stay in memory.
  return { value: parser.elements.slice(), diagnostics: parser.scanner.diagnostics.all };
}
