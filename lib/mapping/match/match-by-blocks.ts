/*
 * Matches patterns whose wildcards of any length match any character, the most common ones. What is between two such
 * wildcards is a block: literals, single characters and addresses, whose end follows from its start.
 * From the right every block is placed as far right as it fits; from the left a greedy wildcard then extends to that
 * place, a lazy one to the first place where the block fits, which is never further right.
 */
import type { Block, CompiledPattern } from './compile-pattern.js';
import { fixedEnd } from './match-fixed.js';
import type { Match, Subject } from './subject.js';

class BlockMatch {
  readonly #inner: CompiledPattern['inner'];
  readonly #blocks: readonly Block[];
  readonly #subject: Subject;
  readonly #from: number;
  readonly #to: number;
  /** The rightmost place of each block such that those after it fit. */
  readonly #places: number[] = [];

  constructor({ inner, blocks }: CompiledPattern, subject: Subject, from: number, to: number) {
    this.#inner = inner;
    this.#blocks = blocks;
    this.#subject = subject;
    this.#from = from;
    this.#to = to;
  }

  run(): Match | null {
    for (let block = this.#blocks.length - 1; block >= 0; block -= 1) {
      const place = this.#rightmostPlace(block);
      if (place === -1) return null;
      this.#places[block] = place;
    }
    return { captures: this.#walk() };
  }

  /** How far the block can reach: to the start of the next one. */
  #limitOf(block: number): number {
    return this.#places[block + 1] ?? this.#to;
  }

  /** Whether a block fits at a place, together with what follows it. */
  #fits(block: number, at: number): boolean {
    const { first, end } = this.#blocks[block] ?? { first: 0, end: 0 };
    const limit = this.#limitOf(block);
    let position = at;
    for (let index = first; index < end && position !== -1; index += 1) {
      const element = this.#inner[index];
      position = element === undefined ? -1 : fixedEnd(element, this.#subject, position, limit);
    }
    return end === this.#inner.length ? position === this.#to : position !== -1 && position <= limit;
  }

  /** The literal that a block begins with, if it does. */
  #leadOf(block: number): string | null {
    const element = this.#inner[this.#blocks[block]?.first ?? 0];
    return element?.kind === 'literal' ? element.text : null;
  }

  #rightmostPlace(block: number): number {
    const from = this.#from;
    if (this.#blocks[block]?.first === 0) return this.#fits(block, from) ? from : -1;
    const { folded } = this.#subject;
    const lead = this.#leadOf(block);
    let at = this.#limitOf(block) - (lead?.length ?? 0);
    while (at >= from) {
      if (lead !== null) at = folded.lastIndexOf(lead, at);
      if (at < from) return -1;
      if (this.#isBoundary(at) && this.#fits(block, at)) return at;
      at -= 1;
    }
    return -1;
  }

  /** The first place from `position` on; there is one, since the rightmost lies there too. */
  #leftmostPlace(block: number, position: number): number {
    const { folded } = this.#subject;
    const lead = this.#leadOf(block);
    const rightmost = this.#places[block] ?? this.#to;
    for (let at = position; at < rightmost; at += 1) {
      if (lead !== null) at = folded.indexOf(lead, at);
      if (at >= rightmost) return rightmost;
      if (this.#isBoundary(at) && this.#fits(block, at)) return at;
    }
    return rightmost;
  }

  /** A wildcard never ends within a surrogate pair. */
  #isBoundary(at: number): boolean {
    const { probe, isAscii } = this.#subject;
    if (isAscii || (probe.charCodeAt(at) & 0xfc00) !== 0xdc00) return true;
    return at === 0 || (probe.charCodeAt(at - 1) & 0xfc00) !== 0xd800;
  }

  #walk(): string[] {
    const { probe } = this.#subject;
    const captures: string[] = [];
    let position = this.#from;
    let block = 0;
    for (let index = 0; index < this.#inner.length; index += 1) {
      const element = this.#inner[index];
      if (element === undefined) continue;
      if (index === this.#blocks[block]?.end) block += 1;
      const end =
        element.kind === 'run'
          ? this.#runEnd(element.lazy, index, block, position)
          : fixedEnd(element, this.#subject, position, this.#to);
      if (element.saved) captures.push(probe.slice(position, end));
      position = end;
    }
    return captures;
  }

  #runEnd(lazy: boolean, index: number, block: number, position: number): number {
    const farthest = this.#places[block] ?? this.#to;
    if (!lazy || index + 1 === this.#inner.length) return farthest;
    // A later run can match the rest.
    return this.#inner[index + 1]?.kind === 'run' ? position : this.#leftmostPlace(block, position);
  }
}

/** Matches the stretch from `from` to `to` of a probe; outer literals are checked already. */
export function blocksMatch(
  pattern: CompiledPattern,
  subject: Subject,
  from: number,
  to: number,
): Match | null {
  return new BlockMatch(pattern, subject, from, to).run();
}
