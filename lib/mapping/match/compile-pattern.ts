/*
 * Makes a pattern ready to match: literals folded, classes and networks as tests, and the way of matching it needs.
 *   literal     no wildcard at all
 *   runs        literals, and wildcards of any length and any character between them
 *   blocks      every wildcard of any length matches any character
 *   table       anything else without a back-match
 *   back-match  counted search
 */
import { EqualValues } from '../../text/index.js';
import type { MappingPattern, PatternElement } from '../syntax.js';
import { type CharacterTest, testFor } from './character-test.js';
import { type AddressGlob, compileAddress } from './ip-glob.js';
import { fold } from './subject.js';

/** Text that matches itself, folded. */
interface CompiledLiteral {
  readonly kind: 'literal';
  readonly text: string;
  readonly saved: false;
}

/** An element, ready to match. */
export type CompiledElement =
  | CompiledLiteral
  | { readonly kind: 'single'; readonly test: CharacterTest; readonly saved: boolean }
  | {
      readonly kind: 'run';
      readonly test: CharacterTest;
      readonly any: boolean;
      readonly lazy: boolean;
      readonly saved: boolean;
    }
  | { readonly kind: 'back-match'; readonly capture: number; readonly saved: boolean }
  /** `free` when a wildcard precedes it, so that it could begin within an address. */
  | { readonly kind: 'address'; readonly glob: AddressGlob; readonly free: boolean; readonly saved: boolean };

/** Elements of a pattern from `first` up to, not including, `end`. */
export interface Block {
  readonly first: number;
  readonly end: number;
}

/** A pattern, ready to match. `prefix` and `suffix` are its outer literals, folded; `inner` is what is between them. */
export interface CompiledPattern {
  readonly way: 'literal' | 'runs' | 'blocks' | 'table' | 'back-match';
  readonly prefix: string;
  readonly suffix: string;
  readonly inner: readonly CompiledElement[];
  /** Stretches of `inner` without a run, when it is matched by blocks. */
  readonly blocks: readonly Block[];
  /** No shorter probe can match. */
  readonly minimumLength: number;
}

const anyRuns = [0, 1, 2, 3].map((bits) =>
  Object.freeze({
    kind: 'run',
    test: testFor({ kind: 'any' }),
    any: true,
    lazy: (bits & 1) === 1,
    saved: (bits & 2) === 2,
  } as const),
);

function compileWildcard(
  element: Exclude<PatternElement, { kind: 'literal' }>,
  before: PatternElement | undefined,
): CompiledElement {
  switch (element.kind) {
    case 'single':
      return { kind: 'single', test: testFor(element.of), saved: element.saved };
    case 'run': {
      const { of, lazy, saved } = element;
      const run = { kind: 'run', test: testFor(of), any: of.kind === 'any', lazy, saved } as const;
      // Nearly all wildcards of a large table are alike; one object each would be most of its memory.
      return anyRuns.find((one) => run.any && one.lazy === lazy && one.saved === saved) ?? run;
    }
    case 'back-match':
      return { kind: 'back-match', capture: element.capture, saved: element.saved };
    case 'address': {
      const glob = compileAddress(element.form, element.address, element.bits);
      const free = before !== undefined && before.kind !== 'literal';
      return { kind: 'address', glob, free, saved: element.saved };
    }
  }
}

function leastLength(element: CompiledElement): number {
  switch (element.kind) {
    case 'literal':
      return element.text.length;
    case 'single':
      return 1;
    case 'run':
    case 'back-match':
      return 0;
    case 'address':
      return element.glob.isIpv6 ? 2 : 7;
  }
}

/** A literal that begins or ends within a surrogate pair must be matched character by character. */
function splitsPair(text: string): boolean {
  return (text.charCodeAt(0) & 0xfc00) === 0xdc00 || (text.charCodeAt(text.length - 1) & 0xfc00) === 0xd800;
}

function wayOf(inner: readonly CompiledElement[]): CompiledPattern['way'] {
  if (inner.length === 0) return 'literal';
  if (inner.some((element) => element.kind === 'back-match')) return 'back-match';
  const isBlocks = inner.every((element) => {
    if (element.kind === 'literal') return !splitsPair(element.text);
    return element.kind !== 'run' || element.any;
  });
  if (!isBlocks) return 'table';
  return inner.every(({ kind }) => kind === 'literal' || kind === 'run') ? 'runs' : 'blocks';
}

const noBlocks: readonly Block[] = Object.freeze([]);

/** The stretches of elements between wildcards of any length. */
function blocksOf(inner: readonly CompiledElement[]): readonly Block[] {
  const blocks: Block[] = [];
  for (const [index, element] of inner.entries()) {
    if (element.kind === 'run') continue;
    const last = blocks.at(-1);
    if (last?.end === index) blocks[blocks.length - 1] = { first: last.first, end: index + 1 };
    else blocks.push({ first: index, end: index + 1 });
  }
  return blocks;
}

function kindsOf(inner: readonly CompiledElement[]): string {
  let kinds = '';
  for (const { kind } of inner) kinds += kind === 'run' ? '*' : '-';
  return kinds;
}

/** More texts than a table repeats; where every entry has its own, no more than these are remembered. */
const mostParts = 1024;

/** Compiles patterns one after the other; equal parts of them are kept once. */
export class PatternCompiler {
  readonly #literals = new EqualValues<CompiledLiteral>(mostParts);
  readonly #blocks = new EqualValues<readonly Block[]>(mostParts);

  /** Makes a pattern ready to match. */
  compile(pattern: MappingPattern): CompiledPattern {
    const elements = pattern.map((element, index) =>
      element.kind === 'literal' ? this.#literal(element.text) : compileWildcard(element, pattern[index - 1]),
    );
    const minimumLength = elements.reduce((sum, element) => sum + leastLength(element), 0);
    const first = elements[0];
    const prefix = first?.kind === 'literal' && !splitsPair(first.text) ? first.text : '';
    const rest = prefix === '' ? elements : elements.slice(1);
    const last = rest.at(-1);
    const suffix = last?.kind === 'literal' && !splitsPair(last.text) ? last.text : '';
    const inner = suffix === '' ? rest : rest.slice(0, -1);
    const way = wayOf(inner);
    const usesBlocks = way === 'blocks' || way === 'runs';
    const blocks = usesBlocks ? this.#blocks.get(kindsOf(inner), () => blocksOf(inner)) : noBlocks;
    return Object.freeze({ way, prefix, suffix, inner, blocks, minimumLength });
  }

  #literal(written: string): CompiledLiteral {
    return this.#literals.get(written, () => ({ kind: 'literal', text: fold(written), saved: false }));
  }
}

/** Makes one pattern ready to match. */
export function compilePattern(pattern: MappingPattern): CompiledPattern {
  return new PatternCompiler().compile(pattern);
}
