/*
 * Matches patterns with a back-match, `$0*`, by a search that turns back. Every step is counted; the table of
 * match-by-table.ts, in which a back-match passes for any run, cuts off what cannot succeed.
 * It fails with StepLimitReached when the budget is used up.
 */
import type { StepBudget } from '../../engine/index.js';
import type { CompiledElement, CompiledPattern } from './compile-pattern.js';
import { canMatch, fillReach, type Reach } from './match-by-table.js';
import { fixedEnd } from './match-fixed.js';
import type { Match, Subject } from './subject.js';
import { characterWidth } from './subject.js';

/** A stretch of a probe. */
interface Stretch {
  readonly from: number;
  readonly to: number;
}

class Search {
  readonly #inner: readonly CompiledElement[];
  readonly #subject: Subject;
  readonly #to: number;
  readonly #reach: Reach;
  readonly #budget: StepBudget;
  /** Where each element starts; one more for the end of the last. */
  readonly #starts: number[];
  /** The candidate that each element tried last, or -1 before the first. */
  readonly #tried: number[];
  /** How far each run can go from its start. */
  readonly #farthest: number[];
  /** The elements that are saved, by capture number. */
  readonly #saved: readonly number[];

  constructor(pattern: CompiledPattern, subject: Subject, { from, to }: Stretch, budget: StepBudget) {
    this.#inner = pattern.inner;
    this.#subject = subject;
    this.#to = to;
    this.#budget = budget;
    this.#reach = fillReach(pattern, subject, from, to);
    this.#starts = [from];
    this.#tried = [-1];
    this.#farthest = [];
    this.#saved = pattern.inner.flatMap((element, index) => (element.saved ? [index] : []));
  }

  run(): Match | null {
    let index = 0;
    while (index >= 0 && index < this.#inner.length) {
      const end = this.#nextEnd(index);
      if (end === -1) index -= 1;
      else {
        this.#tried[index] = end;
        index += 1;
        this.#starts[index] = end;
        this.#tried[index] = -1;
      }
    }
    if (index < 0) return null;
    return { captures: this.#saved.map((at) => this.#textOf(this.#subject.probe, at)) };
  }

  #textOf(text: string, index: number): string {
    return text.slice(this.#starts[index], this.#starts[index + 1]);
  }

  /** The next place where an element can end, after the one tried last; -1 when there is none. */
  #nextEnd(index: number): number {
    this.#budget.spend(1, 'back-match');
    const element = this.#inner[index];
    const start = this.#starts[index] ?? this.#to;
    if (element === undefined) return -1;
    if (element.kind === 'run') return this.#nextRunEnd(element, index, start);
    if (this.#tried[index] !== -1) return -1;
    const end =
      element.kind === 'back-match'
        ? this.#backMatchEnd(element.capture, start)
        : fixedEnd(element, this.#subject, start, this.#to);
    return end !== -1 && end <= this.#to && canMatch(this.#reach, index + 1, end) ? end : -1;
  }

  #backMatchEnd(capture: number, start: number): number {
    const index = this.#saved[capture];
    if (index === undefined) return -1;
    const text = this.#textOf(this.#subject.folded, index);
    this.#budget.spend(text.length >>> 4, 'back-match');
    return this.#subject.folded.startsWith(text, start) ? start + text.length : -1;
  }

  #nextRunEnd(element: Extract<CompiledElement, { kind: 'run' }>, index: number, start: number): number {
    const tried = this.#tried[index] ?? -1;
    if (tried === -1) this.#farthest[index] = this.#farthestEnd(element, start);
    const farthest = this.#farthest[index] ?? start;
    const first = element.lazy ? start : farthest;
    let end = tried === -1 ? first : this.#nextTo(tried, element.lazy);
    while (end >= start && end <= farthest && !canMatch(this.#reach, index + 1, end)) {
      this.#budget.spend(1, 'back-match');
      end = this.#nextTo(end, element.lazy);
    }
    return end >= start && end <= farthest ? end : -1;
  }

  #farthestEnd(element: Extract<CompiledElement, { kind: 'run' }>, start: number): number {
    if (element.any) return this.#to;
    const { probe } = this.#subject;
    let end = start;
    while (end < this.#to && element.test(probe.codePointAt(end) ?? 0)) end += characterWidth(probe, end);
    this.#budget.spend(end - start, 'back-match');
    return end;
  }

  /** The place one character to the right or to the left. */
  #nextTo(at: number, right: boolean): number {
    const { probe } = this.#subject;
    if (right) return at < this.#to ? at + characterWidth(probe, at) : at + 1;
    return at >= 2 && characterWidth(probe, at - 2) === 2 ? at - 2 : at - 1;
  }
}

/** Matches a stretch of a probe; outer literals are checked already. */
export function searchMatch(
  pattern: CompiledPattern,
  subject: Subject,
  stretch: Stretch,
  budget: StepBudget,
): Match | null {
  return new Search(pattern, subject, stretch, budget).run();
}
