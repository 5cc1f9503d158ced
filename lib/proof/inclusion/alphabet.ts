/*
 * The kinds of characters that some patterns distinguish, one symbol for each kind. Two characters are of one kind when no
 * literal, class or address of the patterns treats them differently; case is folded as the matcher folds it. A held bar
 * is never of the same kind as a literal bar. An IPv6 address has too many spellings to be read character by character,
 * so each network is a symbol. Fails (null) for a literal with half a surrogate pair, which the matcher compares by units.
 * Ref: PMDF 5.3.1
 */
import { heldBar } from '../../address/index.js';
import {
  type AddressGlob,
  type CharacterClass,
  type CharacterTest,
  compileAddress,
  fold,
  foldUnit,
  type MappingPattern,
  testFor,
} from '../../mapping/index.js';

/** One kind of character, or an address of one IPv6 network. */
export interface PatternSymbol {
  /** A character of the kind, or an address of the network. */
  readonly text: string;
  /** The code point; -1 for an address. */
  readonly code: number;
  readonly network: AddressGlob | null;
}

/** All symbols, and those that match a literal or a class. */
export interface Alphabet {
  readonly symbols: readonly PatternSymbol[];
  /** The symbols that match a folded code point of a literal; several when a class distinguishes case. */
  symbolsOf(code: number): readonly number[];
  charactersOf(of: CharacterClass): readonly number[];
  /** The same with the addresses all of whose characters match. */
  runOf(of: CharacterClass): readonly number[];
}

/** A state of a search, and the symbol by which it was reached. */
export interface Reached {
  readonly from: Reached | null;
  readonly symbol: number;
}

/** The text that leads to the last state of a search. */
export function textTo(last: Reached, { symbols }: Alphabet): string {
  const texts: string[] = [];
  for (let at = last; at.from !== null; at = at.from) texts.push(symbols[at.symbol]?.text ?? '');
  return texts.reverse().join('');
}

const preferred = 'xabcdefghijklmnopqrstuvwyz0123456789._-@:/';
const addressCharacters = '0123456789abcdef:.';
const lastUnit = 0xffff;

/** ASCII, the most readable characters first: a finding shows the first of a kind. */
const asciiCodes: readonly number[] = [
  ...Array.from(preferred, (one) => one.charCodeAt(0)),
  ...Array.from({ length: 95 }, (_, at) => at + 32),
  ...Array.from({ length: 32 }, (_, at) => at),
  127,
];

/** Folds a code point as the matcher does, which folds only the first plane. */
function foldCode(code: number): number {
  return code > lastUnit ? code : foldUnit(code);
}

function isSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdfff;
}

/** A key that equal classes share. */
export function classKey(of: CharacterClass): string {
  switch (of.kind) {
    case 'any':
      return '*';
    case 'named':
      return of.letter;
    case 'set':
      return of.ranges.map(({ from, to }) => `${from}-${to}`).join();
  }
}

/** What the patterns contain: characters, classes, addresses. */
interface Named {
  readonly codes: ReadonlySet<number>;
  readonly classes: ReadonlyMap<string, CharacterClass>;
  readonly hasAddress: boolean;
}

function gather(patterns: readonly MappingPattern[]): Named | null {
  const codes = new Set<number>();
  const classes = new Map<string, CharacterClass>();
  let hasAddress = false;
  for (const element of patterns.flat()) {
    switch (element.kind) {
      case 'literal':
        for (const character of fold(element.text)) {
          const code = character.codePointAt(0) ?? 0;
          if (isSurrogate(code)) return null;
          codes.add(code);
        }
        break;
      case 'single':
      case 'run':
        if (element.of.kind !== 'any') classes.set(classKey(element.of), element.of);
        break;
      case 'address':
        hasAddress = true;
        break;
      case 'back-match':
        break;
    }
  }
  return { codes, classes, hasAddress };
}

let casedCodes: readonly number[] | null = null;

/** Characters of the first plane beyond ASCII with another case: a set that contains one may match both. */
function casedBeyondAscii(): readonly number[] {
  casedCodes ??= Array.from({ length: lastUnit - 127 }, (_, at) => at + 128).filter(isCased);
  return casedCodes;
}

function isCased(code: number): boolean {
  if (code > lastUnit) return false;
  const text = String.fromCharCode(code);
  return text !== text.toLowerCase() || text !== text.toUpperCase();
}

/** Code points outside ASCII, at least one of every kind, readable ones first. */
function wideCodes({ codes, classes }: Named): Iterable<number> {
  // The held bar represents all characters that no pattern contains: no literal can contain it.
  const found = new Set<number>([0xe9, 0x1f600, heldBar.charCodeAt(0)]);
  for (const code of codes) if (code > 127) found.add(code);
  const ranges = [...classes.values()].flatMap((of) => (of.kind === 'set' ? of.ranges : []));
  if (ranges.every(({ to }) => to < 128)) return found;
  for (const code of casedBeyondAscii()) found.add(code);
  // Between two edges all characters without case that no literal contains are of one kind.
  for (const edge of [128, ...ranges.flatMap(({ from, to }) => [from, to + 1])]) {
    let code = Math.max(128, edge);
    while (codes.has(code) || isCased(code) || isSurrogate(code)) code += 1;
    if (code <= 0x10ffff) found.add(code);
  }
  return found;
}

/** The character itself when addresses are written with it. */
function addressKind(code: number): string {
  const character = String.fromCodePoint(code).toLowerCase();
  return code < 128 && addressCharacters.includes(character) ? character : '';
}

/** The kinds of characters, each with its first character. */
function symbolsOf(named: Named): PatternSymbol[] {
  const tests = [...named.classes.values()].map(testFor);
  const kinds = new Set<string>();
  const symbols: PatternSymbol[] = [];
  for (const codes of [asciiCodes, wideCodes(named)]) {
    for (const code of codes) {
      const folded = foldCode(code);
      const literal = named.codes.has(folded) ? folded : '';
      const address = named.hasAddress ? addressKind(code) : '';
      const kind = `${literal} ${address} ${tests.map((test) => (test(code) ? 1 : 0)).join('')}`;
      if (kinds.has(kind)) continue;
      kinds.add(kind);
      symbols.push({ text: String.fromCodePoint(code), code, network: null });
    }
  }
  return symbols;
}

/** The first address of a network: `10.0.0.0`, or eight groups for IPv6; empty for a glob that matches nothing. Ref: RFC 4291 2.2 */
export function networkText({ isIpv6, network }: AddressGlob): string {
  if (isIpv6) {
    return network.map((word) => `${(word >>> 16).toString(16)}:${(word & 0xffff).toString(16)}`).join(':');
  }
  return network.map((word) => [24, 16, 8, 0].map((shift) => (word >>> shift) & 255).join('.')).join('');
}

/** The IPv6 networks of a pattern, one symbol each. */
function networksOf(pattern: MappingPattern): PatternSymbol[] {
  const found = new Map<string, PatternSymbol>();
  for (const element of pattern) {
    if (element.kind !== 'address' || element.form !== 'ipv6') continue;
    const network = compileAddress(element.form, element.address, element.bits);
    if (network.network.length === 0) continue;
    const text = networkText(network);
    found.set(`${text}/${network.bits}`, { text, code: -1, network });
  }
  return [...found.values()];
}

/** Makes the alphabet for comparing the texts of `read` with those of `others`. */
export function alphabetOf(read: MappingPattern, others: readonly MappingPattern[]): Alphabet | null {
  const named = gather([read, ...others]);
  if (named === null) return null;
  const characters = symbolsOf(named);
  const symbols = [...characters, ...networksOf(read)];
  const byLiteral = new Map<number, number[]>();
  for (const [symbol, { code }] of characters.entries()) {
    const folded = foldCode(code);
    byLiteral.set(folded, [...(byLiteral.get(folded) ?? []), symbol]);
  }
  const known = new Map<string, readonly number[]>();
  const charactersOf = (of: CharacterClass): readonly number[] => {
    const key = classKey(of);
    const before = known.get(key);
    if (before !== undefined) return before;
    const test: CharacterTest = testFor(of);
    const taken = characters.flatMap(({ code }, symbol) => (test(code) ? [symbol] : []));
    known.set(key, taken);
    return taken;
  };
  return {
    symbols,
    symbolsOf: (code) => byLiteral.get(code) ?? [],
    charactersOf,
    runOf: (of) => {
      const test = testFor(of);
      const whole = Array.from(addressCharacters).every((one) => test(one.charCodeAt(0)));
      const networks = symbols.flatMap(({ code }, symbol) => (code === -1 ? [symbol] : []));
      return whole ? [...charactersOf(of), ...networks] : charactersOf(of);
    },
  };
}
