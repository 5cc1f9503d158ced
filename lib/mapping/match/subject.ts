/*
 * A probe while it runs through a table, and its folded form, made once for all entries and only if one needs it. Patterns and
 * probes are compared case-blind, unit by unit, so that every character keeps its place; no character outside ASCII equals one
 * inside it.
 * Ref: PMDF 5.3 (comparison is case-blind)
 */

/** A probe, or a text that came of it, as patterns see it. */
export class Subject {
  readonly probe: string;
  #isAscii: boolean | null = null;
  #folded: string | null = null;

  constructor(probe: string) {
    this.probe = probe;
  }

  /** Whether every character is ASCII, so that each is one unit. */
  get isAscii(): boolean {
    this.#isAscii ??= isAscii(this.probe);
    return this.#isAscii;
  }

  get folded(): string {
    this.#folded ??= this.isAscii ? this.probe.toUpperCase() : foldUnits(this.probe);
    return this.#folded;
  }
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
  // Every other unit takes two or three bytes, and this count is quicker than a loop.
  return Buffer.byteLength(text) === text.length;
}

function foldUnits(text: string): string {
  const units: string[] = [];
  for (let at = 0; at < text.length; at += 1) units.push(String.fromCharCode(foldUnit(text.charCodeAt(at))));
  return units.join('');
}

/** Folds a text; the result has the same length. */
export function fold(text: string): string {
  return isAscii(text) ? text.toUpperCase() : foldUnits(text);
}

/** The number of units of the character at a place: two for a surrogate pair, one for anything else. */
export function characterWidth(text: string, at: number): number {
  if ((text.charCodeAt(at) & 0xfc00) !== 0xd800) return 1;
  return (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00 ? 2 : 1;
}

/** Makes a probe ready for matching. */
export function subjectOf(probe: string): Subject {
  return new Subject(probe);
}
