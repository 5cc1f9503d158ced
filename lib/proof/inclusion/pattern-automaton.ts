/*
 * A pattern as an automaton without backtracking. A state is a position in the pattern, how far an address is read, and
 * what an address requires of the characters around it. With the bound `all` it accepts every text that the pattern
 * matches, and may accept more; with `only` it accepts no other texts, and may miss some. The two differ for back-matches,
 * which match any text under `all` and make `only` fail (null), and for IPv6 addresses, which are one symbol each.
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

/** How an automaton may differ from its pattern. */
export type Bound = 'all' | 'only';

/** A character, a loop, or an address; a `free` address must not be the rest of a longer one, as in the matcher. */
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

/** What the character after an address must not be. */
const guards = 5;
const noGuard = 0;
const afterIpv4 = 1;
const afterIpv4Dot = 2;
const afterIpv6 = 3;
const afterIpv6Dot = 4;

/** The characters before, for an address that must not be the rest of a longer one. */
const previousKinds = 6;
const previousOther = 0;
const previousDot = 1;
const previousDigit = 2;
const previousDigitDot = 3;
const previousHex = 4;
const previousUnknown = 5;

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
      // The matcher does not look past an address of the greatest length.
      return kind === 'other' || bound === 'all' ? noGuard : -1;
    default:
      return noGuard;
  }
}

function previousAfter(previous: number, kind: Kind): number {
  switch (kind) {
    case 'digit':
      return previousDigit;
    case 'dot':
      return previous === previousDigit ? previousDigitDot : previousDot;
    case 'hex':
      return previousHex;
    case 'other':
      return previousOther;
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

/** A pattern to follow symbol by symbol. States are numbers from 0. */
export class PatternAutomaton {
  readonly #steps: readonly Step[];
  readonly #symbols: readonly PatternSymbol[];
  readonly #kinds: readonly Kind[];
  readonly #takes: readonly ReadonlySet<number>[];
  readonly #bound: Bound;
  readonly #looksBehind: boolean;
  /** From this step on there are only wildcards for any text. */
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

  /** Null when the pattern has no automaton with this bound. */
  static of(pattern: MappingPattern, alphabet: Alphabet, bound: Bound): PatternAutomaton | null {
    const steps = stepsOf(pattern, alphabet, bound);
    return steps === null ? null : new PatternAutomaton(steps, alphabet, bound);
  }

  /** The states before the first character. */
  start(): number[] {
    return this.#closed(0, noGuard, previousOther);
  }

  /** Whether a text may end in a state. */
  accepts(state: number): boolean {
    return this.#placeOf(state) === this.#steps.length;
  }

  /** Whether every text is accepted from a state on. */
  matchesAll(state: number): boolean {
    const place = this.#placeOf(state);
    const isGuarded = Math.floor(state / previousKinds) % guards !== noGuard;
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
    const previous = state % previousKinds;
    const guard = Math.floor(state / previousKinds) % guards;
    const octet = Math.floor(state / previousKinds / guards) % octetStates;
    const isAddress = this.#symbols[symbol]?.code === -1;
    const kind = this.#kinds[symbol] ?? 'other';
    const nextGuard = isAddress ? this.#guardAfterAddress(guard) : guardAfter(guard, kind, this.#bound);
    if (nextGuard === -1) return [];
    const nextPrevious = this.#previousAfter(previous, kind, isAddress);
    switch (step.kind) {
      case 'one':
        return this.#closed(place + 1, nextGuard, nextPrevious);
      case 'run':
        return this.#closed(place, nextGuard, nextPrevious);
      case 'ipv6':
        if (step.free && previous !== previousOther) return [];
        // The symbol is a whole address.
        return this.#closed(place + 1, this.#bound === 'all' ? afterIpv6 : noGuard, nextPrevious);
      case 'ipv4': {
        const isRest =
          previous === previousDigit || previous === previousDigitDot || previous === previousUnknown;
        if (octet === noOctet && step.free && isRest) return [];
        const read = readOctet(step.ranges, octet, this.#symbols[symbol]?.code ?? 0);
        if (read === -1) return [];
        const state = this.#stateOf(place, read, noGuard, nextPrevious);
        const isWhole = isWholeAddress(step.ranges, read);
        return isWhole ? [state, ...this.#closed(place + 1, afterIpv4, nextPrevious)] : [state];
      }
    }
  }

  #guardAfterAddress(guard: number): number {
    return guard === noGuard || this.#bound === 'all' ? noGuard : -1;
  }

  #previousAfter(previous: number, kind: Kind, isAddress: boolean): number {
    if (!this.#looksBehind) return previousOther;
    if (isAddress) return this.#bound === 'all' ? previousOther : previousUnknown;
    return previousAfter(previous, kind);
  }

  /** A position and those after it that are reached without a character. */
  #closed(place: number, guard: number, previous: number): number[] {
    const states = [this.#stateOf(place, noOctet, guard, previous)];
    for (let at = place; this.#steps[at]?.kind === 'run'; at += 1) {
      states.push(this.#stateOf(at + 1, noOctet, guard, previous));
    }
    return states;
  }

  #stateOf(place: number, octet: number, guard: number, previous: number): number {
    return ((place * octetStates + octet) * guards + guard) * previousKinds + previous;
  }

  #placeOf(state: number): number {
    return Math.floor(state / (octetStates * guards * previousKinds));
  }
}
