/*
 * The order in which a person reads diagnostics.
 */
import type { Diagnostic } from './diagnostic.js';

/** Sorts diagnostics: file by file in the order in which the files first appear, each from top to bottom. */
export function inReadingOrder(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const names = [...new Set(diagnostics.map(({ span }) => span.source.name))];
  const ranks = new Map(names.map((name, index) => [name, index]));
  const rank = ({ span }: Diagnostic): number => ranks.get(span.source.name) ?? names.length;
  return [...diagnostics].sort(
    (left, right) => rank(left) - rank(right) || left.span.offset - right.span.offset,
  );
}
