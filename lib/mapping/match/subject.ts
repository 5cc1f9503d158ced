/*
 * A probe while it runs through a table: folded once for all entries. Patterns and probes are compared case-blind, unit
 * by unit, so that every character keeps its place; no character outside ASCII equals one inside it.
 * Ref: PMDF 5.3 (comparison is case-blind)
 */

/** A probe and its folded form, made once for all the entries of a table. */
export interface Subject {
  readonly probe: string;
  readonly folded: string;
  readonly isAscii: boolean;
}

/** The texts of the saved wildcards, left to right. */
export interface Match {
  readonly captures: readonly string[];
}

/** Folds one UTF-16 unit. */
export function foldUnit(code: number): number {
  if (code < 128) return code >= 97 && code <= 122 ? code - 32 : code;
  const upper = String.fromCharCode(code).toUpperCase();
  const folded = upper.charCodeAt(0);
  return upper.length === 1 && folded >= 128 ? folded : code;
}

/** Whether every character of a text is ASCII, so that each is one unit. */
export function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    if (text.charCodeAt(at) > 127) return false;
  }
  return true;
}

/** Folds a text; the result has the same length. */
export function fold(text: string): string {
  if (isAscii(text)) return text.toUpperCase();
  const units: string[] = [];
  for (let at = 0; at < text.length; at += 1) units.push(String.fromCharCode(foldUnit(text.charCodeAt(at))));
  return units.join('');
}

/** The number of units of the character at a place: two for a surrogate pair, one for anything else. */
export function characterWidth(text: string, at: number): number {
  if ((text.charCodeAt(at) & 0xfc00) !== 0xd800) return 1;
  return (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00 ? 2 : 1;
}

/** Folds a probe for matching. */
export function subjectOf(probe: string): Subject {
  const ascii = isAscii(probe);
  return { probe, folded: ascii ? probe.toUpperCase() : fold(probe), isAscii: ascii };
}
