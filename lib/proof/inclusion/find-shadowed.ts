/*
 * The entries of a table that can never match, because the entries above them take every text that they match. For each
 * entry a text that it matches is looked up in the table. If no entry above matches it, the entry can match. Otherwise a
 * text is sought that the entries found so far do not take, and looked up in turn, until none is left. So unrelated
 * entries are never compared. What an entry with `$C` or `$L` passes on starts below it, so entries above do not take it.
 * The answer is exact. An entry without one (back-matches, IPv6 addresses in other spellings, the limit) is undecided.
 * Ref: PMDF 5.3.2
 */
import { StepBudget } from '../../engine/index.js';
import {
  type CompiledTable,
  type Entry,
  EntryScan,
  fold,
  type MappingPattern,
  type PatternElement,
  subjectOf,
} from '../../mapping/index.js';
import { classKey } from './alphabet.js';
import { type BarCounts, hasBars } from './bar-count.js';
import { exampleText, matchesText } from './example-text.js';
import { isIncluded, type WorkLimit } from './inclusion.js';
import { alwaysEndsTable, outcomesOf, passesOutputOn } from './template-outcomes.js';

/** An entry that can never match; entries are numbered from 0. */
export interface ShadowedEntry {
  readonly entry: number;
  /** The entries that together take all its texts, ascending; none when no text, or no probe, matches its pattern. */
  readonly takenBy: readonly number[];
}

/** The result for one table. */
export interface ShadowReport {
  readonly shadowed: readonly ShadowedEntry[];
  /** Entries without an answer. */
  readonly undecided: number;
  /** Entries that were not examined because the limit was reached. */
  readonly leftOut: number;
}

/** The work for one entry, in pairs and characters; most need a few hundred. */
const entryLimit = 200_000;
/** The most entries that may take another together. */
const mostTakers = 24;
/** The most fixed outputs that are distinguished. */
const mostOutputs = 16;

function elementKey(element: PatternElement): string {
  switch (element.kind) {
    case 'literal':
      return `=${JSON.stringify(fold(element.text))}`;
    case 'single':
      return `%${element.saved}${classKey(element.of)}`;
    case 'run':
      return `*${element.saved}${classKey(element.of)}`;
    case 'back-match':
      return `$${element.capture}${element.saved}`;
    case 'address':
      return `(${element.saved}${element.form}${element.address}/${element.bits}`;
  }
}

/** A key; two patterns with the same key match the same texts. */
export function patternKey(pattern: MappingPattern): string {
  return pattern.map(elementKey).join(' ');
}

type Answer = readonly number[] | 'can match' | 'undecided';

/** A search for the entries that take an entry, among those from `from` on. */
interface Search {
  readonly entry: number;
  readonly from: number;
  readonly limit: WorkLimit;
}

class Shadows {
  readonly #entries: readonly Entry[];
  readonly #table: CompiledTable;
  readonly #limit: WorkLimit;
  readonly #bars: BarCounts;
  readonly #takes: readonly boolean[];
  /** The most entries that one look-up in the index gives. */
  readonly #widest: number;
  readonly #first = new Map<string, number>();

  constructor(entries: readonly Entry[], table: CompiledTable, limit: WorkLimit, bars: BarCounts) {
    this.#entries = entries;
    this.#table = table;
    this.#limit = limit;
    // Output that an entry passes on need not have the bars of a probe.
    const isPassedOn = entries.some(({ template }) => passesOutputOn(template));
    this.#bars = isPassedOn ? null : bars;
    this.#takes = entries.map(({ template }) => alwaysEndsTable(outcomesOf(template)));
    const { buckets } = table.index;
    let widest = 0;
    for (let at = 1; at < buckets.length; at += 1) {
      widest = Math.max(widest, (buckets[at] ?? 0) - (buckets[at - 1] ?? 0));
    }
    this.#widest = widest;
  }

  find(): ShadowReport {
    const shadowed: ShadowedEntry[] = [];
    const outputs = new Map<string, number>();
    let undecided = 0;
    /** The first entry that counts: the output that an entry above it passes on is not known. */
    let from = 0;
    for (const [entry, { pattern, template }] of this.#entries.entries()) {
      if (this.#limit.left <= 0) {
        return { shadowed, undecided, leftOut: this.#entries.length - entry };
      }
      const answer = this.#answerFor(entry, this.#below(entry, from, outputs));
      if (answer === 'undecided') undecided += 1;
      else if (answer !== 'can match') shadowed.push({ entry, takenBy: answer });
      const key = patternKey(pattern);
      const before = this.#first.get(key);
      if (this.#takes[entry] === true && (before === undefined || before < from)) this.#first.set(key, entry);
      const { continuesChanged, fixedOutput } = outcomesOf(template);
      if (!continuesChanged) continue;
      if (fixedOutput === null || outputs.size >= mostOutputs) from = entry + 1;
      else outputs.set(fixedOutput, entry + 1);
    }
    return { shadowed, undecided, leftOut: 0 };
  }

  /** The first entry that counts for this one, which may match a fixed output that only later entries see. */
  #below(entry: number, from: number, outputs: ReadonlyMap<string, number>): number {
    let first = from;
    for (const [output, after] of outputs) {
      if (after > first && this.#matches(entry, output) !== false) first = after;
    }
    return first;
  }

  #matches(entry: number, text: string): boolean | null {
    const compiled = this.#table.entries[entry];
    this.#limit.left -= 1;
    return compiled === undefined ? false : matchesText(compiled.pattern, text, new StepBudget(entryLimit));
  }

  #answerFor(entry: number, from: number): Answer {
    const given = this.#entries[entry];
    const compiled = this.#table.entries[entry];
    if (given === undefined || compiled === undefined) return 'undecided';
    const same = this.#first.get(patternKey(given.pattern));
    if (same !== undefined && same >= from) return [same];
    const limit: WorkLimit = { left: Math.min(entryLimit, this.#limit.left) };
    const before = limit.left;
    const answer = this.#search(given.pattern, { entry, from, limit });
    this.#limit.left -= before - limit.left;
    return answer;
  }

  #search(pattern: MappingPattern, search: Search): Answer {
    const { entry, limit } = search;
    const compiled = this.#table.entries[entry];
    if (compiled === undefined) return 'undecided';
    const takers: number[] = [];
    const first = exampleText(pattern, compiled.pattern, () => 'q7q', new StepBudget(entryLimit));
    let text = first ?? '';
    if (first !== null && hasBars(first, this.#bars)) {
      const taker = this.#takerOf(text, takers, search);
      if (typeof taker !== 'number') return taker;
      takers.push(taker);
    }
    if (takers.some((one) => this.#matchesAll(one))) return takers;
    while (takers.length <= mostTakers) {
      const found = isIncluded(pattern, this.#patternsOf(takers), limit, this.#bars);
      if (found.kind === 'undecided') return 'undecided';
      if (found.kind === 'included') return takers.sort((left, right) => left - right);
      text = found.text;
      if (this.#matches(entry, text) !== true) return 'undecided';
      const taker = this.#takerOf(text, takers, search);
      if (typeof taker !== 'number') return taker;
      takers.push(taker);
    }
    return 'undecided';
  }

  /** Whether a pattern consists of wildcards for any text. */
  #matchesAll(entry: number): boolean {
    const pattern = this.#entries[entry]?.pattern ?? [];
    return (
      pattern.length > 0 && pattern.every((element) => element.kind === 'run' && element.of.kind === 'any')
    );
  }

  #patternsOf(entries: readonly number[]): MappingPattern[] {
    return entries.flatMap((one) => {
      const entry = this.#entries[one];
      return entry === undefined ? [] : [entry.pattern];
    });
  }

  /** The first entry above that matches a text and is not in `known`; `can match` when no entry matches it. */
  #takerOf(
    text: string,
    known: readonly number[],
    { entry, from, limit }: Search,
  ): number | 'can match' | 'undecided' {
    limit.left -= 1 + this.#widest + (text.length >>> 4);
    const scan = new EntryScan(this.#table.index, subjectOf(text), from);
    let isTaken = false;
    for (let one = scan.next(); one !== -1 && one < entry; one = scan.next()) {
      if (limit.left < 0) return 'undecided';
      limit.left -= 1;
      const candidate = this.#table.entries[one];
      if (candidate === undefined || this.#takes[one] !== true) continue;
      const matches = matchesText(candidate.pattern, text, new StepBudget(entryLimit));
      if (matches === false) continue;
      isTaken = true;
      // A known entry, or one with a back-match, does not advance the search.
      if (matches === true && !known.includes(one) && candidate.pattern.way !== 'back-match') return one;
    }
    return isTaken ? 'undecided' : 'can match';
  }
}

/** Finds the entries that can never match; `table` is the compiled form of `entries`, `bars` that of its probes. */
export function findShadowed(
  entries: readonly Entry[],
  table: CompiledTable,
  limit: WorkLimit,
  bars: BarCounts = null,
): ShadowReport {
  return new Shadows(entries, table, limit, bars).find();
}
