/*
 * A list of findings. Of each kind, which is a code with its severity, the first hundred are kept; the others are counted,
 * and one finding at the place of the first of them gives their number, so that a file that is wrong in every line
 * needs neither memory nor log of its own size.
 */
import type { Diagnostic } from './diagnostic.js';

/** How many findings of a kind are kept. */
export const mostOfAKind = 100;

interface Kind {
  kept: number;
  leftOut: number;
  first: Diagnostic | null;
}

function leftOutText(count: number): string {
  return count === 1 ? 'one more finding of this kind' : `${count} more findings of this kind`;
}

export class DiagnosticList {
  readonly #kept: Diagnostic[] = [];
  /** Created on demand: most lists stay empty. */
  #kinds: Map<string, Kind> | null = null;

  /** Adds one finding. */
  push(one: Diagnostic): void {
    this.#kinds ??= new Map();
    const key = `${one.severity} ${one.code}`;
    let kind = this.#kinds.get(key);
    if (kind === undefined) {
      kind = { kept: 0, leftOut: 0, first: null };
      this.#kinds.set(key, kind);
    }
    if (one.leftOut === undefined && kind.kept < mostOfAKind) {
      kind.kept += 1;
      this.#kept.push(one);
      return;
    }
    kind.leftOut += one.leftOut ?? 1;
    kind.first ??= one;
  }

  /** Adds findings, those that count others included. */
  append(more: Iterable<Diagnostic>): void {
    for (const one of more) this.push(one);
  }

  /** The findings kept, in order, then those that count the others. */
  get all(): readonly Diagnostic[] {
    if (this.#kinds === null) return this.#kept;
    const others: Diagnostic[] = [];
    for (const { first, leftOut } of this.#kinds.values()) {
      if (first === null) continue;
      const { severity, code, span } = first;
      others.push({ severity, code, span, message: leftOutText(leftOut), leftOut });
    }
    return others.length === 0 ? this.#kept : [...this.#kept, ...others];
  }
}

/** The first hundred findings of each kind, and the number of the others. */
export function boundDiagnostics(diagnostics: Iterable<Diagnostic>): readonly Diagnostic[] {
  const list = new DiagnosticList();
  list.append(diagnostics);
  return list.all;
}
