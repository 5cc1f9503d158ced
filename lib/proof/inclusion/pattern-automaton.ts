/*
 * A pattern as an automaton without back-tracking: a state is a place in the pattern, how far an address is read, and
 * what an address demands of the characters around it.
 * `all` takes every text that the pattern matches, and may take more; `only` takes no other texts, and may miss some.
 * The two are the same but for back-matches, which any text stands for under `all` and which are not there under `only`
 * (null), and for IPv6 addresses, which are one symbol each.
 * Ref: PMDF 5.3.1
 */
import { maskAddress } from '../../address/index.js';
import {
  type AddressGlob,
  compileAddress,
  fold,
  type MappingPattern,
  type PatternElement,
} from '../../mapping/index.js';
import type { Alphabet, PatternSymbol } from './alphabet.js';
import { isWholeAddress, noOctet, octetRanges, octetStates, readOctet } from './octet-reader.js';

/** Which way an automaton may differ from its pattern. */
export type Bound = 'all' | 'only';

/** One character, or a loop, or an address; `free` as in the matcher: it must not be the rest of a longer one. */
type Step =
  | { readonly kind: 'one'; readonly takes: readonly number[] }
  | { readonly kind: 'run'; readonly takes: readonly number[]; readonly isAny: boolean }
  | {
      readonly kind: 'ipv4';
      readonly takes: readonly number[];
      readonly ranges: readonly (readonly [number, number])[];
      readonly free: boolean;
    }
  | { readonly kind: 'ipv6'; readonly takes: readonly number[]; readonly free: boolean };

/** What the next character must not be, after an address. */
const guards = 5;
const noGuard = 0;
const afterIpv4 = 1;
const afterIpv4Dot = 2;
const afterIpv6 = 3;
const afterIpv6Dot = 4;

/** What stands before, for an address that must not be cut off. */
const behinds = 6;
const behindOther = 0;
const behindDot = 1;
const behindDigit = 2;
const behindDigitDot = 3;
const behindHex = 4;
const behindUnknown = 5;

type Kind = 'digit' | 'dot' | 'hex' | 'other';

function kindOf(code: number): Kind {
  if (code >= 48 && code <= 57) return 'digit';
  if (code === 46) return 'dot';
  const isHex = code === 58 || (code >= 65 && code <= 70) || (code >= 97 && code <= 102);
  return isHex ? 'hex' : 'other';
}

/** The guard after a character; -1 where the guard forbids it. */
function guardAfter(guard: number, kind: Kind, bound: Bound): number {
  switch (guard) {
    case afterIpv4:
      if (kind === 'digit') return -1;
      return kind === 'dot' ? afterIpv4Dot : noGuard;
    case afterIpv4Dot:
      return kind === 'digit' ? -1 : noGuard;
    case afterIpv6:
      if (kind === 'dot') return afterIpv6Dot;
      return kind === 'other' ? noGuard : -1;
    case afterIpv6Dot:
      // Behind an address of the greatest length the matcher does not look.
      return kind === 'other' || bound === 'all' ? noGuard : -1;
    default:
      return noGuard;
  }
}

function behindAfter(behind: number, kind: Kind): number {
  switch (kind) {
    case 'digit':
      return behindDigit;
    case 'dot':
      return behind === behindDigit ? behindDigitDot : behindDot;
    case 'hex':
      return behindHex;
    case 'other':
      return behindOther;
  }
}

function isInside(inner: AddressGlob | null, outer: AddressGlob): boolean {
  if (inner === null || inner.bits < outer.bits) return false;
  return maskAddress(inner.network, outer.bits).every((word, index) => word === outer.network[index]);
}

function addressStep(
  element: Extract<PatternElement, { kind: 'address' }>,
  free: boolean,
  { symbols }: Alphabet,
): Step {
  const glob = compileAddress(element.form, element.address, element.bits);
  const where = (test: (symbol: PatternSymbol) => boolean) =>
    symbols.flatMap((symbol, index) => (test(symbol) ? [index] : []));
  if (glob.isIpv6) {
    return { kind: 'ipv6', takes: where(({ network }) => isInside(network, glob)), free };
  }
  const takes = where(({ code }) => code === 46 || (code >= 48 && code <= 57));
  return { kind: 'ipv4', takes, ranges: octetRanges(glob) ?? [], free };
}

const anything = { kind: 'any' } as const;

function stepsOf(pattern: MappingPattern, alphabet: Alphabet, bound: Bound): Step[] | null {
  const steps: Step[] = [];
  for (const [index, element] of pattern.entries()) {
    const before = pattern[index - 1];
    switch (element.kind) {
      case 'literal':
        for (const character of fold(element.text)) {
          steps.push({ kind: 'one', takes: alphabet.symbolsOf(character.codePointAt(0) ?? 0) });
        }
        break;
      case 'single':
        steps.push({ kind: 'one', takes: alphabet.charactersOf(element.of) });
        break;
      case 'run':
        steps.push({ kind: 'run', takes: alphabet.runOf(element.of), isAny: element.of.kind === 'any' });
        break;
      case 'back-match':
        if (bound === 'only') return null;
        steps.push({ kind: 'run', takes: alphabet.runOf(anything), isAny: true });
        break;
      case 'address':
        steps.push(addressStep(element, before !== undefined && before.kind !== 'literal', alphabet));
        break;
    }
  }
  return steps;
}

/** A pattern, ready to be read symbol by symbol. States are numbers from 0. */
export class PatternAutomaton {
  readonly #steps: readonly Step[];
  readonly #symbols: readonly PatternSymbol[];
  readonly #kinds: readonly Kind[];
  readonly #takes: readonly ReadonlySet<number>[];
  readonly #bound: Bound;
  readonly #looksBehind: boolean;
  /** From this step on there are only wildcards of any length. */
  readonly #tail: number;

  private constructor(steps: readonly Step[], { symbols }: Alphabet, bound: Bound) {
    this.#steps = steps;
    this.#symbols = symbols;
    this.#kinds = symbols.map(({ code }) => kindOf(code));
    this.#takes = steps.map(({ takes }) => new Set(takes));
    this.#bound = bound;
    this.#looksBehind = steps.some((step) => (step.kind === 'ipv4' || step.kind === 'ipv6') && step.free);
    let tail = steps.length;
    for (let step = steps[tail - 1]; step?.kind === 'run' && step.isAny; step = steps[tail - 1]) tail -= 1;
    this.#tail = tail;
  }

  /** Null when the pattern cannot be bounded so. */
  static of(pattern: MappingPattern, alphabet: Alphabet, bound: Bound): PatternAutomaton | null {
    const steps = stepsOf(pattern, alphabet, bound);
    return steps === null ? null : new PatternAutomaton(steps, alphabet, bound);
  }

  /** The states before the first character. */
  start(): number[] {
    return this.#closed(0, noGuard, behindOther);
  }

  /** Whether a text may end in a state. */
  accepts(state: number): boolean {
    return this.#placeOf(state) === this.#steps.length;
  }

  /** Whether every text is taken from a state on. */
  takesAll(state: number): boolean {
    const place = this.#placeOf(state);
    const isGuarded = Math.floor(state / behinds) % guards !== noGuard;
    return place >= this.#tail && place < this.#steps.length && !isGuarded;
  }

  /** The symbols that may come next in a state; a guard may still forbid one. */
  nextSymbols(state: number): readonly number[] {
    return this.#steps[this.#placeOf(state)]?.takes ?? [];
  }

  /** The states after one more symbol. */
  next(state: number, symbol: number): number[] {
    const place = this.#placeOf(state);
    const step = this.#steps[place];
    if (step === undefined || this.#takes[place]?.has(symbol) !== true) return [];
    const behind = state % behinds;
    const guard = Math.floor(state / behinds) % guards;
    const octet = Math.floor(state / behinds / guards) % octetStates;
    const isAddress = this.#symbols[symbol]?.code === -1;
    const kind = this.#kinds[symbol] ?? 'other';
    const nextGuard = isAddress ? this.#guardAfterAddress(guard) : guardAfter(guard, kind, this.#bound);
    if (nextGuard === -1) return [];
    const nextBehind = this.#behindAfter(behind, kind, isAddress);
    switch (step.kind) {
      case 'one':
        return this.#closed(place + 1, nextGuard, nextBehind);
      case 'run':
        return this.#closed(place, nextGuard, nextBehind);
      case 'ipv6':
        if (step.free && behind !== behindOther) return [];
        // Whoever made the symbol has seen to it that the address ends here.
        return this.#closed(place + 1, this.#bound === 'all' ? afterIpv6 : noGuard, nextBehind);
      case 'ipv4':
        return this.#readIpv4(place, step, octet, this.#symbols[symbol]?.code ?? 0, behind, nextBehind);
    }
  }

  #readIpv4(
    place: number,
    step: Extract<Step, { kind: 'ipv4' }>,
    octet: number,
    code: number,
    behind: number,
    nextBehind: number,
  ): number[] {
    const isCutOff = behind === behindDigit || behind === behindDigitDot || behind === behindUnknown;
    if (octet === noOctet && step.free && isCutOff) return [];
    const next = readOctet(step.ranges, octet, code);
    if (next === -1) return [];
    const states = [this.#stateOf(place, next, noGuard, nextBehind)];
    if (isWholeAddress(step.ranges, next))
      for (const one of this.#closed(place + 1, afterIpv4, nextBehind)) states.push(one);
    return states;
  }

  #guardAfterAddress(guard: number): number {
    return guard === noGuard || this.#bound === 'all' ? noGuard : -1;
  }

  #behindAfter(behind: number, kind: Kind, isAddress: boolean): number {
    if (!this.#looksBehind) return behindOther;
    if (isAddress) return this.#bound === 'all' ? behindOther : behindUnknown;
    return behindAfter(behind, kind);
  }

  /** A place with those behind it that are reached without a character. */
  #closed(place: number, guard: number, behind: number): number[] {
    const states = [this.#stateOf(place, noOctet, guard, behind)];
    for (let at = place; this.#steps[at]?.kind === 'run'; at += 1) {
      states.push(this.#stateOf(at + 1, noOctet, guard, behind));
    }
    return states;
  }

  #stateOf(place: number, octet: number, guard: number, behind: number): number {
    return ((place * octetStates + octet) * guards + guard) * behinds + behind;
  }

  #placeOf(state: number): number {
    return Math.floor(state / (octetStates * guards * behinds));
  }
}
